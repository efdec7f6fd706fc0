"""Who subscribes, and what is due when."""

from contextlib import ExitStack

import pytest

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.choice import Choice
from rtsynth.control.osc.subscribers import (
    MAX_AFAR,
    MAX_PER_HOST,
    MAX_SUBSCRIBERS,
    Subscriber,
    Subscribers,
)
from rtsynth.control.osc.surface.server import OscServer
from tests.rtsynth.control.osc_client import OscClient

HERE = ("127.0.0.1", 5000)


def test_each_kind_is_due_at_its_rate() -> None:
    subscriber = Subscriber(HERE, Choice(("values", "meters")), 0.0, float("inf"))
    counts = {"values": 0, "meters": 0}
    now_s = 1000.0
    while now_s < 1010.0:
        for kind in subscriber.take_due(now_s):
            counts[kind] += 1
        assert subscriber.next_due_s() > now_s
        now_s = subscriber.next_due_s()
    assert abs(counts["values"] - 300) <= 1
    assert abs(counts["meters"] - 200) <= 1


def test_a_late_turn_is_not_made_up_for() -> None:
    subscriber = Subscriber(HERE, Choice(("meters",)), 0.0, float("inf"))
    assert subscriber.take_due(10.0) == {"meters"}
    assert subscriber.take_due(20.0) == {"meters"}
    assert subscriber.take_due(20.04) == set()


def test_what_waits_is_kept_when_a_subscription_is_repeated() -> None:
    subscribers = Subscribers()
    subscribers.add(HERE, HERE, Choice(), afar=False)
    (first,) = subscribers.current()
    subscribers.add(HERE, HERE, Choice(), afar=False)
    assert subscribers.current() == [first]
    subscribers.add(HERE, HERE, Choice(("scope",)), afar=False)
    assert subscribers.current()[0].choice == Choice(("scope",))
    subscribers.remove(HERE)
    assert len(subscribers) == 0


@pytest.mark.system
def test_there_is_always_a_place_on_this_machine(server: OscServer) -> None:
    """The one silent for longest makes room: a window reports twice a second."""
    with ExitStack() as stack:
        window, *clients = (
            stack.enter_context(OscClient(server.port)) for _ in range(MAX_SUBSCRIBERS + 4)
        )
        window.send("/notify", 1)
        window.sync()
        for client in clients:
            client.send("/notify", 1)
            client.sync()
            window.ask("/ping", reply="/pong")
        assert window.ask_json("/status")["osc"]["subscribers"] == MAX_SUBSCRIBERS
        list(window.messages(0.1))
        window.expect("/load")
        clients[-1].expect("/load")


@pytest.mark.system
def test_those_elsewhere_have_places_of_their_own(server: OscServer, client: OscClient) -> None:
    notifier = server.notifier
    per_host, most = MAX_PER_HOST, MAX_AFAR
    for number in range(most):
        source = (f"192.0.2.{number // per_host}", 5000 + number)
        notifier.subscribe(source, source, afar=True)
    with pytest.raises(ControlError, match=f"{per_host} subscribers on that machine already"):
        notifier.subscribe(("192.0.2.0", 6000), ("192.0.2.0", 6000), afar=True)
    with pytest.raises(ControlError, match=f"{most} subscribers on other machines already"):
        notifier.subscribe(("192.0.2.99", 6000), ("192.0.2.99", 6000), afar=True)
    client.send("/notify", 1)
    client.expect("/load")
    assert notifier.count() == most + 1

"""What subscribers are sent, and when they are forgotten."""

import json
import queue
import time
from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np
import pytest

from rtsynth.common.control_info import ControlInfo, Owner
from rtsynth.control.osc import notify as osc_notify
from rtsynth.control.osc import subscribers as osc_subscribers
from rtsynth.control.osc.choice import Choice
from rtsynth.control.osc.notify import Notifier
from rtsynth.control.osc.packet import OscMessage, decode
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.host.changes import Action, ValueChange
from tests.rtsynth.control.osc_client import PATIENCE_S, OscClient
from tests.rtsynth.control.recording_engine import RAMP, RecordingEngine

pytestmark = pytest.mark.system


def test_a_subscriber_is_sent_what_any_surface_moves(
    client: OscClient, engine: RecordingEngine
) -> None:
    client.send("/notify", 1)
    client.sync()
    client.expect("/load")
    engine.set(2, "pitch", 66.0)
    assert client.expect("/slot/2/param/pitch") == (66.0,)
    engine.set(1, "gain", -12.0)
    assert client.expect("/slot/1/gain") == (-12.0,)
    engine.set(1, "top_k", 5)
    assert client.expect("/slot/1/sampling/top_k") == (5.0,)


def test_a_loaded_plugin_is_described_to_subscribers(
    client: OscClient, engine: RecordingEngine
) -> None:
    client.send("/notify", 1)
    client.sync()
    client.expect("/load")
    engine.load_into(2, "flute")
    description = json.loads(client.expect("/describe.reply")[0])
    assert description["slots"][1]["plugin"] == "flute"


@pytest.mark.alone
def test_nothing_is_described_or_sent_while_nothing_changes(
    client: OscClient, engine: RecordingEngine
) -> None:
    client.send("/notify", 1)
    client.expect("/load")
    engine.set(1, "pitch", 70.0)
    client.expect("/slot/1/param/pitch")
    described = engine.described
    addresses = {message.address for message in client.messages(0.5)}
    assert addresses == {"/load", "/meter", "/meter/master"}
    assert engine.described == described


def test_the_last_of_many_values_arrives_in_few_messages(
    client: OscClient, engine: RecordingEngine
) -> None:
    client.send("/notify", 1)
    client.expect("/load")
    for number in range(10_001):
        engine.change_value(1, "pitch", 64 + number % 12)
    sent = [m.arguments for m in client.messages(0.5) if m.address == "/slot/1/param/pitch"]
    assert sent[-1] == (64 + 10_000 % 12,)
    assert len(sent) < 60


@pytest.mark.measure
def test_levels_load_and_scope_stream_at_their_rates(client: OscClient) -> None:
    client.send("/notify", 1, "meters", "scope")
    received = list(client.messages(2.0))
    meters = [message.arguments for message in received if message.address == "/meter"]
    loads = [message.arguments for message in received if message.address == "/load"]
    assert {meter[0] for meter in meters} == {1, 2}
    assert meters[0][1:] == (-6.0, -9.0)
    assert loads[0] == (0.25, 3)
    assert 20 <= len(loads) <= 44  # 20 a second; half of them where the machine is busy
    blobs = [message.arguments[0] for message in received if message.address == "/scope"]
    assert all(isinstance(blob, bytes) and 0 < len(blob) <= 4000 for blob in blobs)
    samples = np.concatenate([np.frombuffer(blob, "<f4") for blob in blobs])
    assert 1.0 * 48_000 < samples.size < 2.2 * 48_000
    assert set(np.diff(samples)) <= {1.0, 1.0 - RAMP}  # nothing lost, nothing twice


def test_what_went_wrong_by_itself_is_reported(engine: RecordingEngine, server: OscServer) -> None:
    """What nobody has received goes to the first who subscribes; and then at once.

    But not what happened and is over, as if it happened now.
    """
    engine.notices.add("/fail", "/record/start", "the disk is full")
    engine.notices.add("/midi/learning", "/slot/1/gain")
    with OscClient(server.port) as client:
        client.send("/notify", 1)
        received = [message.address for message in client.messages(0.5)]
        assert received.count("/fail") == 1
        assert "/midi/learning" not in received
        engine.notices.add("/midi/learning", "")
        assert client.expect("/midi/learning") == ("",)
        engine.notices.add("/fail", "/record/start", "another one")
        assert client.expect("/fail") == ("/record/start", "another one")


def test_unsubscribing_ends_it(client: OscClient) -> None:
    client.send("/notify", 1)
    client.expect("/load")
    client.send("/notify", 0)
    client.sync()
    list(client.messages(0.5))
    assert list(client.messages(0.3)) == []


@pytest.mark.measure
def test_silent_subscribers_are_dropped(
    server: OscServer, client: OscClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osc_subscribers, "SILENCE_LIMIT_S", 2.0)
    with OscClient(server.port) as silent:
        silent.send("/notify", 1)
        client.send("/notify", 1)
        end_s = time.monotonic() + 60.0
        while client.ask_json("/status")["osc"]["subscribers"] != 1:
            assert time.monotonic() < end_s
            client.send("/notify", 1)  # again, should the machine have been too busy for a ping
            time.sleep(0.1)
        list(silent.messages(0.1))
        assert list(silent.messages(0.3)) == []
        client.expect("/load")


def test_answers_go_to_the_port_a_client_names(server: OscServer, client: OscClient) -> None:
    with OscClient(server.port) as listener:
        client.send("/notify", 1, listener.port)
        listener.expect("/load")
        client.send("/ping")
        listener.expect("/pong")
        assert list(client.messages(0.2)) == []
        client.send("/notify", 0)
        client.send("/ping")
        client.expect("/pong")


PLACE = ("127.0.0.1", 5000)


def one(datagram: bytes) -> OscMessage:
    (message,) = decode(datagram)
    return message


class OwnNotifier(Notifier):
    """Without a socket: what it sends is in `sent`."""

    def __init__(self, engine: RecordingEngine) -> None:
        self.sent: queue.Queue[OscMessage] = queue.Queue()
        self.errors: list[Exception] = []
        super().__init__(
            engine, lambda datagram, target: self.sent.put(one(datagram)), self.errors.append
        )


@pytest.fixture
def notifier(engine: RecordingEngine) -> Iterator[OwnNotifier]:
    notifier = OwnNotifier(engine)
    yield notifier
    notifier.stop()
    assert notifier.errors == []


# --- choices -------------------------------------------------------------------------------------


def addresses_in(client: OscClient, seconds: float) -> set[str]:
    return {message.address for message in client.messages(seconds)}


def test_only_what_was_chosen_is_sent(client: OscClient, engine: RecordingEngine) -> None:
    client.send("/notify", 1, "values")
    client.sync()
    engine.set(1, "pitch", 70.0)
    assert client.expect("/slot/1/param/pitch") == (70.0,)
    assert addresses_in(client, 0.3) == set()
    client.send("/notify", 1, "scope")  # another choice replaces the one before
    client.sync()
    engine.set(1, "pitch", 71.0)
    client.expect("/scope")
    assert addresses_in(client, 0.3) <= {"/scope"}


def test_notes_are_events_whoever_plays_them(client: OscClient, engine: RecordingEngine) -> None:
    client.send("/notify", 1, "events")
    client.send("/slot/2/note/on", 70)
    assert client.expect("/slot/2/note/on") == (70.0, pytest.approx(0.8))
    engine.publisher.publish(Action(1, "note_on", (64.5, 0.25, ("a port", 3))))
    assert client.expect("/slot/1/note/on") == (64.5, 0.25)
    engine.note_off(1, 64.5, source=("a port", 3))
    assert client.expect("/slot/1/note/off") == (64.5,)
    engine.set(1, "pitch", 66.0)
    assert list(client.messages(0.3)) == []


@pytest.mark.measure
def test_a_rate_is_kept(client: OscClient) -> None:
    client.send("/notify", 1, "meters", 5)
    loads = [m for m in client.messages(2.0) if m.address == "/load"]
    assert 5 <= len(loads) <= 11


def test_subscribers_of_different_rates_miss_nothing(
    server: OscServer, client: OscClient, engine: RecordingEngine
) -> None:
    with OscClient(server.port) as slow:
        slow.send("/notify", 1, "values", 2)
        slow.sync()
        client.send("/notify", 1, "values", 100)
        client.sync()
        values = [64.0 + step for step in range(8)]
        fast = []
        for value in values:
            engine.change_value(1, "pitch", value)
            fast.append(client.expect("/slot/1/param/pitch")[0])
        assert fast == values
        assert slow.expect("/slot/1/param/pitch", where=lambda m: m.arguments == (71.0,))
        assert list(slow.messages(0.6)) == []


def test_a_place_is_sent_to_once(server: OscServer) -> None:
    """A script that subscribes from a new port each time names the same place again."""
    with OscClient(server.port) as place, ExitStack() as stack:
        for _ in range(3):
            other = stack.enter_context(OscClient(server.port))
            other.send("/notify", 1, place.port, "meters", 10)
            place.expect("/load")
        loads = [m for m in place.messages(1.0) if m.address == "/load"]
        assert len(loads) <= 12


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((1, "vaules"), "'vaules' is none of values, meters"),
        ((1, 7401, 30.0, "values"), "none of values"),
        ((1, "values", 1e9), "clamped to 100"),
    ],
)
def test_what_cannot_be_chosen_is_refused(
    client: OscClient, arguments: tuple[int | float | str, ...], problem: str
) -> None:
    client.send("/notify", *arguments)
    address, message = client.expect("/fail")
    assert address == "/notify"
    assert problem in message


def test_too_many_events_are_counted(notifier: OwnNotifier, engine: RecordingEngine) -> None:
    notifier.subscribe(PLACE, PLACE, Choice(("events",), 0.1))
    count = 3 * osc_notify.MAX_EVENTS + 7  # more than two sendings hold, ten seconds apart
    for _ in range(count):
        engine.publisher.publish(Action(1, "reset"))
    notifier.start()
    arrived, left_out = 0, 0
    while arrived + left_out < count:
        message = notifier.sent.get(timeout=PATIENCE_S)
        arrived += message.address == "/slot/1/reset"
        if message.address == "/fail":
            left_out += int(str(message.arguments[1]).split()[0])
    assert arrived + left_out == count
    assert left_out > 0


def test_events_count_from_the_subscription_on(
    notifier: OwnNotifier, engine: RecordingEngine
) -> None:
    """Not from the next tick on: the thread is not even started."""
    notifier.subscribe(PLACE, PLACE, Choice(("events",)))
    engine.publisher.publish(Action(1, "reset"))
    notifier.start()
    assert notifier.sent.get(timeout=PATIENCE_S).address == "/slot/1/reset"


def test_values_of_the_mixer_stay_where_the_plugin_changes(
    notifier: OwnNotifier, engine: RecordingEngine
) -> None:
    """A subscriber of a low rate is sent both; another plugin takes away only its own."""
    notifier.subscribe(PLACE, PLACE, Choice(("values",), 0.1))
    mixed = ControlInfo("mixer.pan", -1.0, 1.0, 0.0, owner=Owner.MIXER)
    own = ControlInfo("pan", -1.0, 1.0, 0.0, owner=Owner.PARAMETER)
    for control, value in ((mixed, 0.5), (own, -0.5)):
        engine.publisher.publish(ValueChange(1, control, value))
    subscribers = notifier._subscribers.current()
    notifier._collect_values(subscribers)
    assert list(map(one, subscribers[0].values.values())) == [
        OscMessage("/slot/1/pan", (0.5,)), OscMessage("/slot/1/param/pan", (-0.5,)),
    ]  # fmt: skip
    engine.change_plugin(1, "flute")
    notifier._collect_values(subscribers)
    assert list(map(one, subscribers[0].values.values())) == [OscMessage("/slot/1/pan", (0.5,))]


def test_an_error_is_reported_and_holds_nothing_up(
    client: OscClient, engine: RecordingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_s: list[float] = []

    def broken() -> None:
        asked_s.append(time.monotonic())
        raise RuntimeError("a bug")

    monkeypatch.setattr(engine, "read_telemetry", broken)
    began_s = time.monotonic()
    client.send("/notify", 1, "meters")
    while len(asked_s) < 10:  # it tries again, ...
        assert time.monotonic() < began_s + PATIENCE_S
        time.sleep(0.01)
    # ... and does not spin; subscribing may have woken it once more.
    assert asked_s[9] - began_s > 0.9 * 8 * osc_notify.NOTICE_PERIOD_S
    monkeypatch.undo()
    client.expect("/load")


def test_the_last_words_are_sent_before_the_end(engine: RecordingEngine) -> None:
    server = OscServer(engine, port=0)
    with OscClient(server.port) as client:
        with server:
            client.send("/notify", 1)
            client.expect("/load")
            engine.notices.add("/engine/moves", "127.0.0.1", "9421")
        assert client.expect("/engine/moves") == ("127.0.0.1", "9421")

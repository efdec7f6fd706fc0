"""Who subscribes, and what is due when."""

from rtsynth.control.osc.choice import Choice
from rtsynth.control.osc.subscribers import Subscriber, Subscribers

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

"""Changes that wait for their time: by time, those of one time as they came."""

from typing import NamedTuple

from rtsynth.host.given import Given


class Change(NamedTuple):
    at_ns: int
    name: str


def test_they_are_due_by_time_and_in_the_order_they_came() -> None:
    given: Given[Change] = Given()
    for at_ns, name in ((5, "a"), (3, "b"), (5, "c"), (4, "d"), (3, "e")):
        given.put(Change(at_ns, name))
    assert [change.name for change in given] == ["b", "e", "d", "a", "c"]
    assert [change.name for change in given.due(4)] == ["b", "e", "d"]
    assert given
    assert [change.name for change in given.due(4)] == []
    given.put(Change(1, "f"))
    assert [change.name for change in given.due(5)] == ["f", "a", "c"]
    assert not given


def test_they_can_be_dropped() -> None:
    given: Given[Change] = Given()
    given.put(Change(1, "a"))
    given.clear()
    assert (bool(given), list(given.due(9))) == (False, [])

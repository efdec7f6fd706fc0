"""Changes that wait: their order, their number, and when they are handed on."""

import gc
import itertools
import threading
import time

import pytest

from rtsynth.common.errors import ControlError
from rtsynth.host import schedule as module
from rtsynth.host.schedule import CAPACITY, LEAD_S, LONGEST_S, Feeder, Schedule


def act(*_: object) -> None:
    """A change that does nothing."""


def other(*_: object) -> None:
    """Another one."""


@pytest.fixture
def later() -> int:
    return time.monotonic_ns() + 1_000_000_000


def taken(schedule: Schedule, slot: int, until_ns: int) -> list[tuple[object, ...]]:
    found = iter(lambda: schedule.take(slot, until_ns), None)
    return [each.arguments for each in found]


def test_order_of_time_then_of_arrival(later: int) -> None:
    schedule = Schedule()
    for at, name in ((3, "d"), (1, "a"), (2, "b"), (2, "c"), (1 << 40, "e")):
        schedule.put(1, later + at, act, (name,))
    schedule.put(2, later, act, ("other slot",))
    assert len(schedule) == 6
    assert [schedule.is_clear(1, later + at) for at in (0, 1, 2)] == [True, False, False]
    assert taken(schedule, 1, later + 3) == [("a",), ("b",), ("c",), ("d",)]
    assert schedule.due(later + 3) == [2]
    assert taken(schedule, 1, later + (1 << 40)) == [("e",)]
    assert len(schedule) == 1


def test_it_holds_a_real_score_and_then_refuses(later: int) -> None:
    schedule = Schedule()
    assert CAPACITY >= 100_000
    for index in range(CAPACITY):
        schedule.put(1 + index % 2, later + index, act, (index,))
    with pytest.raises(
        ControlError, match=r"200,000 changes are already scheduled; .* refused .*/panic"
    ):
        schedule.put(1, later, act, ())
    assert schedule.drop(1) == CAPACITY // 2
    schedule.put(1, later, act, ("now it fits",))
    assert len(schedule) == CAPACITY // 2 + 1
    assert schedule.drop() == CAPACITY // 2 + 1
    assert len(schedule) == 0


def test_what_is_too_far_ahead_is_refused() -> None:
    schedule = Schedule()
    schedule.put(1, time.monotonic_ns() + int((LONGEST_S - 5) * 1e9), act, ())
    with pytest.raises(ControlError, match="3,605 s ahead.*at most 3,600 s"):
        schedule.put(1, time.monotonic_ns() + int((LONGEST_S + 5.2) * 1e9), act, ())
    assert len(schedule) == 1


def test_of_the_values_of_one_moment_the_last_is_made(later: int) -> None:
    schedule = Schedule()
    for value in range(500):
        schedule.put(1, later, act, ("pitch", value), 1)
    schedule.put(1, later, other, ("note",))
    for value in range(300):
        schedule.put(1, later, act, ("pitch", value), 1)
    schedule.put(1, later, act, ("gain", 1), 1)
    schedule.put(1, later + 1, act, ("gain", 2), 1)
    assert taken(schedule, 1, later + 1) == [
        ("pitch", 499), ("note",), ("pitch", 299), ("gain", 1), ("gain", 2),
    ]  # fmt: skip


def test_a_moment_is_taken_in_bounded_pieces(later: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_REPLACED", 10)
    schedule = Schedule()
    for value in range(100):
        schedule.put(1, later, act, ("pitch", value), 1)
    assert taken(schedule, 1, later)[-1] == ("pitch", 99)
    for value in range(100):
        schedule.put(1, later, act, ("pitch", value), 1)
    schedule.take(1, later)
    assert len(schedule) == 100 - 11


def test_work_grows_with_the_number_not_its_square() -> None:
    """Sent backwards, which is the worst for a sorted list."""

    def seconds(count: int) -> float:
        began = time.thread_time()
        schedule, later = Schedule(), time.monotonic_ns() + 10_000_000_000
        for index in range(count):
            schedule.put(1, later - index, act, ())
        assert len(taken(schedule, 1, later)) == count
        return time.thread_time() - began

    few, many = (min(seconds(count) for _ in range(3)) for count in (2_000, 40_000))
    assert many < 20 * few * 5  # as the square it would be 400 times


@pytest.mark.measure
def test_the_garbage_collector_has_nothing_to_look_at(later: int) -> None:
    """It holds up every thread while it looks."""
    schedule = Schedule()
    gc.collect()
    before = len(gc.get_objects())
    for index in range(20_000):
        schedule.put(1, later + index, act, ("pitch", False, 64.0 + index), 2)
    gc.collect()
    assert len(gc.get_objects()) - before < 1000


class Fed:
    """Takes what it is given; `room` says how much still."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.room = {1: 1 << 30, 2: 1 << 30}
        self.made: list[tuple[int, object, float]] = []
        self.changed = threading.Condition()

    def give(self, slot: int, until_ns: int, end_s: float) -> bool:
        while self.room[slot] > 0:
            later = self.schedule.take(slot, until_ns)
            if later is None:
                return True
            with self.changed:
                self.room[slot] -= 1
                ahead_s = (later.at_ns - time.monotonic_ns()) / 1e9
                self.made.append((slot, later.arguments[0], ahead_s))
                self.changed.notify_all()
        return False

    def wait_for(self, count: int) -> list[tuple[int, object]]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.made) >= count, 60)
            return [(slot, what) for slot, what, _ in self.made]


def test_the_feeder_gives_shortly_before_the_time_and_wakes_for_what_is_earlier() -> None:
    schedule = Schedule()
    fed = Fed(schedule)
    feeder = Feeder(schedule, fed)
    feeder.start()
    try:
        now = time.monotonic_ns()
        schedule.put(1, now + 50_000_000_000, act, ("far",))
        schedule.put(1, now + 1_000_000_000, act, ("near",))
        schedule.put(2, now + 600_000_000, act, ("nearer",))
        assert fed.wait_for(2) == [(2, "nearer"), (1, "near")]
        assert all(ahead_s <= LEAD_S for _, _, ahead_s in fed.made)
        assert len(schedule) == 1
    finally:
        feeder.stop()


def test_a_slot_without_room_holds_up_no_other() -> None:
    schedule = Schedule()
    fed = Fed(schedule)
    fed.room[1] = 5
    feeder = Feeder(schedule, fed)
    feeder.start()
    try:
        now = time.monotonic_ns()
        for index, slot in itertools.product(range(50), (1, 2)):
            schedule.put(slot, now + index, act, (index,))
        made = fed.wait_for(55)
        assert [what for slot, what in made if slot == 1] == list(range(5))
        assert [what for slot, what in made if slot == 2] == list(range(50))
        fed.room[1] = 45
        assert [what for slot, what in fed.wait_for(100) if slot == 1] == list(range(50))
    finally:
        feeder.stop()


@pytest.mark.system
def test_a_feeder_stops_and_starts_again() -> None:
    schedule = Schedule()
    fed = Fed(schedule)
    feeder = Feeder(schedule, fed)
    for count in (1, 2):
        feeder.start()
        schedule.put(1, time.monotonic_ns(), act, (count,))
        fed.wait_for(count)
        feeder.stop()
        feeder.stop()
    schedule.put(1, time.monotonic_ns(), act, ("waits",))
    time.sleep(0.05)
    assert len(schedule) == 1

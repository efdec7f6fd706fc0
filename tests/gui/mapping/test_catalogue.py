"""What the engine lists, and numbers that stand for it."""

import pytest

from rtsynth.control.osc.packet import OscMessage
from rtsynth_gui.edit.numbers import MOST_KNOWN
from rtsynth_gui.mapping.catalogue import (
    ANSWERED_S,
    MOST,
    MOST_TRIES,
    NOTHING,
    Catalogue,
)
from rtsynth_gui.mapping.entry import Entry

GAIN, PAN = "/slot/1/gain", "/slot/1/pan"
DONE = OscMessage("/done", ("/midi/mappings", 1))


def listed(address: str, origin: str = "learned", number: int = 21) -> OscMessage:
    return OscMessage("/midi/mapping", (address, origin, "kind", "cc", "number", number))


class Clock:
    """The time, as a test wants it."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


def done(count: int) -> OscMessage:
    return OscMessage("/done", ("/midi/mappings", count))


def test_a_list_counts_when_it_is_whole() -> None:
    catalogue = Catalogue()
    assert catalogue.take([listed(GAIN), listed(PAN, "default")]) == (False, False)
    assert catalogue.entries == []
    assert catalogue.take([done(2)]) == (True, False)
    assert [entry.address for entry in catalogue.entries] == [GAIN, PAN]
    assert catalogue.learned(GAIN) == Entry(GAIN, "learned", "cc", 21)
    assert catalogue.learned(PAN) is None
    for stale in (OscMessage("/midi/changed", ()), OscMessage("/midi/learned", (GAIN, "CC 21"))):
        assert catalogue.take([stale]) == (False, True)
        assert catalogue.take([done(0)]) == (True, False)


def test_what_is_malformed_or_too_much_is_left_out() -> None:
    catalogue = Catalogue()
    many = (listed(f"/slot/1/param/x{n}") for n in range(MOST + 5))
    rows = [OscMessage("/midi/mapping", (GAIN,)), *many]
    assert catalogue.take([*rows, done(len(rows))]) == (True, False)
    assert len(catalogue.entries) == MOST


def test_a_list_is_asked_for_once_at_a_time() -> None:
    """Rows of two lists would be taken for one."""
    catalogue = Catalogue()
    assert catalogue.ask()
    assert not catalogue.ask()
    assert catalogue.take([listed(GAIN), OscMessage("/midi/changed", ())]) == (False, False)
    # It is from before the change: what it lacks is not forgotten, and what it has is not learned.
    assert catalogue.take([done(1)]) == (False, True)
    assert catalogue.entries == []
    assert catalogue.take([listed(GAIN), listed(PAN), done(2)]) == (True, False)
    assert len(catalogue.entries) == 2
    assert catalogue.ask()


def test_a_list_of_which_some_was_lost_is_asked_for_again(clock: Clock) -> None:
    catalogue = Catalogue(clock)
    assert catalogue.ask()
    assert catalogue.take([listed(GAIN), done(2)]) == (False, True)
    assert catalogue.entries == []
    assert catalogue.take([listed(GAIN), listed(PAN), done(2)]) == (True, False)
    assert catalogue.whole
    for _ in range(MOST_TRIES):
        assert catalogue.take([listed(GAIN), done(2)]) == (False, True)
    assert catalogue.take([listed(GAIN), done(2)]) == (True, False)  # better than none
    assert not catalogue.whole
    assert len(catalogue.entries) == 1


def test_a_list_whose_end_was_lost_is_asked_for_again(clock: Clock) -> None:
    catalogue = Catalogue(clock)
    clock.now_s += 1e6
    assert catalogue.take([]) == (False, False)  # nobody asked
    assert catalogue.ask()
    assert catalogue.take([listed(GAIN)]) == (False, False)
    clock.now_s += ANSWERED_S
    assert catalogue.take([]) == (False, True)
    clock.now_s += ANSWERED_S
    assert catalogue.take([listed(GAIN)]) == (False, False)  # it has twice as long
    assert catalogue.take([done(1)]) == (True, False)
    assert len(catalogue.entries) == 1


def test_nothing_is_expected_of_an_engine_that_is_gone(clock: Clock) -> None:
    catalogue = Catalogue(clock)
    assert catalogue.ask()
    catalogue.take([listed(GAIN)])
    catalogue.expect_nothing()
    clock.now_s += ANSWERED_S
    assert catalogue.take([]) == (False, False)
    assert catalogue.ask()
    assert catalogue.take([listed(GAIN), DONE]) == (True, False)
    assert len(catalogue.entries) == 1


def test_what_was_sent_counts_at_once() -> None:
    catalogue = Catalogue()
    catalogue.take([listed(GAIN), listed(GAIN, "default", 7), done(2)])
    other = Entry(GAIN, "learned", "cc", 30)
    catalogue.put(GAIN, other)
    assert catalogue.learned(GAIN) == other
    catalogue.put(GAIN, None)
    assert [entry.origin for entry in catalogue.entries] == ["default"]


def test_a_list_from_before_what_was_sent_does_not_count() -> None:
    """Else undo would find what was there before, and leave a step out."""
    catalogue = Catalogue()
    assert catalogue.ask()
    catalogue.put(PAN, Entry(PAN, "learned", "cc", 7))
    assert catalogue.take([listed(GAIN), done(1)]) == (False, True)
    assert [entry.address for entry in catalogue.entries] == [PAN]
    assert catalogue.take([listed(GAIN), listed(PAN), done(2)]) == (True, False)
    assert [entry.address for entry in catalogue.entries] == [GAIN, PAN]


def test_numbers() -> None:
    catalogue = Catalogue()
    first, second = (Entry(GAIN, "learned", "cc", number) for number in (1, 2))
    numbers = [catalogue.number(each) for each in (None, first, second, first)]
    assert numbers == [NOTHING, 1.0, 2.0, 1.0]
    assert [catalogue.of(number) for number in numbers] == [None, first, second, first]


def test_numbers_are_bounded_and_nothing_stays() -> None:
    catalogue = Catalogue()
    entries = [Entry(GAIN, "learned", "nrpn", number) for number in range(MOST_KNOWN + 10)]
    numbers = [catalogue.number(entry) for entry in entries]
    assert catalogue.of(numbers[-1]) == entries[-1]
    assert catalogue.of(NOTHING) is None
    with pytest.raises(KeyError):
        catalogue.of(numbers[0])
    assert catalogue.number(entries[0]) > numbers[-1]


def test_a_number_that_is_used_stays() -> None:
    catalogue = Catalogue()
    named, undone = (Entry(PAN, "learned", "cc", number) for number in (1, 2))
    used, kept = catalogue.number(named), catalogue.number(undone)
    for number in range(2 * MOST_KNOWN):
        catalogue.number(Entry(GAIN, "learned", "nrpn", number))
        assert catalogue.number(named) == used
        assert catalogue.of(kept) == undone

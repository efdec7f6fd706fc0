"""What the engine lists, and numbers that stand for it."""

import pytest

from rtsynth.control.osc.packet import OscMessage
from rtsynth_gui.mapping.catalogue import MOST, MOST_KNOWN, NOTHING, Catalogue
from rtsynth_gui.mapping.entry import Entry

GAIN, PAN = "/slot/1/gain", "/slot/1/pan"
DONE = OscMessage("/done", ("/midi/mappings", 1))


def listed(address: str, origin: str = "learned", number: int = 21) -> OscMessage:
    return OscMessage("/midi/mapping", (address, origin, "kind", "cc", "number", number))


def test_a_list_counts_when_it_is_whole() -> None:
    catalogue = Catalogue()
    assert catalogue.take([listed(GAIN), listed(PAN, "default")]) == (False, False)
    assert catalogue.entries == []
    assert catalogue.take([DONE]) == (True, False)
    assert [entry.address for entry in catalogue.entries] == [GAIN, PAN]
    assert catalogue.learned(GAIN) == Entry(GAIN, "learned", "cc", 21)
    assert catalogue.learned(PAN) is None
    assert catalogue.take([OscMessage("/midi/changed", ())]) == (False, True)
    assert catalogue.take([OscMessage("/midi/learned", (GAIN, "CC 21"))]) == (False, True)


def test_what_is_malformed_or_too_much_is_left_out() -> None:
    catalogue = Catalogue()
    many = (listed(f"/slot/1/param/x{n}") for n in range(MOST + 5))
    catalogue.take([OscMessage("/midi/mapping", (GAIN,)), *many, DONE])
    assert len(catalogue.entries) == MOST


def test_a_list_that_was_cut_off_is_no_part_of_the_next() -> None:
    catalogue = Catalogue()
    catalogue.take([listed(GAIN)])
    catalogue.restart()
    catalogue.take([listed(GAIN), DONE])
    assert len(catalogue.entries) == 1


def test_what_was_sent_counts_at_once() -> None:
    catalogue = Catalogue()
    catalogue.take([listed(GAIN), listed(GAIN, "default", 7), DONE])
    other = Entry(GAIN, "learned", "cc", 30)
    catalogue.put(GAIN, other)
    assert catalogue.learned(GAIN) == other
    catalogue.put(GAIN, None)
    assert [entry.origin for entry in catalogue.entries] == ["default"]


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

"""Numbers that stand for things."""

import pytest

from rtsynth_gui.edit.numbers import MOST_KNOWN, Numbers


def test_the_same_thing_has_the_same_number() -> None:
    numbers: Numbers[str] = Numbers()
    found = [numbers.of(each, each) for each in ("a", "b", "a")]
    assert found == [1.0, 2.0, 1.0]
    assert [numbers[number] for number in found] == ["a", "b", "a"]
    assert numbers.of("other", "a") == 1.0  # by its key


def test_the_latest_are_known() -> None:
    numbers: Numbers[int] = Numbers()
    first, used = (numbers.of(thing, thing) for thing in (-1, -2))
    for number in range(MOST_KNOWN):
        numbers.of(number, number)
        assert numbers[used] == -2
    with pytest.raises(KeyError):
        numbers[first]
    assert numbers.of(-1, -1) > MOST_KNOWN

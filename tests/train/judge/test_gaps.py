"""Holes between recorded values are named, and even grids are not."""

import numpy as np
import pytest

from rtsynth.plugin import Parameter
from rtsynth_train.judge.gaps import gap_warnings, gaps_of

PITCH = Parameter(name="pitch", minimum=60, maximum=84, default=60, role="pitch", unit="MIDI")
CLASS = Parameter(name="who", minimum=0, maximum=2, default=0, role="class")


@pytest.mark.parametrize("step", [1, 3, 6])
def test_an_even_grid_has_no_gaps(step: int) -> None:
    assert gaps_of(PITCH, range(60, 85, step)) == []


def test_a_hole_in_a_grid_is_found() -> None:
    (gap,) = gaps_of(PITCH, [key for key in range(60, 85) if not 68 < key < 73])
    assert (gap.low, gap.high) == pytest.approx((68, 73))


def test_a_range_wider_than_the_recordings() -> None:
    (gap,) = gaps_of(PITCH, range(60, 73))
    assert (gap.low, gap.high) == pytest.approx((72, 84))


def test_the_widest_comes_first() -> None:
    found = gaps_of(PITCH, [60, 61, 62, 63, 64, 74, 75, 76, 84])
    assert [(round(gap.low), round(gap.high)) for gap in found] == [(64, 74), (76, 84)]


def test_values_over_time_have_none_and_two_ends_have_one() -> None:
    values = np.random.default_rng(0).uniform(60, 84, 2000)
    assert gaps_of(PITCH, values) == []
    assert len(gaps_of(PITCH, [60, 84])) == 1


def test_classes_have_nothing_between_and_nothing_recorded_says_nothing() -> None:
    assert gaps_of(CLASS, [0, 2]) == []
    assert gaps_of(PITCH, []) == []


def test_a_line_for_each_parameter() -> None:
    said = gap_warnings([PITCH, CLASS], {"pitch": [60, 66, 84], "who": [0]})
    assert said == [
        "pitch: nothing recorded between 66 and 84; what it plays there is a guess"
    ]  # fmt: skip

"""How much four presets count at a point."""

import pytest

from rtsynth_gui.xy.corners import PLACES, blended, corner_weights, shares

NAMES = ("a", "b", "c", "d")


def test_a_corner_is_its_preset_alone() -> None:
    for place, name in zip(PLACES, NAMES, strict=True):
        assert blended(NAMES, place) == {name: 1.0}


@pytest.mark.parametrize("point", [(0.5, 0.5), (0.1, 0.9), (0.7, 0.2)])
def test_weights_add_up(point: tuple[float, float]) -> None:
    weights = corner_weights(point)
    assert sum(weights) == pytest.approx(1.0)
    x, y = point
    assert weights[1] + weights[3] == pytest.approx(x), "the right ones"
    assert weights[0] + weights[1] == pytest.approx(y), "the upper ones"


def test_a_preset_in_two_corners_is_named_once_and_an_empty_one_never() -> None:
    found = blended(("a", "", "a", "d"), (0.5, 0.5))
    assert found == {"a": pytest.approx(2 / 3), "d": pytest.approx(1 / 3)}


def test_without_a_preset_in_a_corner_the_shares_of_the_others_are_all_of_it() -> None:
    names = ("", "b", "c", "d")
    near = shares(names, (0.1, 0.9))
    assert near[0] == 0.0
    assert sum(near) == pytest.approx(1.0)
    assert near[1] == pytest.approx(0.09 / 0.19)
    there = shares(names, (0.0, 1.0))
    assert there == pytest.approx((0.0, 0.5, 0.5, 0.0), abs=0.001), "its neighbours, half each"
    assert shares(("", "", "", ""), (0.5, 0.5)) == (0.0, 0.0, 0.0, 0.0)

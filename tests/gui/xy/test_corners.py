"""How much four presets count at a point."""

import pytest

from rtsynth_gui.xy.corners import PLACES, blended, corner_weights

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
    assert blended(("a", "", "a", "d"), (0.5, 0.5)) == {"a": 0.5, "d": 0.25}
    assert blended(("", "b", "c", "d"), (0.0, 1.0)) == {}

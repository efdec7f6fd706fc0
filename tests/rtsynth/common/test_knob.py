import pytest

from rtsynth.common.knob import clamp, position_of, value_at

RANGES = [(64.0, 76.0, "linear"), (-60.0, 12.0, "linear"), (20.0, 20_000.0, "exponential")]


@pytest.mark.parametrize(("minimum", "maximum", "curve"), RANGES)
def test_positions_and_values_are_each_other_s_inverse(
    minimum: float, maximum: float, curve: str
) -> None:
    for position in (0.0, 0.1, 0.5, 0.9, 1.0):
        value = value_at(position, minimum, maximum, curve)
        assert minimum <= value <= maximum
        assert position_of(value, minimum, maximum, curve) == pytest.approx(position)
    for beyond, end in ((-1.0, 0.0), (2.0, 1.0)):
        assert value_at(beyond, minimum, maximum, curve) == (minimum, maximum)[int(end)]
        outside = minimum - 1 if end == 0 else maximum + 1
        assert position_of(outside, minimum, maximum, curve) == end


def test_half_way() -> None:
    assert value_at(0.5, 64, 76, "linear") == 70
    assert value_at(0.5, 1, 100, "exponential") == pytest.approx(10)
    assert [clamp(value, 1, 2) for value in (0, 1.5, 3)] == [1, 1.5, 2]

"""What the positions 0..1 of a knob mean: its curve, in one place."""

import math


def clamp(value: float, minimum: float, maximum: float) -> float:
    """`value` moved into minimum..maximum."""
    if value < minimum:
        return minimum
    return maximum if value > maximum else value


def value_at(position: float, minimum: float, maximum: float, curve: str) -> float:
    """The value at a position; `curve` is "linear", or "exponential" with a minimum above 0."""
    position = clamp(position, 0.0, 1.0)
    if curve == "exponential":
        return float(minimum * (maximum / minimum) ** position)
    return minimum + position * (maximum - minimum)


def position_of(value: float, minimum: float, maximum: float, curve: str) -> float:
    """The position of a value; that of the nearest end for one beyond."""
    value = clamp(value, minimum, maximum)
    if curve == "exponential":
        return math.log(value / minimum) / math.log(maximum / minimum)
    return (value - minimum) / (maximum - minimum)

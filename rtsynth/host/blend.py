"""Between presets: values of controls from those of several, by weight, and on the way there.

Continuous controls move in proportion to the knob's position, so along their curve. What has no
between (a class, an override, the number of codes to choose from) switches.
"""

import math
from collections.abc import Mapping, Sequence

from rtsynth.common.control_info import ControlInfo, Owner
from rtsynth.common.errors import ControlError
from rtsynth.common.knob import position_of, value_at
from rtsynth.engine.program.table import take_name

Values = Mapping[str, float]
HALF = 0.5
SWITCHED = ("top_k", "follow", "lfo1_beats", "lfo2_beats")  # 0 is something else there


def weights_between(first: str, second: str, position: float) -> dict[str, float]:
    """{name: weight} at a position from one to another, clamped to 0..1.

    Raises:
        ControlError: it is not a finite number.
    """
    if not math.isfinite(position):
        raise ControlError(f"position {position} is not a finite number")
    position = min(max(position, 0.0), 1.0)
    weights = {first: 1.0 - position}
    weights[second] = weights.get(second, 0.0) + position
    return weights


def switches(info: ControlInfo) -> bool:
    """Whether there is nothing between two values of a control."""
    return (
        bool(info.labels)
        or info.role == "class"
        or (info.owner is Owner.PARAMETER and info.name.endswith(take_name("")))
        or (info.owner is Owner.ENGINE and info.name in SWITCHED)
    )


def blend(
    infos: Mapping[str, ControlInfo], weighted: Sequence[tuple[float, Values]]
) -> dict[str, float]:
    """The values between presets; those with weight 0 do not count.

    A control that only some presets have goes by those. So does a parameter that a tier generates
    and only some override. What switches is as in the preset of the greatest weight, the later one
    of two that are equal.

    Args:
        weighted: (weight, values), weights of any sum above 0.
    """
    parts = [(weight, values) for weight, values in weighted if weight > 0]
    blended = {}
    for name, info in infos.items():
        found = [(weight, values) for weight, values in parts if name in values]
        if info.generation is not None:
            taken = [(w, values) for w, values in found if values.get(take_name(name), 0.0) > 0]
            found = taken or found
        if found:
            blended[name] = _blended(info, [(weight, values[name]) for weight, values in found])
    return blended


def _blended(info: ControlInfo, parts: list[tuple[float, float]]) -> float:
    if switches(info):
        return max(reversed(parts), key=lambda part: part[0])[1]
    if len({value for _, value in parts}) == 1:
        return parts[0][1]  # exactly
    total = sum(weight for weight, _ in parts)
    position = sum(weight / total * _position(info, value) for weight, value in parts)
    return value_at(position, info.minimum, info.maximum, info.curve)


def between(info: ControlInfo, start: float, end: float, share: float) -> float:
    """The value at a share 0..1 of the way from one to another."""
    if switches(info):
        return start if share < HALF else end
    if share >= 1.0 or start == end:
        return end
    first, last = _position(info, start), _position(info, end)
    return value_at(first + share * (last - first), info.minimum, info.maximum, info.curve)


def _position(info: ControlInfo, value: float) -> float:
    return position_of(value, info.minimum, info.maximum, info.curve)

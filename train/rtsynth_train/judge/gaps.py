"""Early warning: values of a parameter that no recording is near to.

The rule. The recorded values and both ends of the control are put in order. Between two neighbours
is a gap where they are more than a quarter of the control's range apart (`WIDE`), or more than
`TIMES` the usual distance of neighbours and a twentieth of the range (`NARROW`). Classes have no
values between them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from rtsynth.plugin import Parameter

WIDE, NARROW, TIMES = 0.25, 0.05, 3.0
MOST_NAMED = 3


@dataclass(frozen=True)
class Gap:
    """Nothing was recorded between `low` and `high` of a parameter."""

    parameter: str
    low: float
    high: float


def gaps_of(parameter: Parameter, values: Iterable[float]) -> list[Gap]:
    """The gaps in the recorded `values` of one parameter, the widest first."""
    if parameter.role == "class" or parameter.labels:
        return []
    span = parameter.maximum - parameter.minimum
    inside = np.clip(np.fromiter(values, np.float64), parameter.minimum, parameter.maximum)
    if inside.size == 0:
        return []
    known = np.unique(np.round((inside - parameter.minimum) / span, 6))
    usual = float(np.median(np.diff(known))) if known.size > 2 else 1.0
    edges = np.unique(np.concatenate([[0.0], known, [1.0]]))
    found = [
        (high - low, low, high)
        for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
        if high - low > WIDE + 1e-6 or high - low > max(TIMES * usual, NARROW) + 1e-6
    ]
    return [
        Gap(parameter.name, parameter.minimum + low * span, parameter.minimum + high * span)
        for _, low, high in sorted(found, key=lambda gap: -gap[0])
    ]


def gap_warnings(
    parameters: Iterable[Parameter], recorded: Mapping[str, Iterable[float]]
) -> list[str]:
    """A line for every parameter with gaps; `recorded` has the values of its recordings."""
    lines = []
    for parameter in parameters:
        gaps = gaps_of(parameter, recorded.get(parameter.name, ()))
        if gaps:
            shown = ", ".join(f"{gap.low:.6g} and {gap.high:.6g}" for gap in gaps[:MOST_NAMED])
            more = f" (and {len(gaps) - MOST_NAMED} more)" if len(gaps) > MOST_NAMED else ""
            lines.append(
                f"{parameter.name}: nothing recorded between {shown}{more}; what it plays there is"
                " a guess"
            )
    return lines

"""Measures of all points as one line each, with the limit that a learned sound keeps."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rtsynth_train.judge.listening import Measurement


@dataclass(frozen=True)
class Measure:
    """`off` is what the limit is of: the value itself, or how far it is from the recordings'.
    `label` names it with what `off` is, `what` says the latter alone.

    `usual` and `worst` limit the median and the largest `off`; None: not judged.
    """

    unit: str
    label: str
    what: str
    usual: float | None
    worst: float | None
    off: Callable[[float, float | None], float | None]


def _itself(value: float, _: float | None) -> float:
    return abs(value)


def _difference(value: float, wanted: float | None) -> float | None:
    return None if wanted is None else abs(value - wanted)


def _lack(value: float, wanted: float | None) -> float | None:
    return None if wanted is None else max(0.0, wanted - value)


def _shallower(value: float, wanted: float | None) -> float | None:
    return None if wanted is None else max(0.0, min(wanted, DEEP_DB) - value)


def _excess(value: float, _: float | None) -> float:
    return max(0.0, value)


def _percent(value: float, wanted: float | None) -> float | None:
    return None if not wanted else 100 * abs(value / wanted - 1)


DEEP_DB = 24.0  # of events: deeper ones are as good
MEASURES = {
    "pitch_cents": Measure("cents", "pitch, cents off", "off the pitch", 10.0, 50.0, _itself),
    "level_db": Measure("dB", "level, dB off", "off the recording's level", 3.0, 6.0, _difference),
    "harmonic_to_rest_db": Measure(
        "dB", "partials over the rest, dB less", "below the recording's partials", 6.0, 12.0, _lack
    ),
    "event_rate": Measure(
        "/s", "event rate, % off", "% off the recording's rate", 15.0, 30.0, _percent
    ),
    "event_depth_db": Measure(
        "dB", "event depth, dB less", "below the recording's depth", 6.0, 12.0, _shallower
    ),
    "hiss_db": Measure("dB", "noise, dB more", "above the recording's noise", 6.0, 12.0, _excess),
    "lock_ms": Measure(
        "ms", "time to the pitch, ms", "until the pitch is right", 100.0, 250.0, _itself
    ),
}
SHALLOWEST_DB = 9.0  # of events, where no recording says how deep they are
ALWAYS = ("level_db", "hiss_db")  # these apply to every plugin


@dataclass(frozen=True)
class Summary:
    """Of one measure at the points, or between: medians of the values and of how far they are
    off, and the worst; None where nothing says what they should be.
    """

    points: int
    value: float
    off: float | None
    worst: float | None
    passed: bool | None


def summaries(rows: Sequence[Measurement], key: str) -> dict[str, Summary]:
    """By "points" and "between"; without those that have no such measure."""
    out = {}
    for name, between in (("points", False), ("between", True)):
        here = [each for each in rows if each.point.between == between and key in each.measured]
        if here:
            out[name] = _summary(here, key)
    return out


def _summary(rows: Sequence[Measurement], key: str) -> Summary:
    measure = MEASURES[key]
    values = [row.measured[key] for row in rows]
    offs = [measure.off(row.measured[key], row.wanted.get(key)) for row in rows]
    known = [off for off in offs if off is not None]
    value = float(np.median(values))
    if key == "event_depth_db" and not known:
        return Summary(len(values), value, None, None, value >= SHALLOWEST_DB)
    if not known:
        return Summary(len(values), value, None, None, None)
    off, worst = float(np.median(known)), max(known)
    passed = (measure.usual is None or off <= measure.usual) and (
        measure.worst is None or worst <= measure.worst
    )
    return Summary(len(values), value, off, worst, passed)


def document(name: str, rows: Sequence[Measurement]) -> dict[str, Any]:
    """Everything measured, for JSON: a key for every measure (null: does not apply), and all
    points. What is infinite (a pitch that never is right) is null.
    """
    out: dict[str, Any] = {"plugin": name}
    for key, measure in MEASURES.items():
        found = summaries(rows, key)
        out[key] = None
        if found:
            out[key] = {
                "unit": measure.unit, "off_is": measure.what,
                "limit_median": measure.usual, "limit_worst": measure.worst,
                **{place: {k: finite(v) for k, v in vars(each).items()}
                   for place, each in found.items()},
            }  # fmt: skip
    out["points"] = [
        {
            "values": row.point.values,
            "between": row.point.between,
            "recordings": [path.name for path in row.point.recordings],
            **{key: finite(value) for key, value in row.measured.items()},
            "wanted": {key: finite(value) for key, value in row.wanted.items()},
        }
        for row in rows
    ]
    out["not_judged"] = not_judged(rows)
    out["passed"] = all_passed(rows)
    return out


def all_passed(rows: Sequence[Measurement]) -> bool | None:
    """Whether no measure is beyond its limits; None where none of them is judged."""
    found = [each.passed for key in MEASURES for each in summaries(rows, key).values()]
    known = [passed for passed in found if passed is not None]
    return all(known) if known else None


def not_judged(rows: Sequence[Measurement]) -> list[str]:
    """Keys of the measures that apply, and nothing says what they should be."""
    out = []
    for key in MEASURES:
        found = summaries(rows, key).values()
        if (found or key in ALWAYS) and all(each.passed is None for each in found):
            out.append(key)
    return out


def finite(value: Any) -> Any:
    """JSON has no number for what is infinite."""
    if isinstance(value, float):
        return round(value, 3) if math.isfinite(value) else None
    return value

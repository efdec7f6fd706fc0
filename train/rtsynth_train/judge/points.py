"""Where a plugin is listened to: at what was recorded, and between.

Between two recordings that differ in one parameter alone lies a point halfway; what was recorded on
both sides says what it should sound like. Where the recordings are not known, points are a grid:
whole semitones of a pitch, all classes, fifths of anything else, and halfway between.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from pathlib import Path
from typing import TypeVar

import numpy as np

from rtsynth.plugin import Manifest, Parameter
from rtsynth_train.measure.recorded import Recorded, knobs_of

GRID = 5
FEWEST, USUAL, MOST = 1, 12, 500
PITCH = "pitch"
Each = TypeVar("Each")


@dataclass(frozen=True)
class Point:
    """`values` of all knobs; `recordings` at them, or on both sides where it is `between`."""

    values: dict[str, float]
    between: bool
    recordings: tuple[Path, ...] = ()


def pitch_of(manifest: Manifest) -> Parameter | None:
    """The knob that is the pitch in semitones, if there is one."""
    return next((knob for knob in knobs_of(manifest) if knob.role == PITCH), None)


def points_of(
    manifest: Manifest, recordings: Sequence[Recorded], most: int = USUAL
) -> list[Point]:  # fmt: skip
    """At most `most` points, and as many between them; evenly from all there are."""
    knobs = knobs_of(manifest)
    if not knobs:
        paths = [each.path for each in recordings]
        return [Point({}, False, (path,)) for path in _thinned(paths, most)] or [Point({}, False)]
    held = [each for each in recordings if len(each.values) == len(knobs)]
    at = _recorded(held) if held else _grid(knobs)
    chosen = _thinned(at, most)
    halfway = [p for knob in _moving(knobs) for p in _halfway(at, knob.name)]
    return [*chosen, *_thinned(halfway, most)]


def _recorded(recordings: Sequence[Recorded]) -> list[Point]:
    found: dict[tuple[float, ...], Point] = {}
    for each in recordings:
        key = tuple(each.values.values())
        found.setdefault(key, Point(each.values, False, (each.path,)))
    return [found[key] for key in sorted(found)]


def _grid(knobs: Sequence[Parameter]) -> list[Point]:
    """Along the knob that says most, with every class."""
    classes = [knob for knob in knobs if knob.role == "class"]
    others = _moving(knobs)[:1]
    rest = {knob.name: knob.default for knob in knobs}
    sets = product(*([(c.name, v) for v in _values(c)] for c in classes))
    along = [{knob.name: value} for knob in others for value in _values(knob)] or [{}]
    return [Point(rest | dict(chosen) | place, False) for chosen in sets for place in along]


def _moving(knobs: Sequence[Parameter]) -> list[Parameter]:
    """Knobs that have something between, the pitch first, an amplitude last."""
    order = {PITCH: 0, "conditioning": 1, "amplitude": 2}
    return sorted((k for k in knobs if k.role in order), key=lambda knob: order[knob.role])


def _values(knob: Parameter) -> list[float]:
    if knob.role == "class":
        return np.arange(round(knob.minimum), round(knob.maximum) + 1).astype(float).tolist()
    if knob.role == PITCH:
        return np.arange(np.ceil(knob.minimum), np.floor(knob.maximum) + 1).tolist()
    return [knob.value_at(place) for place in np.linspace(0, 1, GRID).tolist()]


def _halfway(points: Sequence[Point], name: str) -> list[Point]:
    """Between neighbours along one knob, the others the same."""
    lines: dict[tuple[float, ...], list[Point]] = {}
    for point in points:
        others = tuple(value for key, value in point.values.items() if key != name)
        lines.setdefault(others, []).append(point)
    out = []
    for line in lines.values():
        line.sort(key=lambda point: point.values[name])
        for low, high in pairwise(line):
            middle = (low.values[name] + high.values[name]) / 2
            both = low.recordings + high.recordings
            values = low.values | {name: middle}
            out.append(replace(low, values=values, between=True, recordings=both))
    return out


def _thinned(points: Sequence[Each], most: int) -> list[Each]:
    """At most `most` of them, evenly from first to last."""
    if len(points) <= most:
        return list(points)
    return [points[n] for n in np.linspace(0, len(points) - 1, most).round().astype(int).tolist()]

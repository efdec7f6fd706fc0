"""Conditioning for every sample from a .csv, as recordings have it beside them in training.

Whole numbers, one for every sample (`csv_rows`), are the class; under a first line of names every
column is a control, in its unit, and classes may lie in between. The value of row t
holds from sample t on, counted from 0 and exactly: what such a file moves is not smoothed.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.control_names import control_name, plugin_name
from rtsynth.common.errors import InputError
from rtsynth.common.files.csv_dialect import SUFFIX
from rtsynth.common.files.csv_rows import CsvFile, open_csv
from rtsynth.compiler.controls import controls_of
from rtsynth.offline.timeline import Timeline, Track
from rtsynth.plugin import Parameter, Plugin

TIME_COLUMN = "time_s"  # first column of the other kind of .csv, that of `control.automation`
RANGE_TOLERANCE = 1e-6  # of a parameter's range: text rounds


@dataclass(frozen=True)
class Conditioning:
    """What a file says: a row for each of `rows` samples, of the controls `names`.

    `events` are the changes, the first row's at 0 s; `first` is that row.
    """

    names: tuple[str, ...]
    rows: int
    first: dict[str, float]
    events: Timeline


def is_conditioning(path: Path, plugin: Plugin) -> bool:
    """Whether a file has a row for every sample, going by its first line.

    False as well for what cannot be read: whoever reads it will say so.
    """
    if path.suffix.lower() != SUFFIX:
        return False
    try:
        names = open_csv(path).names
    except InputError:
        return False
    if names and names[0].lower() == TIME_COLUMN:
        return False
    specs = _specs(plugin)
    return all(_control_of(name, specs) is not None for name in names)


def read_conditioning(path: Path, plugin: Plugin) -> Conditioning:
    """Read a file for which `is_conditioning` holds.

    Raises:
        InputError: naming the file and the place in it: no number, no class, a value out of
            range, rows of different lengths, a column twice, nothing but names; or a plugin that
            has no class, or several.
    """
    table, specs = open_csv(path), _specs(plugin)
    controls = _columns(table, specs) if table.names else [_class_of(path, plugin)]
    low, high = _bounds(controls)
    last = np.full((1, len(controls)), np.nan)  # differs from everything
    changes = [(array("d"), array("d")) for _ in controls]  # (seconds, values)
    rows = 0
    for block in table.rows():
        _check_range(table, controls, block, rows)
        values = np.clip(block, low, high)
        changed = values != np.concatenate([last, values])[:-1]
        for column, (times_s, moves) in enumerate(changes):
            here = np.flatnonzero(changed[:, column])
            times_s.frombytes(((rows + here) / plugin.sample_rate_hz).tobytes())
            moves.frombytes(values[here, column].tobytes())
        rows, last = rows + len(block), values[-1:]
    if rows == 0:
        raise InputError(f"{path}: has names, but no rows; it needs one for every sample")
    names = tuple(control.name for control in controls)
    tracks = [
        Track(name, np.frombuffer(times_s), np.frombuffer(moves))
        for name, (times_s, moves) in zip(names, changes, strict=True)
    ]
    first = {track.name: float(track.values[0]) for track in tracks}
    return Conditioning(names, rows, first, Timeline(tracks))


def without_smoothing(plugin: Plugin, names: Sequence[str]) -> Plugin:
    """The plugin with parameters `names` that reach a new value at once."""
    parameters = [
        p.model_copy(update={"smoothing_ms": 0.0}) if p.name in names else p
        for p in plugin.parameters
    ]
    if parameters == plugin.parameters:
        return plugin
    return replace(plugin, manifest=plugin.manifest.model_copy(update={"parameters": parameters}))


def _specs(plugin: Plugin) -> dict[str, Parameter]:
    return {control.spec.name: control.spec for control in controls_of(plugin)}


def _control_of(title: str, specs: dict[str, Parameter]) -> Parameter | None:
    """The control that a column is for: called as the control is, or as the trainer found it."""
    return specs.get(control_name(title)) or specs.get(plugin_name(title))


def _columns(table: CsvFile, specs: dict[str, Parameter]) -> list[Parameter]:
    found: list[Parameter] = []
    for title in table.names:
        spec = _control_of(title, specs)
        assert spec is not None  # see is_conditioning
        if spec in found:
            raise InputError(f"{table.path}: column {spec.name!r} is there twice")
        found.append(spec)
    return found


def _class_of(path: Path, plugin: Plugin) -> Parameter:
    made = plugin.manifest.generated
    classes = [p for p in plugin.parameters if p.role == "class" and p.name not in made]
    if len(classes) == 1:
        return classes[0]
    several = f"several: {', '.join(p.name for p in classes)}"
    raise InputError(
        f"{path}: holds classes, but of class parameters {plugin.name} has "
        f"{several if classes else 'none'}; begin with a line of names, or with time_s,NAME for "
        "changes at times"
    )


def _bounds(controls: list[Parameter]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Minima [C] and maxima [C]."""
    return np.array([c.minimum for c in controls]), np.array([c.maximum for c in controls])


def _check_range(
    table: CsvFile, controls: list[Parameter], block: NDArray[np.float64], before: int
) -> None:
    """InputError for the first value of `block`, behind `before` rows, that is out of range."""
    low, high = _bounds(controls)
    slack = RANGE_TOLERANCE * (high - low)
    outside = np.argwhere((block < low - slack) | (block > high + slack))
    if not outside.size:
        return
    row, column = outside[0].tolist()
    spec, value, number = controls[column], block[row, column], before + row + 1
    if table.names:
        span = f"{spec.minimum:g}..{spec.maximum:g}"
        raise InputError(f"{table.path}: row {number}: {spec.name}: {value:g} is not in {span}")
    classes = f"{spec.name} has the classes 0 to {spec.maximum:g}"
    raise InputError(f"{table.path}: entry {number} is {value:g}, but {classes}")

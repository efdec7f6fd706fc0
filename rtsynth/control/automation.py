"""Automation files for `rtsynth render` and `score`: .csv, .npy, .params or .mid -> timed changes.

.csv    time_s,pitch,amplitude:linear
        0,69,0.2
        0.5,72,
        1.0,,0.9
    A row sets every column that is not empty, at its time; in between, values hold ("step", what a
    column is unless told otherwise) or move on a straight line to the next one ("linear"). Every
    change then takes the control's own smoothing. Columns are parameters or the built-in controls
    (gain, temperature, top_k, top_p, motion.beta, ...). Lines that start with # are comments.
    A .csv without times has a row for every sample, as in training: a class, or values under names
    (`rtsynth.conditioning_file`).

.npy    FILE.npy:RATE, for example glide.npy:125
    Values [T, P] at RATE rows a second, in the units and the order of the plugin's parameters
    (those that no tier generates); [T] where there is one, and [B, T, P] for B renderings. The last
    row holds.

.params FILE.params or FILE.params:START_S, a recording's parameters from START_S on
    Every one that the plugin has and does not generate itself moves as it did there. Normalised
    values (unit "norm", or from 0 to 1) go over the range that the network knows, others are in
    the plugin's unit.

.mid    Notes, controllers and bend act as they do live. A note sounds until it is released (with
    one voice the last one wins); before the first note and between notes there is silence.

A value out of range is refused, with its place in the file: files are checked before anything is
rendered. (What is moved by hand, and a note of a .mid file, is clamped.)
"""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtsynth.conditioning_file import TIME_COLUMN, is_conditioning, read_conditioning
from rtsynth.control.automation_midi import cannot_read, read_midi
from rtsynth.control.midi_map import MidiMap
from rtsynth.control_names import control_name, some_names
from rtsynth.engine.controls import controls_of
from rtsynth.errors import InputError
from rtsynth.events import ControlEvent
from rtsynth.params_file import read_params
from rtsynth.plugin import Parameter, Plugin

LONGEST_S = 3600.0  # straight lines are made of very many changes
LINE_STEP_S = 0.004  # a straight line is made of changes this far apart; smoothing joins them
RANGE_TOLERANCE = 1e-6  # of a parameter's range: float32 files round
SHAPES = ("step", "linear")


def read_automation(
    file: Path | str,
    plugin: Plugin,
    midi_map: MidiMap | None = None,
    *,
    voices: int = 1,
    number: int = 0,
) -> list[ControlEvent]:
    """Read timed changes for a plugin, sorted by time.

    Args:
        file: path; for .npy with `:RATE` (rows a second) behind it, for .params perhaps `:START_S`.
        plugin: whose parameters the file moves.
        midi_map: for .mid, which controller moves what.
        voices: for .mid, how many notes sound together.
        number: which rendering of a batch it is for, from 0; a file for one is for all.

    Raises:
        InputError: one line that names the file, the place in it and the remedy.
    """
    path, behind = _split(str(file))
    specs = {control.spec.name: control.spec for control in controls_of(plugin)}
    match path.suffix.lower():
        case ".csv" if is_conditioning(path, plugin):
            events = read_conditioning(path, plugin).events
        case ".csv":
            events = _read_csv(path, specs)
        case ".npy":
            events = _read_npy(path, knobs_of(plugin), behind, number)
        case ".params":
            events = _read_params(path, knobs_of(plugin), behind or 0.0)
        case ".mid" | ".midi":
            events = read_midi(path, plugin, midi_map, voices)
        case _:
            raise InputError(f"{path}: automation is a .csv, .npy, .params or .mid file")
    return sorted(events, key=lambda event: event.time_s)


def batch_size(file: str) -> int:
    """How many renderings a file is for: B of an .npy file of [B, T, P], else 1."""
    path, _ = _split(file)
    if path.suffix.lower() != ".npy":
        return 1
    array = _load_npy(path)
    if array.ndim == 3 and len(array) == 0:
        raise InputError(f"{path}: has shape {list(array.shape)}: it is for no rendering")
    return len(array) if array.ndim == 3 else 1


def knobs_of(plugin: Plugin) -> list[Parameter]:
    """The parameters that no tier generates."""
    made = plugin.manifest.generated
    return [parameter for parameter in plugin.parameters if parameter.name not in made]


# What stands behind the colon, and what it may be.
_BEHIND = {".npy": ("a rate", 125, 1e-6, 1e6), ".params": ("a time in seconds", 2.5, 0.0, 1e6)}


def _split(text: str) -> tuple[Path, float | None]:
    name, separator, number = text.rpartition(":")
    suffix = Path(name).suffix.lower()
    if not separator or suffix not in _BEHIND or Path(text).exists():
        return Path(text), None
    what, example, low, high = _BEHIND[suffix]
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise InputError(f"{text}: {number!r} is not {what}; write for example {name}:{example:g}")
    return Path(name), value


def _in_range(where: str, spec: Parameter, value: float) -> float:
    slack = RANGE_TOLERANCE * (spec.maximum - spec.minimum)
    if not spec.minimum - slack <= value <= spec.maximum + slack:  # NaN is never in range
        raise InputError(f"{where}: {value:g} is not in {spec.minimum:g}..{spec.maximum:g}")
    return spec.clamp(value)


# ---------------------------------------------------------------------------------------- .csv


def _read_csv(path: Path, specs: dict[str, Parameter]) -> list[ControlEvent]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise cannot_read(path, error) from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not a text in UTF-8") from error
    rows = [
        (number, [cell.strip() for cell in line.split(",")])
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not rows:
        raise InputError(
            f"{path}: empty; the first line names the columns: time_s,NAME,... (or it has a class, "
            "or values under names, for every sample)"
        )
    columns = _csv_columns(f"{path}:{rows[0][0]}", rows[0][1], specs)
    events: list[ControlEvent] = []
    previous: dict[str, tuple[float, float]] = {}
    last_s = 0.0
    for number, cells in rows[1:]:
        where = f"{path}:{number}"
        if len(cells) != len(columns) + 1:
            raise InputError(f"{where}: {len(cells)} cells under {len(columns) + 1} columns")
        time_s = _csv_number(f"{where}: time_s", cells[0])
        if time_s < last_s:
            raise InputError(f"{where}: time_s: {time_s:g} is before {last_s:g}; sort the rows")
        if time_s > LONGEST_S:
            raise InputError(f"{where}: time_s: {time_s:g} s is more than a day")
        last_s = time_s
        for (name, shape), cell in zip(columns, cells[1:], strict=True):
            if cell == "":
                continue
            value = _in_range(
                f"{where}: {name}", specs[name], _csv_number(f"{where}: {name}", cell)
            )
            if shape == "linear" and name in previous:
                events += _line(name, *previous[name], time_s, value)
            events.append(ControlEvent(time_s, name, value))
            previous[name] = (time_s, value)
    return events


def _csv_columns(
    where: str, header: list[str], specs: dict[str, Parameter]
) -> list[tuple[str, str]]:
    if header[0] != TIME_COLUMN:
        other = next((name for name in header if control_name(name) not in specs), header[0])
        raise InputError(
            f"{where}: the first column is {header[0]!r}; it must be {TIME_COLUMN}, or with a row "
            f"for every sample all are controls; {other!r} is none of {some_names(specs, other)}"
        )
    columns: list[tuple[str, str]] = []
    for title in header[1:]:
        name, _, shape = title.partition(":")
        name = control_name(name)
        if name not in specs:
            raise InputError(
                f"{where}: unknown column {name!r}; there are {some_names(specs, name)}"
            )
        if (shape or SHAPES[0]) not in SHAPES:
            raise InputError(f"{where}: column {title!r}: write {name}:step or {name}:linear")
        if name in (column for column, _ in columns):
            raise InputError(f"{where}: column {name!r} is there twice")
        columns.append((name, shape or SHAPES[0]))
    return columns


def _csv_number(where: str, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{where}: {cell!r} is not a finite number")
    return value


def _line(
    name: str, start_s: float, start: float, end_s: float, end: float
) -> Iterator[ControlEvent]:
    """The changes strictly between two points."""
    if start == end:
        return
    for step in range(1, math.ceil((end_s - start_s) / LINE_STEP_S)):
        time_s = start_s + step * LINE_STEP_S
        share = (time_s - start_s) / (end_s - start_s)
        yield ControlEvent(time_s, name, start + share * (end - start))


# ---------------------------------------------------------------------------------------- .npy


def _read_npy(
    path: Path, knobs: Sequence[Parameter], rate_hz: float | None, number: int
) -> list[ControlEvent]:
    array = _load_npy(path)
    if rate_hz is None:
        raise InputError(f"{path}: say how many rows a second it has, for example {path}:125")
    rows = _rows_of(path, array, len(knobs), number)
    events = []
    for column, spec in enumerate(knobs):
        values = rows[:, column]
        changed = np.flatnonzero(values != np.concatenate([[np.nan], values[:-1]]))
        for row in changed.tolist():
            where = f"{path}: row {row}, column {column} ({spec.name})"
            value = _in_range(where, spec, float(values[row]))
            events.append(ControlEvent(row / rate_hz, spec.name, value))
    return events


def _load_npy(path: Path) -> NDArray[Any]:
    try:
        with path.open("rb") as file:
            array = np.lib.format.read_array(file, allow_pickle=False)
    except OSError as error:
        raise cannot_read(path, error) from error
    except (ValueError, EOFError, MemoryError, OverflowError) as error:
        raise InputError(f"{path}: not a .npy file of numbers") from error
    if array.dtype.kind not in "fiu":
        raise InputError(f"{path}: not a .npy file of numbers")
    return array


def _rows_of(path: Path, array: NDArray[Any], width: int, number: int) -> NDArray[np.float64]:
    """[T, P] of what the file holds for rendering `number`."""
    rows = array.astype(np.float64)
    if rows.ndim == 3 and rows.shape[0] > 0:
        if number >= len(rows) > 1:
            raise InputError(f"{path}: is for {len(rows)} renderings; --batch asks for more")
        rows = rows[min(number, len(rows) - 1)]
    elif rows.ndim == 1 and width == 1:
        rows = rows[:, None]
    if rows.ndim != 2 or rows.shape[1] != width or rows.shape[0] == 0:
        raise InputError(
            f"{path}: has shape {list(array.shape)}; the plugin wants [T, {width}], one column for "
            "each parameter that it does not generate"
        )
    return rows


# ------------------------------------------------------------------------------------- .params


def _read_params(path: Path, knobs: Sequence[Parameter], start_s: float) -> list[ControlEvent]:
    tracks = read_params(path)
    end_s = max(float(track.times[-1]) for track in tracks.values())
    if end_s > LONGEST_S:
        raise InputError(f"{path}: goes on for {end_s:g} s, more than a day")
    if start_s > end_s:
        raise InputError(f"{path}: ends at {end_s:g} s, before {start_s:g} s; start it earlier")
    events: list[ControlEvent] = []
    for spec in knobs:
        track = tracks.get(spec.name)
        if track is None:
            continue
        values = track.values
        # As the trainer takes them.
        if track.unit == "norm" or (track.minimum, track.maximum) == (0.0, 1.0):
            low, high = spec.network_range
            values = low + values * (high - low)
        first = float(np.interp(start_s, track.times, values))
        later = track.times > start_s
        times = np.concatenate([[0.0], track.times[later] - start_s]).tolist()
        moves = np.concatenate([[first], values[later]]).tolist()
        points = [
            (t, _in_range(f"{path}: {spec.name}", spec, v))
            for t, v in zip(times, moves, strict=True)
        ]
        for before, after in pairwise(points):
            events.append(ControlEvent(before[0], spec.name, before[1]))
            events += _line(spec.name, *before, *after)
        events.append(ControlEvent(points[-1][0], spec.name, points[-1][1]))
    if not events:
        known, wanted = ", ".join(tracks), ", ".join(spec.name for spec in knobs)
        raise InputError(f"{path}: has {known}, none of what the plugin wants: {wanted}")
    return events

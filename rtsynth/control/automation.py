"""Automation files for `rtsynth render` and `score`: .csv, .npy or .mid -> timed changes.

.csv    time_s,pitch,amplitude:linear
        0,69,0.2
        0.5,72,
        1.0,,0.9
    A row sets every column that is not empty, at its time; in between, values hold ("step", what a
    column is unless told otherwise) or move on a straight line to the next one ("linear"). Every
    change then takes the control's own smoothing. Columns are parameters or the built-in controls
    gain, temperature, top_k, top_p. Lines that start with # are comments.

.npy    FILE.npy:RATE, for example glide.npy:125
    Values [T, P] at RATE rows a second, in the units and the order of the plugin's parameters;
    [T] where there is one parameter, and of [B, T, P] the first.

.mid    Notes, controllers and bend act as they do live. A note sounds until it is released (with
    one voice the last one wins); before the first note and between notes there is silence.
"""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtsynth.control.automation_midi import cannot_read, read_midi
from rtsynth.control.midi_map import MidiMap
from rtsynth.engine.controls import controls_of
from rtsynth.errors import InputError
from rtsynth.offline import ControlEvent
from rtsynth.plugin import Parameter, Plugin

LINE_STEP_S = 0.004  # a straight line is made of changes this far apart; smoothing joins them
RANGE_TOLERANCE = 1e-6  # of a parameter's range: float32 files round
SHAPES = ("step", "linear")


def read_automation(
    file: Path | str, plugin: Plugin, midi_map: MidiMap | None = None, *, voices: int = 1
) -> list[ControlEvent]:
    """Read timed changes for a plugin, sorted by time.

    Args:
        file: path; for .npy with `:RATE` (rows a second) behind it.
        plugin: whose parameters the file moves.
        midi_map: for .mid, which controller moves what.
        voices: for .mid, how many notes sound together.

    Raises:
        InputError: one line that names the file, the place in it and the remedy.
    """
    path, rate_hz = _split_rate(str(file))
    specs = {control.spec.name: control.spec for control in controls_of(plugin)}
    match path.suffix.lower():
        case ".csv":
            events = _read_csv(path, specs)
        case ".npy":
            events = _read_npy(path, plugin.parameters, rate_hz)
        case ".mid" | ".midi":
            events = read_midi(path, plugin, midi_map, voices)
        case _:
            raise InputError(f"{path}: automation is a .csv, .npy or .mid file")
    return sorted(events, key=lambda event: event.time_s)


def _split_rate(text: str) -> tuple[Path, float | None]:
    name, separator, rate = text.rpartition(":")
    if not separator or not name.lower().endswith(".npy") or Path(text).exists():
        return Path(text), None
    try:
        rate_hz = float(rate)
    except ValueError:
        rate_hz = math.nan
    if not (math.isfinite(rate_hz) and 0 < rate_hz <= 1e6):
        raise InputError(f"{text}: {rate!r} is no rate; write for example {name}:125")
    return Path(name), rate_hz


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
        raise InputError(f"{path}: empty; the first line names the columns: time_s,NAME,...")
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
    if header[0] != "time_s":
        raise InputError(f"{where}: the first column is {header[0]!r}; it must be time_s")
    columns: list[tuple[str, str]] = []
    for title in header[1:]:
        name, _, shape = title.partition(":")
        if name not in specs:
            raise InputError(f"{where}: unknown column {name!r}; there are {', '.join(specs)}")
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
    path: Path, parameters: Sequence[Parameter], rate_hz: float | None
) -> list[ControlEvent]:
    try:
        array = np.load(path, allow_pickle=False)
    except OSError as error:
        raise cannot_read(path, error) from error
    except (ValueError, EOFError) as error:
        raise InputError(f"{path}: not a .npy file of numbers") from error
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiu":
        raise InputError(f"{path}: not a .npy file of numbers")
    if rate_hz is None:
        raise InputError(f"{path}: say how many rows a second it has, for example {path}:125")
    rows = _rows_of(path, array, len(parameters))
    events = []
    for column, spec in enumerate(parameters):
        values = rows[:, column]
        changed = np.flatnonzero(np.diff(values, prepend=np.nan) != 0)
        for row in changed.tolist():
            where = f"{path}: row {row}, column {column} ({spec.name})"
            value = _in_range(where, spec, float(values[row]))
            events.append(ControlEvent(row / rate_hz, spec.name, value))
    return events


def _rows_of(path: Path, array: NDArray[Any], width: int) -> NDArray[np.float64]:
    """[T, P] of what the file holds."""
    rows = array.astype(np.float64)
    if rows.ndim == 3 and rows.shape[0] > 0:
        rows = rows[0]
    elif rows.ndim == 1 and width == 1:
        rows = rows[:, None]
    if rows.ndim != 2 or rows.shape[1] != width or rows.shape[0] == 0:
        raise InputError(
            f"{path}: has shape {list(array.shape)}; the plugin wants [T, {width}], one column for "
            "each parameter"
        )
    return rows

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
    (`rtsynth.offline.conditioning_file`). Separators, quotes and decimal commas:
    `rtsynth.common.files.csv_dialect`.

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
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rtsynth.common.control_names import control_name, some_names
from rtsynth.common.errors import InputError
from rtsynth.common.files.csv_dialect import (
    Cells,
    declared_separator,
    numbered_lines,
    separators_in,
)
from rtsynth.common.files.text import opened_text
from rtsynth.common.plain_text import plain
from rtsynth.compiler.controls import controls_of
from rtsynth.control.midi.map import MidiMap
from rtsynth.host.note_player import GATE_NAME
from rtsynth.offline.automation_array import RANGE_TOLERANCE, array_shape, in_range, read_array
from rtsynth.offline.automation_midi import read_midi
from rtsynth.offline.conditioning_file import TIME_COLUMN, is_conditioning, read_conditioning
from rtsynth.offline.params_file import read_params
from rtsynth.offline.timeline import Timeline, Track
from rtsynth.plugin import Parameter, Plugin

LONGEST_S = 86_400.0
LARGEST_CSV_BYTES = 64 << 20
LONGEST_SHOWN = 120  # characters of a name that is none
SHAPES = ("step", "linear")


def read_automation(
    file: Path | str,
    plugin: Plugin,
    midi_map: MidiMap | None = None,
    *,
    voices: int = 1,
    number: int = 0,
) -> Timeline:
    """Read timed changes for a plugin, in the order of their times.

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
            return read_conditioning(path, plugin).events
        case ".csv":
            return _read_csv(path, specs)
        case ".npy":
            return read_array(path, knobs_of(plugin), behind, number)
        case ".params":
            return _read_params(path, knobs_of(plugin), behind or 0.0)
        case ".mid" | ".midi" | ".kar" | ".rmi":
            events = read_midi(path, plugin, midi_map, voices)
        case _:
            raise InputError(f"{path}: automation is a .csv, .npy, .params or .mid file")
    events.sort(key=lambda event: event.time_s)
    return Timeline([events], has_notes=any(event.name == GATE_NAME for event in events))


def batch_size(file: str) -> int:
    """How many renderings a file is for: B of an .npy file of [B, T, P], else 1."""
    path, _ = _split(file)
    if path.suffix.lower() != ".npy":
        return 1
    shape = array_shape(path)
    if len(shape) == 3 and shape[0] == 0:
        raise InputError(f"{path}: has shape {list(shape)}; no render can use it")
    return shape[0] if len(shape) == 3 else 1


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


# ---------------------------------------------------------------------------------------- .csv


@dataclass(frozen=True)
class _CsvColumn:
    """What one column says so far."""

    spec: Parameter
    linear: bool
    times_s: "array[float]" = field(default_factory=lambda: array("d"))
    values: "array[float]" = field(default_factory=lambda: array("d"))

    def track(self) -> Track:
        """What it moves."""
        times_s, values = np.frombuffer(self.times_s), np.frombuffer(self.values)
        return Track(self.spec.name, times_s, values, self.linear)


def _read_csv(path: Path, specs: dict[str, Parameter]) -> Timeline:
    columns: list[_CsvColumn] | None = None
    with opened_text(path) as file:
        if path.stat().st_size > LARGEST_CSV_BYTES:
            raise InputError(
                f"{path}: larger than {LARGEST_CSV_BYTES / 1e6:.0f} MB; for values at a rate write "
                "a .npy"
            )
        cells, last_s = Cells(""), 0.0
        for number, line in numbered_lines(path, file):
            where = f"{path}:{number}"
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            if columns is None:
                separator = declared_separator(line)
                if separator is not None:
                    cells = Cells(separator)
                    continue
                cells = cells if cells.separator else Cells(separators_in(line)[:1])
                columns = _csv_columns(where, _cells(where, cells, line), specs)
                continue
            last_s = _read_row(where, _cells(where, cells, line), cells, columns, last_s)
    if columns is None:
        raise InputError(
            f"{path}: empty; the first line names the columns: time_s,NAME,... (or it has a class, "
            "or values under names, for every sample)"
        )
    return Timeline([column.track() for column in columns])


def _cells(where: str, cells: Cells, line: str) -> list[str]:
    try:
        return cells.split(line)
    except ValueError as error:
        raise InputError(f"{where}: {error}") from error


def _read_row(
    where: str, words: list[str], cells: Cells, columns: list[_CsvColumn], last_s: float
) -> float:
    """Add a row to the columns; its time."""
    if len(words) == len(columns) + 2 and not words[-1]:
        words.pop()
    if len(words) != len(columns) + 1:
        raise InputError(f"{where}: {len(words)} cells under {len(columns) + 1} columns")
    time_s = _csv_number(f"{where}: time_s", cells, words[0])
    if time_s < last_s:
        remedy = "times begin at 0" if time_s < 0 else "sort the rows"
        raise InputError(f"{where}: time_s: {time_s:g} is before {last_s:g}; {remedy}")
    if time_s > LONGEST_S:
        raise InputError(f"{where}: time_s: {time_s:g} s is more than a day")
    for column, cell in zip(columns, words[1:], strict=True):
        if cell:
            label = f"{where}: {column.spec.name}"
            column.values.append(in_range(label, column.spec, _csv_number(label, cells, cell)))
            column.times_s.append(time_s)
    return time_s


def _csv_columns(where: str, header: list[str], specs: dict[str, Parameter]) -> list[_CsvColumn]:
    if header[0].lower() != TIME_COLUMN:
        other = next((name for name in header if _name_in(specs, name) not in specs), header[0])
        index = " (leave out the row numbers)" if not header[0] else ""
        raise InputError(
            f"{where}: the first column is {_shown(header[0])}, not {TIME_COLUMN}{index}; or, with "
            f"a row for every sample, each column is a control, and {_shown(other)} is none of "
            f"{some_names(specs, other[:LONGEST_SHOWN])}"
        )
    if len(header) > 1 and not header[-1]:
        header.pop()
    columns: list[_CsvColumn] = []
    for title in header[1:]:
        name, _, shape = title.partition(":")
        name = _name_in(specs, name)
        if name not in specs:
            near = some_names(specs, name[:LONGEST_SHOWN])
            raise InputError(f"{where}: unknown column {_shown(name)}; there are {near}")
        if (shape or SHAPES[0]) not in SHAPES:
            raise InputError(f"{where}: column {_shown(title)}: write {name}:step or {name}:linear")
        if name in (column.spec.name for column in columns):
            raise InputError(f"{where}: column {name!r} is there twice")
        columns.append(_CsvColumn(specs[name], shape == "linear"))
    return columns


def _name_in(specs: dict[str, Parameter], text: str) -> str:
    """The control's own name, which may be written in capitals."""
    name = control_name(text)
    return name.lower() if name not in specs and name.lower() in specs else name


def _shown(text: str) -> str:
    return plain(repr(text), LONGEST_SHOWN)


def _csv_number(where: str, cells: Cells, cell: str) -> float:
    try:
        return cells.number(cell)
    except ValueError as error:
        raise InputError(f"{where}: {error}") from error


# ------------------------------------------------------------------------------------- .params


def _read_params(path: Path, knobs: Sequence[Parameter], start_s: float) -> Timeline:
    found = read_params(path)
    end_s = max(float(track.times[-1]) for track in found.values())
    if end_s > LONGEST_S:
        raise InputError(f"{path}: lasts {end_s:g} s, more than a day")
    if start_s > end_s:
        raise InputError(f"{path}: ends at {end_s:g} s, before {start_s:g} s; start it earlier")
    tracks: list[Track] = []
    for spec in knobs:
        track = found.get(spec.name)
        if track is None:
            continue
        values = track.values
        # As the trainer takes them.
        if track.unit == "norm" or (track.minimum, track.maximum) == (0.0, 1.0):
            low, high = spec.network_range
            values = low + values * (high - low)
        first = float(np.interp(start_s, track.times, values))
        later = track.times > start_s
        times = np.concatenate([[0.0], track.times[later] - start_s])
        moves = np.concatenate([[first], values[later]])
        # The first one that is out of range says so.
        slack = RANGE_TOLERANCE * (spec.maximum - spec.minimum)
        outside = (moves < spec.minimum - slack) | (moves > spec.maximum + slack)
        for value in moves[outside][:1].tolist():
            in_range(f"{path}: {spec.name}", spec, value)
        tracks.append(
            Track(spec.name, times, np.clip(moves, spec.minimum, spec.maximum), linear=True)
        )
    if not tracks:
        known, wanted = plain(", ".join(found)), plain(", ".join(spec.name for spec in knobs))
        raise InputError(f"{path}: has {known}, none of the plugin's parameters: {wanted}")
    return Timeline(tracks)

"""Values at times, as automation: a .csv with a column of times and one for each control."""

from array import array
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
from rtsynth.offline.automation_array import in_range
from rtsynth.offline.conditioning_file import TIME_COLUMN
from rtsynth.offline.events import LONGEST_S
from rtsynth.offline.timeline import Timeline, Track
from rtsynth.plugin import Parameter

LARGEST_CSV_BYTES = 64 << 20
LONGEST_SHOWN = 120  # characters of a name that is none
SHAPES = ("step", "linear")


@dataclass(frozen=True)
class _CsvColumn:
    """The values of one column so far."""

    spec: Parameter
    linear: bool
    times_s: "array[float]" = field(default_factory=lambda: array("d"))
    values: "array[float]" = field(default_factory=lambda: array("d"))

    def track(self) -> Track:
        """What it moves."""
        times_s, values = np.frombuffer(self.times_s), np.frombuffer(self.values)
        return Track(self.spec.name, times_s, values, self.linear)


def read_csv(path: Path, specs: dict[str, Parameter]) -> Timeline:
    """What the columns move, by the names of the controls in `specs`.

    Raises:
        InputError: one line that names the file, the place in it and the remedy.
    """
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

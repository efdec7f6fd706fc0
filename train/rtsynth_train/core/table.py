"""DATA/parameters.csv: a line of names, then a line for each recording, its file first.

    file,pitch,brightness
    flute/one.flac,64,0.2

A file is named by its place in the folder, or by its name alone where no other has it; its suffix
may be left out.
"""

from dataclasses import dataclass, field
from pathlib import Path, PurePath

from rtsynth.common.errors import InputError
from rtsynth.common.files.csv_dialect import (
    SEPARATORS,
    Cells,
    declared_separator,
    numbered_lines,
    separators_in,
)
from rtsynth.common.files.text import opened_text

TABLE = "parameters.csv"


@dataclass(frozen=True)
class Table:
    """`columns` in their order; `rows` by the file as it is written, with the line's number."""

    path: Path
    columns: list[str]
    rows: dict[str, tuple[int, list[str]]]
    cells: Cells
    _taken: dict[str, PurePath] = field(default_factory=dict, compare=False)

    def value(self, place: PurePath, column: str) -> float:
        """The value of a recording.

        Raises:
            InputError: no such column, no line for it, one that may be another recording's, too, or
                no number there.
        """
        if column not in self.columns:
            known = ", ".join(self.columns) or "none"
            raise InputError(f"{self.path}: no column {column!r}; it has {known}")
        found = self._row(place)
        if found is None:
            raise InputError(f"{self.path}: no line for {place}; add it, or take the file out")
        line, cells = found
        try:
            return self.cells.number(cells[self.columns.index(column)])
        except ValueError as error:
            raise InputError(f"{self.path}:{line}: {column}: {error}") from error

    def cells_of(self, place: PurePath) -> list[str] | None:
        """What the line of a recording has in the columns, as it is written; None: it has none.

        Raises:
            InputError: the line may be another recording's, too.
        """
        found = self._row(place)
        return None if found is None else found[1]

    def _row(self, place: PurePath) -> tuple[int, list[str]] | None:
        whole = place.as_posix()
        for name in (whole, str(place.with_suffix("").as_posix()), place.name, place.stem):
            if name in self.rows:
                other = self._taken.setdefault(name, place)
                if other != place:
                    raise InputError(
                        f"{self.path}:{self.rows[name][0]}: {name} may be {other} or {place}; write"
                        " each by its place in the folder, on a line of its own"
                    )
                return self.rows[name]
        return None

    def has_numbers(self, column: str) -> bool:
        """Whether a line has a number in that column: others are of words."""
        at = self.columns.index(column)
        return any(_is_number(cells[at], self.cells.separator) for _, cells in self.rows.values())


def _is_number(cell: str, separator: str) -> bool:
    try:
        Cells(separator).number(cell)
    except ValueError:
        return False
    return True


def read_table(folder: Path) -> Table | None:
    """The table of a folder of recordings; None where there is none.

    Raises:
        InputError: naming the line that cannot be read.
    """
    path = folder / TABLE
    if not path.is_file():
        return None
    rows: dict[str, tuple[int, list[str]]] = {}
    columns: list[str] | None = None
    cells = Cells(",")
    with opened_text(path) as file:
        for number, line in numbered_lines(path, file):
            if not line.strip():
                continue
            if number == 1 and (declared := declared_separator(line)):
                cells = Cells(declared)
                continue
            if columns is None and number == 1:
                cells = Cells(next((s for s in SEPARATORS if s in separators_in(line)), ","))
            try:
                words = cells.split(line)
            except ValueError as error:
                raise InputError(f"{path}:{number}: {error}") from error
            if columns is None:
                columns = _columns(path, words)
                continue
            if len(words) != len(columns) + 1:
                raise InputError(
                    f"{path}:{number}: has {len(words)} cells, the first line {len(columns) + 1}"
                )
            name = words[0].replace("\\", "/").removeprefix("./")
            if name in rows:
                raise InputError(f"{path}:{number}: {name} is on line {rows[name][0]} already")
            rows[name] = (number, words[1:])
    if columns is None:
        raise InputError(f"{path}: is empty; its first line names the columns, the file first")
    return Table(path, columns, rows, cells)


def _columns(path: Path, words: list[str]) -> list[str]:
    columns = words[1:]
    if not columns or not all(words) or len(set(columns)) < len(columns):
        raise InputError(
            f"{path}:1: has to name the columns, each once, the file first (file,pitch,...)"
        )
    return columns

"""Conditioning over time from a .csv: a class per sample, or columns of named values.

Classes: whole numbers from 0 on, one per sample of the recording, on lines of their own or with
commas between. Columns: a first line with names, then a line of numbers per sample; names with
commas between may have spaces in them. Both are read by blocks, so that a file may be larger than
memory. Semicolons, tabs, quotes and decimal commas are those of `rtsynth.common.files.csv_dialect`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import InputError
from rtsynth.common.files.csv_dialect import (
    SEPARATORS,
    Cells,
    declared_separator,
    numbered_lines,
    separators_in,
)
from rtsynth.common.files.text import opened_text

LARGEST_CLASS = 255
LARGEST_VALUE = 1e30  # what float32 arithmetic can carry, as in a plugin's parameters
CLASS_HEADER = "class"
LONGEST_WORD = 1 << 16  # characters: of a class
_FIRST_CHARACTERS = 1 << 16
_BLOCK_CHARACTERS = 1 << 18
_BLOCK_LINES = 1 << 14
_TO_SPACES = str.maketrans(',;\t\r\n"', "      ")

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class CsvFile:
    """A .csv and its column names; none for classes.

    `separator` is what lies between columns, "" for spaces; `first_lines` come before the rows.
    """

    path: Path
    names: tuple[str, ...]
    separator: str = ""
    first_lines: int = 0

    def rows(self) -> Iterator[F64]:
        """Blocks [n, C] of values in the file's order; classes are [n, 1]. See `open_csv`."""
        with opened_text(self.path) as file:
            for _ in range(self.first_lines):
                file.readline()
            yield from self._columns(file) if self.names else self._classes(file)

    def _classes(self, file: TextIO) -> Iterator[F64]:
        rest, count = "", 0
        while block := file.read(_BLOCK_CHARACTERS):
            text = rest + block.translate(_TO_SPACES)
            whole, space, rest = text.rpartition(" ")
            if not space:
                if len(rest) > LONGEST_WORD:
                    raise InputError(f"{self.path}: entry {count + 1} is not a number")
                continue
            words = whole.split()
            yield from self._checked_classes(words, count)
            count += len(words)
        yield from self._checked_classes(rest.split(), count)

    def _checked_classes(self, words: list[str], before: int) -> Iterator[F64]:
        if not words:
            return
        values = self._numbers(words, before)
        wrong = np.flatnonzero(
            ~((values == np.floor(values)) & (values >= 0) & (values <= LARGEST_CLASS))
        )
        if wrong.size:
            at = int(wrong[0])
            raise InputError(
                f"{self.path}: entry {before + at + 1} is {words[at][:40]}, not a class: they are "
                f"whole numbers from 0 to {LARGEST_CLASS}"
            )
        yield values[:, None]

    def _columns(self, file: TextIO) -> Iterator[F64]:
        cells, count, width = Cells(self.separator), 0, len(self.names)
        lines = (line for _, line in numbered_lines(self.path, file, self.first_lines))
        while block := list(islice(lines, _BLOCK_LINES)):
            values = self._plain(block, count)
            if values is None:
                values = self._careful(cells, block, count)
            yield values.reshape(-1, width)
            count += len(values)

    def _plain(self, lines: list[str], before: int) -> F64 | None:
        """The rows [n, C] of lines in which commas separate, and nothing else is to be seen to."""
        text = "".join(lines)
        # A comma that separates nothing is a decimal one.
        if '"' in text or (self.separator != "," and "," in text):
            return None
        width = len(self.names)
        rows = [words for line in lines if (words := line.translate(_TO_SPACES).split())]
        for number, words in enumerate(rows):
            if len(words) != width:
                raise self._ragged(before + number, len(words))
        values = self._numbers([word for words in rows for word in words], before * width)
        return values.reshape(-1, width)

    def _careful(self, cells: Cells, lines: list[str], before: int) -> F64:
        """The same of any lines."""
        width = len(self.names)
        rows: list[list[float]] = []
        for line in lines:
            if not line.strip():
                continue
            number = before + len(rows)
            try:
                found = cells.split(line) if self.separator else line.split()
                if len(found) > width and not found[-1]:
                    found.pop()
                if len(found) != width:
                    raise self._ragged(number, len(found))
                if width == 1 and "," in found[0]:
                    raise ValueError(
                        f"{found[0][:40]!r} may be one number or two cells; write a decimal point,"
                        " or name both columns"
                    )
                rows.append([cells.number(cell) for cell in found])
            except ValueError as error:
                raise InputError(f"{self.path}: row {number + 1}: {error}") from error
        values = np.array(rows, np.float64).reshape(-1, width)
        large = np.argwhere(np.abs(values) > LARGEST_VALUE)
        if large.size:
            raise InputError(
                f"{self.path}: row {before + int(large[0, 0]) + 1}: a number beyond"
                f" {LARGEST_VALUE:g}"
            )
        return values

    def _ragged(self, number: int, count: int) -> InputError:
        return InputError(
            f"{self.path}: row {number + 1} has {count} values, the first line names"
            f" {len(self.names)}"
        )

    def _numbers(self, words: list[str], before: int) -> F64:
        try:
            values = np.array(words, np.float64)
        except ValueError:
            values = np.array([_number(word) for word in words])
        wrong = np.flatnonzero(~np.isfinite(values))
        if wrong.size:
            at = int(wrong[0])
            raise InputError(
                f"{self.path}: entry {before + at + 1} is {words[at][:40]!r}, not a finite number"
            )
        large = np.flatnonzero(np.abs(values) > LARGEST_VALUE)
        if large.size:
            at = int(large[0])
            raise InputError(
                f"{self.path}: entry {before + at + 1} is {words[at][:40]!r}, beyond"
                f" {LARGEST_VALUE:g}"
            )
        return values


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return float("nan")


def open_csv(path: Path) -> CsvFile:
    """What kind of .csv it is, by its first line.

    Raises:
        InputError: it is empty or no text. `rows` raises it, too, naming the entry, for what is
            no finite number, no class, or a row of another length.
    """
    with opened_text(path) as file:
        start, lines = file.read(_FIRST_CHARACTERS), 0
    if "\0" in start:
        raise InputError(f"{path}: not a text file (it has zero bytes)")
    line, separator = "", None
    while not line.strip() and start:
        line, _, start = start.partition("\n")
        lines += 1
        declared = declared_separator(line) if separator is None else None
        if declared is not None:
            line, separator = "", declared
    if separator is None:
        found = separators_in(line)
        separator = "," if len(found) > 1 else found  # of several, a comma is one
    words = _titles(line, separator)
    if not words:
        raise InputError(f"{path}: is empty; it needs a class, or values, for every sample")
    if words[0].startswith("#"):
        raise InputError(f"{path}: begins with a comment; with a row for every sample it has none")
    if [word.lower() for word in words] == [CLASS_HEADER]:
        return CsvFile(path, (), separator, lines)
    first = line.translate(_TO_SPACES).split()[:1]
    if any(np.isfinite(_number(word)) for word in (*first, *words)):
        return CsvFile(path, (), separator, lines - 1)
    if not all(words):
        number = words.index("") + 1
        index = "; leave out the index of the rows" if number == 1 else ""
        raise InputError(f"{path}: column {number} of its first line has no name{index}")
    return CsvFile(path, tuple(words), separator, lines)


def _titles(line: str, separator: str) -> list[str]:
    """The cells of a first line: between separators, if there are any, or spaces."""
    if not separator and '"' not in line:
        return line.split()
    every = f"[{SEPARATORS}]" if separator == "," else re.escape(separator) or "$"
    words = [word.strip().strip("\"'").strip() for word in re.split(every, line)]
    return words if words[-1] else words[:-1]

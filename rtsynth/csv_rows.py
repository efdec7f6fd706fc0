"""Conditioning over time from a .csv: a class per sample, or columns of named values.

Classes: whole numbers from 0 on, one per sample of the recording, on lines of their own or with
commas between. Columns: a first line with names, then a line of numbers per sample; names with
commas between may have spaces in them. Both are read by blocks, so that a file may be larger than
memory.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from rtsynth.errors import InputError

LARGEST_CLASS = 255
LARGEST_VALUE = 1e30  # what float32 arithmetic can carry, as in a plugin's parameters
CLASS_HEADER = "class"
_FIRST_CHARACTERS = 1 << 16
_BLOCK_CHARACTERS = 1 << 18
_BLOCK_LINES = 1 << 14
_TO_SPACES = str.maketrans(",;\t\r\n", "     ")

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class CsvFile:
    """A .csv and its column names; none for classes."""

    path: Path
    names: tuple[str, ...]

    def rows(self) -> Iterator[F64]:
        """Blocks [n, C] of values in the file's order; classes are [n, 1]. See `open_csv`."""
        with _opened(self.path) as file:
            try:
                yield from self._columns(file) if self.names else self._classes(file)
            except UnicodeDecodeError as error:
                raise InputError(f"{self.path}: not a text file ({error.reason})") from error

    def _classes(self, file: TextIO) -> Iterator[F64]:
        rest, count = "", 0
        while block := file.read(_BLOCK_CHARACTERS):
            if count == 0 and not rest:
                block = block.removeprefix("\ufeff")
                if block.lstrip().lower().startswith(CLASS_HEADER):
                    block = block.lstrip()[len(CLASS_HEADER) :]
            text = rest + block.translate(_TO_SPACES)
            whole, space, rest = text.rpartition(" ")
            if not space:
                continue
            yield from self._checked_classes(whole.split(), count)
            count += len(whole.split())
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
                f"{self.path}: entry {before + at + 1} is {words[at]}, not a class: they are whole"
                f" numbers from 0 to {LARGEST_CLASS}"
            )
        yield values[:, None]

    def _columns(self, file: TextIO) -> Iterator[F64]:
        file.readline()
        count, width = 0, len(self.names)
        while lines := list(islice(file, _BLOCK_LINES)):
            rows = [words for line in lines if (words := line.translate(_TO_SPACES).split())]
            for number, words in enumerate(rows):
                if len(words) != width:
                    raise InputError(
                        f"{self.path}: row {count + number + 1} has {len(words)} values, the first"
                        f" line names {width}"
                    )
            values = self._numbers([word for words in rows for word in words], count * width)
            yield values.reshape(-1, width)
            count += len(rows)

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


def _opened(path: Path) -> TextIO:
    try:
        return path.open(encoding="utf-8", newline=None)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error


def open_csv(path: Path) -> CsvFile:
    """What kind of .csv it is, by its first line.

    Raises:
        InputError: it is empty or no text. `rows` raises it, too, naming the entry, for what is
            no finite number, no class, or a row of another length.
    """
    with _opened(path) as file:
        try:
            start = file.read(_FIRST_CHARACTERS).removeprefix("\ufeff").lstrip()
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: not a text file ({error.reason})") from error
    line = start.partition("\n")[0]
    words = _titles(line)
    if not words:
        raise InputError(f"{path}: is empty; it needs a class, or values, for every sample")
    first = line.translate(_TO_SPACES).split()[:1]
    numeric = any(np.isfinite(_number(word)) for word in (*first, *words))
    if numeric or [word.lower() for word in words] == [CLASS_HEADER]:
        return CsvFile(path, ())
    if not all(words):
        raise InputError(f"{path}: column {words.index('') + 1} of its first line has no name")
    return CsvFile(path, tuple(words))


def _titles(line: str) -> list[str]:
    """What stands in a first line: between commas, semicolons and tabs if there are any."""
    if re.search("[,;\t]", line.strip()) is None:
        return line.split()
    words = [word.strip().strip("\"'").strip() for word in re.split("[,;\t]", line)]
    return words if words[-1] else words[:-1]

"""What spreadsheets and programs write as .csv: separators, quotes, decimal commas.

Cells lie between commas, semicolons or tabs: which of them, the first line shows, or says in
Excel's way, `sep=;`. Where a comma separates nothing it is a decimal comma, as in the countries
whose programs write semicolons. What could be read in two ways is refused.
"""

import csv
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from rtsynth.common.errors import InputError

SUFFIX = ".csv"
LONGEST_LINE = 1 << 16  # characters; classes may lie on a line of any length
SEPARATORS = "\t;,"  # in the order in which they are taken for one
_DECLARED = re.compile(r"sep=(.)", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")  # or a decimal comma: ambiguous


def declared_separator(line: str) -> str | None:
    """The separator that a line `sep=;` names; None for any other line."""
    found = _DECLARED.fullmatch(line.strip(" \r\n"))
    return found[1] if found else None


def separators_in(line: str) -> str:
    """What may separate the cells of a line, of SEPARATORS; "" where there is but one cell."""
    bare = re.sub(r'"[^"]*"', "", line)
    return "".join(separator for separator in SEPARATORS if separator in bare)


class Cells:
    """Reads the cells of lines, and the numbers in them.

    Args:
        separator: what lies between cells; "" for one cell a line.
    """

    def __init__(self, separator: str) -> None:
        self.separator = separator
        self._styles: dict[str, str] = {}  # decimal sign: the first cell that has it

    def split(self, line: str) -> list[str]:
        """The cells, without quotes and spaces around them.

        Raises:
            ValueError: a quote is left open.
        """
        line = line.rstrip("\r\n")
        if '"' not in line:
            cells = line.split(self.separator) if self.separator else [line]
        else:
            separator = self.separator or "\0"
            try:
                (cells,) = csv.reader(
                    [line], delimiter=separator, skipinitialspace=True, strict=True
                )
            except (csv.Error, ValueError) as error:
                raise ValueError(f"quotes that do not match ({error})") from error
        return [cell.strip() for cell in cells]

    def number(self, cell: str) -> float:
        """The number in a cell.

        Raises:
            ValueError: it is none, or not finite, or it could be another one.
        """
        text = cell
        if "," in text and _DECIMAL_COMMA.fullmatch(text):
            if self.separator != ";" and _THOUSANDS.fullmatch(text):
                plain = text.replace(",", "")
                raise ValueError(
                    f"{cell[:40]!r} may be {plain} or {text.replace(',', '.')}; write a decimal "
                    "point"
                )
            text = text.replace(",", ".")
        for sign in ",.":
            if sign in cell:
                self._styles.setdefault(sign, cell)
        if len(self._styles) > 1:
            comma, point = (self._styles[sign][:40] for sign in ",.")
            raise ValueError(f"has decimal commas ({comma!r}) and points ({point!r}); write points")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or "_" in text:
            raise ValueError(f"{cell[:40]!r} is not a finite number")
        return value


def numbered_lines(path: Path, file: TextIO, before: int = 0) -> Iterator[tuple[int, str]]:
    """(number, text) of every line behind the `before` that were read, one at a time.

    Raises:
        InputError: a line of more than LONGEST_LINE characters, or with zeros.
    """
    number = before
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise InputError(f"{path}:{number}: a line of more than {LONGEST_LINE} characters")
        if "\0" in line:
            raise InputError(f"{path}:{number}: not a text file (it has zero bytes)")
        yield number, line

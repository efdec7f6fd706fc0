"""Separators, quotes and decimal commas; what could be read in two ways is refused."""

import io
import re
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.common.files.csv_dialect import (
    LONGEST_LINE,
    Cells,
    declared_separator,
    numbered_lines,
    separators_in,
)


@pytest.mark.parametrize(
    ("line", "separator"),
    [("sep=;\r\n", ";"), ("SEP=,", ","), ("sep=\t\n", "\t"), ("sep=;;", None), ("time,a", None)],
)
def test_declared_separator(line: str, separator: str | None) -> None:
    assert declared_separator(line) == separator


@pytest.mark.parametrize(
    ("line", "separators"),
    [("a,b", ","), ("a;0,5", ";,"), ("a\tb;c,d", "\t;,"), ('"a,b";c', ";"), ("a b", "")],
)
def test_separators_in(line: str, separators: str) -> None:
    assert separators_in(line) == separators


@pytest.mark.parametrize(
    ("separator", "line", "cells"),
    [
        (",", "a, b ,c\r\n", ["a", "b", "c"]),
        (";", '"a;b"; "say ""x""";c', ["a;b", 'say "x"', "c"]),
        ("", "a,b", ["a,b"]),
        ("", '"a,b"', ["a,b"]),
    ],
)
def test_split(separator: str, line: str, cells: list[str]) -> None:
    assert Cells(separator).split(line) == cells


def test_an_open_quote() -> None:
    with pytest.raises(ValueError, match="quotes that do not match"):
        Cells(",").split('"a,b')


@pytest.mark.parametrize(
    ("separator", "cell", "value"),
    [(",", "-1.5e2", -150.0), (";", "0,5", 0.5), (";", "1,500", 1.5), ("\t", "0,500", 0.5)],
)
def test_number(separator: str, cell: str, value: float) -> None:
    assert Cells(separator).number(cell) == value


@pytest.mark.parametrize(
    ("separator", "cell", "problem"),
    [
        ("\t", "1,500", "'1,500' may be 1500 or 1.500"),
        (";", "nan", "not a finite number"),
        (";", "1e999", "not a finite number"),
        (";", "1_000", "not a finite number"),
        (";", "", "not a finite number"),
    ],
)
def test_no_number(separator: str, cell: str, problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)):
        Cells(separator).number(cell)


def test_commas_and_points_in_one_file() -> None:
    cells = Cells(";")
    cells.number("0,5")
    with pytest.raises(ValueError, match=r"decimal commas \('0,5'\) and points \('0.25'\)"):
        cells.number("0.25")


def test_numbered_lines() -> None:
    found = numbered_lines(Path("a.csv"), io.StringIO("one\ntwo"), before=2)
    assert list(found) == [(3, "one\n"), (4, "two")]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x\n" + "1" * (LONGEST_LINE + 1), f"a.csv:2: a line of more than {LONGEST_LINE}"),
        ("x\0", "a.csv:1: not a text file"),
    ],
)
def test_lines_that_are_refused(text: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        list(numbered_lines(Path("a.csv"), io.StringIO(text)))

"""The kinds of arguments, one table each of what they take and refuse."""

import math
from typing import Any

import pytest

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.arguments import checked, integer, number, text, token
from rtsynth.control.osc.calls import Call, Command, Kind
from rtsynth.control.osc.packet import Argument


@pytest.mark.parametrize(
    ("kind", "argument", "value"),
    [
        (number, 3, 3.0), (number, 0.5, 0.5), (number, True, 1.0),
        (number, 1 << 62, float(1 << 62)),
        (integer, 7.0, 7), (integer, (1 << 53) + 1, (1 << 53) + 1), (integer, False, 0),
        (text, "a", "a"),
        (token, "a", "a"), (token, 0.1, 0.1), (token, -(1 << 63), -(1 << 63)),
    ],
)  # fmt: skip
def test_taken(kind: Kind, argument: Argument, value: Any) -> None:
    taken = kind(argument)
    assert (taken, type(taken)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "argument", "problem"),
    [
        (number, "high", "expects a number, got str 'high'"), (number, None, "got nil"),
        (number, math.nan, "nan is not a finite number"), (number, math.inf, "not a finite"),
        (number, "x" * 500, r"got str 'x{40}'$"),
        (integer, 7.5, "expects a whole number, got 7.5"), (integer, math.nan, "not a finite"),
        (text, "", "expects a string"), (text, 3, "expects a string, got int '3'"),
        (token, 1 << 63, "expects a number or a string"),
        (token, b"ab", "expects a number or a string"),
    ],
)  # fmt: skip
def test_refused(kind: Kind, argument: Argument, problem: str) -> None:
    with pytest.raises(ControlError, match=problem):
        kind(argument)


def nothing(call: Call) -> None:
    raise AssertionError


@pytest.mark.parametrize(
    ("required", "arguments", "problem"),
    [
        (2, (1,), "expects 2 arguments, got 1"),
        (1, (), "expects 1 to 2 arguments, got 0"),
        (0, (1, 2, 3), "expects 0 to 2 arguments, got 3"),
    ],
)
def test_how_many(required: int, arguments: tuple[Argument, ...], problem: str) -> None:
    command = Command(nothing, (number, integer), required)
    assert checked(command, (1, 2.0)) == (1.0, 2)
    with pytest.raises(ControlError, match=problem):
        checked(command, arguments)

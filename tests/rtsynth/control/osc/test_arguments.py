"""The kinds of arguments, one table each of what they take and refuse."""

import math
from typing import Any

import pytest

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.arguments import checked, integer, number, press, text, token
from rtsynth.control.osc.calls import Call, Command, Kind
from rtsynth.control.osc.packet import Argument
from rtsynth.control.osc.surface.commands import find_command


@pytest.mark.parametrize(
    ("kind", "argument", "value"),
    [
        (number, 3, 3.0), (number, 0.5, 0.5), (number, True, 1.0),
        (number, 1 << 62, float(1 << 62)),
        (integer, 7.0, 7), (integer, (1 << 53) + 1, (1 << 53) + 1), (integer, False, 0),
        (text, "a", "a"),
        (press, None, 1.0), (press, math.inf, 1.0), (press, True, 1.0), (press, 0, 0.0),
        (token, "a", "a"), (token, 0.1, 0.1), (token, -(1 << 63), -(1 << 63)),
    ],
)  # fmt: skip
def test_taken(kind: Kind, argument: Argument, value: Any) -> None:
    taken = kind(argument)
    assert (taken, type(taken)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "argument", "problem"),
    [
        (number, "high", "expects a number, got the text 'high'"), (number, None, "got nil"),
        (number, math.nan, "nan is not a finite number"), (number, math.inf, "not a finite"),
        (number, "x" * 500, r"got the text 'x{40}'$"),
        (integer, 7.5, "expects a whole number, got 7.5"), (integer, math.nan, "not a finite"),
        (text, "", "expects a text, got an empty text"),
        (text, 3, "expects a text, got the number 3"), (text, True, "got true"),
        (text, 0.5, "got the number 0.5"), (text, b"a", "got a blob of 1 byte$"),
        (press, "down", "expects a number"), (press, -math.inf, "not a finite"),
        (token, 1 << 63, "expects a number or a text, got the number 9223372036854775808"),
        (token, b"ab", "expects a number or a text, got a blob of 2 bytes"),
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


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("/slot/1/note/on", r"expects 1 to 2 arguments, note and \[velocity\], got 0"),
        ("/slot/1/note/off", r"expects 1 to 2 arguments, note and \[velocity\], got 0"),
        ("/slot/1/param/pitch", "expects 1 argument, value, got 0"),
    ],
)
def test_those_that_are_missing_are_named(address: str, problem: str) -> None:
    with pytest.raises(ControlError, match=f"^{problem}$"):
        checked(find_command(address).command, ())

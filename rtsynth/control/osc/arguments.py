"""The kinds of arguments that OSC commands take, and checking them."""

import math

from rtsynth.common.errors import ControlError
from rtsynth.common.names import composed
from rtsynth.control.osc.calls import Command
from rtsynth.control.osc.packet import Argument

_NUMBERS = (int, float)  # bool is an int
MOST_SHOWN = 40  # characters of an argument


def number(argument: Argument) -> float:
    """A finite number from i, f, d, h, T or F."""
    if not isinstance(argument, _NUMBERS):
        raise ControlError(f"expects a number, got {_shown(argument)}")
    value = float(argument)
    if not math.isfinite(value):
        raise ControlError(f"{value} is not a finite number")
    return value


def integer(argument: Argument) -> int:
    """A whole number, in whatever type it came."""
    value = number(argument)
    if value != int(value):
        raise ControlError(f"expects a whole number, got {value:g}")
    return int(argument) if isinstance(argument, int) else int(value)


def press(argument: Argument) -> float:
    """Of a button: not 0 when it is pressed. An impulse (I or N) is a press."""
    return 1.0 if argument is None or argument == math.inf else number(argument)


def text(argument: Argument) -> str:
    """A text that is not empty."""
    if not isinstance(argument, str) or not argument:
        raise ControlError(f"expects a text, got {_shown(argument)}")
    return argument


def kept_name(argument: Argument) -> str:
    """A name of something that is kept: answers have it as lists do."""
    return composed(text(argument))


def name_text(argument: Argument) -> str:
    """A name, which may be empty."""
    return "" if argument == "" else kept_name(argument)


def token(argument: Argument) -> float | int | str:
    """Anything that can be sent back as it came."""
    if isinstance(argument, float | str):
        return argument
    if isinstance(argument, int) and -(1 << 63) <= argument < 1 << 63:
        return argument
    raise ControlError(f"expects a number or a text, got {_shown(argument)}")


def _shown(argument: Argument) -> str:
    match argument:
        case None:
            return "nil"
        case bool():
            return "true" if argument else "false"
        case str():
            return f"the text {argument[:MOST_SHOWN]!r}" if argument else "an empty text"
        case bytes():
            return f"a blob of {len(argument)} byte{'s' * (len(argument) != 1)}"
        case _:
            return f"the number {str(argument)[:MOST_SHOWN]}"


def _listed(names: list[str]) -> str:
    """a, b and c."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def checked(command: Command, arguments: tuple[Argument, ...]) -> tuple[float | int | str, ...]:
    """The arguments in the types the command wants.

    Raises:
        ControlError: too few, too many, or of the wrong kind.
    """
    given, most = len(arguments), len(command.kinds)
    if given == most == 1:  # nearly all there are: without a loop
        return (command.kinds[0](arguments[0]),)
    if not command.required <= given <= most:
        wanted = str(most) if most == command.required else f"{command.required} to {most}"
        named = [
            name if number < command.required else f"[{name}]"
            for number, name in enumerate(command.arguments)
        ]
        which = f", {_listed(named)}," if named else ","
        raise ControlError(f"expects {wanted} argument{'s' * (wanted != '1')}{which} got {given}")
    return tuple(kind(argument) for kind, argument in zip(command.kinds, arguments, strict=False))

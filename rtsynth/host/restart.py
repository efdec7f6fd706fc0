"""Starting again with another device, rate, block, precision, time ahead or MIDI input.

An engine cannot do that alone: whoever supervises it (`rtsynth play`) starts the next one, with the
session of this one.
"""

import math
from collections.abc import Callable, Mapping

from rtsynth.common.computing import check_ahead, check_precision
from rtsynth.common.errors import ControlError, InputError

DEVICE, RATE, BLOCK, PRECISION, AHEAD = "device", "rate", "block", "precision", "ahead"
MIDI = "midi"
OPTIONS = (DEVICE, RATE, BLOCK, PRECISION, AHEAD, MIDI)
NAMED = (DEVICE, MIDI)
AUTO = "auto"  # leaves the choice to the engine
NUMBERS = {RATE: (4000, 384_000), BLOCK: (1, 65_536)}
LONGEST_DEVICE = 200
ALONE = "nobody would start this engine again; end it, and start rtsynth play in its place"

Ask = Callable[[dict[str, str]], None]


def check_option(name: str, text: str) -> str:
    """Refuse what no engine could be started with; every option may be "auto".

    Returns the text as it is kept: a whole number without a fraction, since many senders have
    floats only ("48000.0").

    Raises:
        ControlError: one line that names the option.
    """
    if name not in OPTIONS:
        raise ControlError(f"{name}: none of {', '.join(OPTIONS)}")
    if text == AUTO:
        return text
    if name in NUMBERS:
        low, high = NUMBERS[name]
        number = _number(text)
        if not (number.is_integer() and low <= number <= high):
            raise ControlError(f"{name}: {text[:20]!r} is not a whole number {low}..{high}")
        return f"{number:.0f}"
    if name in NAMED and (not text or len(text) > LONGEST_DEVICE or not text.isprintable()):
        raise ControlError(f"{name}: no name of a device")
    try:
        if name == PRECISION:
            check_precision(text, None)
        elif name == AHEAD:
            check_ahead(float(text))
    except (InputError, ValueError) as error:
        raise ControlError(f"{name}: {str(error)[:200]}") from error
    return text


def _number(text: str) -> float:
    """The number; not a number where it is none."""
    try:
        return float(text) if text.isascii() else math.nan
    except ValueError:
        return math.nan


class Restart:
    """What the engine was started with, and asking for another start.

    `refused`: why the start that was asked for last did not work; this is the one before it again.
    """

    def __init__(self) -> None:
        self.options: dict[str, str] = {}
        self.refused = ""
        self._ask: Ask | None = None

    def started_with(self, options: Mapping[str, str]) -> None:
        """Take down what was asked for at the start; without, `options` has nothing."""
        self.options = {name: options.get(name, AUTO) for name in OPTIONS}

    def offer(self, ask: Ask, *, refused: str = "") -> None:
        """Somebody supervises this engine and is reached by `ask`, which ends it."""
        self._ask, self.refused = ask, refused

    def describe(self) -> dict[str, object]:
        """The options, whether another start can be asked for, and what was refused."""
        possible = self._ask is not None
        return {"options": self.options, "possible": possible, "refused": self.refused}

    def ask(self, changes: Mapping[str, str]) -> None:
        """End, and be started again with changed options.

        Raises:
            ControlError: nobody supervises it, or an option is none.
        """
        checked = {name: check_option(name, text) for name, text in changes.items()}
        if self._ask is None:
            raise ControlError(ALONE)
        self._ask(checked)

"""Starting again with other options: the device, rate, block, where OSC listens and so on.

An engine cannot do that alone: whoever supervises it (`rtsynth play`) starts the next one, with the
session of this one, and keeps on this machine what it then plays with.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rtsynth.common.computing import check_ahead, check_precision
from rtsynth.common.errors import ControlError, InputError

DEVICE, RATE, BLOCK, PRECISION, AHEAD = "device", "rate", "block", "precision", "ahead"
MIDI, VOICES, OSC, OSC_ALLOW = "midi", "voices", "osc", "osc-allow"
OPTIONS = (DEVICE, RATE, BLOCK, PRECISION, AHEAD, MIDI, VOICES, OSC, OSC_ALLOW)
TEXTS = (DEVICE, MIDI, OSC, OSC_ALLOW)
AUTO = "auto"  # leaves the choice to the engine
NUMBERS = {RATE: (4000, 384_000), BLOCK: (1, 65_536), VOICES: (1, 256)}
LONGEST_TEXT = 200
KEEP, NO = "keep", "no"  # not an option: whether they are to be kept on this machine
MOVES = "/engine/moves"  # HOST PORT: said before an engine ends whose OSC is to be there
FORGET = "forget"  # in place of options: go back to those of the command line
NEWS_S = 300.0  # for so long after its start an engine says why another start was refused
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
    if name in TEXTS and (not text or len(text) > LONGEST_TEXT or not text.isprintable()):
        raise ControlError(f"{name}: not a line of 1 to {LONGEST_TEXT} characters")
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


@dataclass(frozen=True)
class GivenUp:
    """Options that are kept on this machine and did not work at this start, which is without them;
    and why."""

    names: tuple[str, ...] = ()
    problem: str = ""


class Restart:
    """What the engine was started with, and asking for another start.

    `defaults`: what `forget` goes back to, as far as that is known.
    `given_up`: what of it did not work, and was left out.
    `refused`: why the start that was asked for last did not work; this is the one before it again.
    A window that is opened days later need not know.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.options: dict[str, str] = {}
        self.defaults: dict[str, str] = {}
        self.given_up = GivenUp()
        self._clock, self._offered_s = clock, 0.0
        self._refused = ""
        self._ask: Ask | None = None

    @property
    def refused(self) -> str:
        """Why it did not work, while that is news; "" for nothing."""
        return self._refused if self._clock() - self._offered_s < NEWS_S else ""

    def started_with(
        self, options: Mapping[str, str], defaults: Mapping[str, str] | None = None
    ) -> None:
        """Take down what was asked for at the start; without, `options` has nothing.

        Args:
            defaults: what the command line says; the place of OSC stays where it is.
        """
        self.options = {name: options.get(name, AUTO) for name in OPTIONS}
        if defaults:
            self.defaults = {name: defaults.get(name, AUTO) for name in OPTIONS}
            self.defaults[OSC] = self.options[OSC]

    def offer(self, ask: Ask, *, refused: str = "") -> None:
        """Somebody supervises this engine and is reached by `ask`, which ends it."""
        self._ask, self._refused, self._offered_s = ask, refused, self._clock()

    def describe(self) -> dict[str, object]:
        """The options, whether another start can be asked for, what was refused and given up."""
        return {
            "options": self.options,
            "defaults": self.defaults,
            "possible": self._ask is not None,
            "refused": self.refused,
            "given_up": list(self.given_up.names),
            "problem": self.given_up.problem,
        }

    def ask(self, changes: Mapping[str, str]) -> None:
        """End, and be started again with changed options.

        They are kept on this machine once the engine plays with them, unless `KEEP` is "no".

        Raises:
            ControlError: nobody supervises it, or an option is none.
        """
        asked = dict(changes)
        keep = asked.pop(KEEP, "yes")
        if keep not in (NO, "yes"):
            raise ControlError(f"{KEEP}: {keep[:20]!r} is neither yes nor no")
        checked = {name: check_option(name, text) for name, text in asked.items()}
        self._end(checked | ({KEEP: NO} if keep == NO else {}))

    def forget(self) -> None:
        """End, and be started again as the command line says; nothing is kept on this machine.

        Raises:
            ControlError: nobody supervises it.
        """
        self._end({FORGET: ""})

    def _end(self, wish: dict[str, str]) -> None:
        if self._ask is None:
            raise ControlError(ALONE)
        self._ask(wish)

"""What a subscriber chooses: the kinds of messages it is sent, and how often."""

from collections.abc import Sequence
from dataclasses import dataclass

from rtsynth.common.errors import ControlError

# Each kind, and how often it is sent a second where no rate is chosen.
KINDS = {
    "values": 30.0,
    "meters": 20.0,
    "scope": 30.0,
    "events": 100.0,
    "followed": 20.0,
    "modulated": 20.0,
    "network": 30.0,
}
PLAIN = ("values", "meters")  # without a choice
LOWEST_HZ, HIGHEST_HZ = 0.1, 100.0

Word = float | int | str


@dataclass(frozen=True, slots=True)
class Choice:
    """Of `KINDS`, and a rate for all of them; None is the rate of each kind."""

    kinds: tuple[str, ...] = PLAIN
    rate_hz: float | None = None

    def words(self) -> tuple[Word, ...]:
        """As `read_choice` reads it; nothing for what needs no choice."""
        if self.rate_hz is None:
            return () if self.kinds == PLAIN else self.kinds
        return (*self.kinds, self.rate_hz)

    def interval_s(self, kind: str) -> float:
        """From one sending of a kind to the next."""
        return 1.0 / (self.rate_hz or KINDS[kind])


def read_choice(words: Sequence[Word]) -> tuple[Choice, float | None]:
    """The choice that words name, in any order, and behind them a rate; and the rate asked for.

    Raises:
        ControlError: a word that is no kind, a rate that is not the last word.
    """
    rate_hz = words[-1] if words and not isinstance(words[-1], str) else None
    kinds = words if rate_hz is None else words[:-1]
    for kind in kinds:
        if kind not in KINDS:
            raise ControlError(f"{str(kind)[:40]!r} is none of {', '.join(KINDS)}, then a rate")
    chosen = tuple(kind for kind in KINDS if kind in kinds) or PLAIN
    if rate_hz is None:
        return Choice(chosen), None
    return Choice(chosen, min(max(float(rate_hz), LOWEST_HZ), HIGHEST_HZ)), float(rate_hz)

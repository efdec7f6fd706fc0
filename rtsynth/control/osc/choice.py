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
MOST_SLOTS = 16  # `shared.MAX_SLOTS`: windows read this, and import no kernels
# Networks cost something to read, and much to send: those of some slots can be chosen by words.
NETWORK = "network"
NETWORKS = {f"{NETWORK}/{slot}": slot for slot in range(1, MOST_SLOTS + 1)}
PLAIN = ("values", "meters")  # without a choice
LOWEST_HZ, HIGHEST_HZ = 0.1, 100.0

Word = float | int | str


@dataclass(frozen=True, slots=True)
class Choice:
    """Of `KINDS`, and a rate for all of them; None is the rate of each kind.

    `networks`: the slots whose networks are sent; none of them stands for all.
    """

    kinds: tuple[str, ...] = PLAIN
    rate_hz: float | None = None
    networks: tuple[int, ...] = ()

    def words(self) -> tuple[Word, ...]:
        """As `read_choice` reads it; nothing for what needs no choice."""
        if self.rate_hz is None and self.kinds == PLAIN:
            return ()
        of_slots = [word for word, slot in NETWORKS.items() if slot in self.networks]
        others = [kind for kind in self.kinds if not (of_slots and kind == NETWORK)]
        return (*others, *of_slots, *(() if self.rate_hz is None else (self.rate_hz,)))

    def shows_network(self, slot: int) -> bool:
        """Whether it has the network of a slot in it."""
        return NETWORK in self.kinds and (not self.networks or slot in self.networks)

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
        if kind not in KINDS and kind not in NETWORKS:
            allowed = f"{', '.join(KINDS)} (network/1: of slot 1)"
            raise ControlError(f"{str(kind)[:40]!r} is none of {allowed}, then a rate")
    networks = tuple(slot for word, slot in NETWORKS.items() if word in kinds)
    plain = {NETWORK if kind in NETWORKS else kind for kind in kinds}
    chosen = tuple(kind for kind in KINDS if kind in plain) or PLAIN
    if NETWORK in kinds:  # all of them
        networks = ()
    if rate_hz is None:
        return Choice(chosen, None, networks), None
    clamped_hz = min(max(float(rate_hz), LOWEST_HZ), HIGHEST_HZ)
    return Choice(chosen, clamped_hz, networks), float(rate_hz)

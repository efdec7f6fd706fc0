"""What the engine has mapped, as it lists it; and numbers that stand for mappings in undo."""

import math
import time
from collections.abc import Callable, Iterable, Sequence

from rtsynth.control.osc.packet import Argument, OscMessage
from rtsynth_gui.edit.numbers import Numbers
from rtsynth_gui.mapping.entry import LEARNED, Entry, read_entry

MAPPINGS = "/midi/mappings"
STALE = ("/midi/learned", "/midi/changed")
FREE_CCS = (*range(20, 32), *range(85, 91), *range(102, 120))  # those that MIDI leaves undefined
MOST = 4096
ANSWERED_S = 2.0  # in which an engine that is not busy answers
LONGEST_S = 30.0  # every time that nothing came it is waited for twice as long
MOST_TRIES = 4
NOTHING = 0.0  # the number of no mapping


class Catalogue:
    """The mappings of the engine. A list counts when it is whole, and nothing has changed since it
    was asked for; one is asked for at a time. After `MOST_TRIES` one counts as it came.

    Args:
        clock: the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.entries: list[Entry] = []
        self.whole = True  # as far as is known
        self._clock = clock
        self._coming: list[Entry] = []
        self._rows = 0  # of the list that is coming
        self._late_s = math.inf  # when what was asked for is late
        self._stale = False  # what was asked for
        self._tries = 0
        self._numbers: Numbers[Entry] = Numbers()

    def ask(self) -> bool:
        """Another list is wanted: whether to ask for it now, or when the one before is there."""
        if self._late_s < math.inf:
            self._stale = True
            return False
        self._expect()
        return True

    def expect_nothing(self) -> None:
        """Nobody is there who would answer."""
        self._late_s, self._stale, self._tries = math.inf, False, 0
        self._coming, self._rows = [], 0

    def _expect(self) -> None:
        self._coming, self._rows, self._stale = [], 0, False
        self._late_s = self._clock() + min(ANSWERED_S * 2**self._tries, LONGEST_S)

    def take(self, answers: Iterable[OscMessage]) -> tuple[bool, bool]:
        """Once a frame: whether there is another list, and whether to ask for one."""
        new = ask = False
        for address, arguments, _ in answers:
            match address, arguments:
                case "/midi/mapping", _:
                    self._collect(arguments)
                case "/done", [str(done), *count] if done == MAPPINGS:
                    new, again = self._done([self._rows] == count)
                    ask = again or ask
                case _ if address in STALE:
                    ask = self.ask() or ask
        if self._clock() >= self._late_s:
            self._tries += 1
            self._expect()
            ask = True
        return new, ask

    def _collect(self, arguments: Sequence[Argument]) -> None:
        self._rows += 1
        entry = read_entry(arguments)
        if entry is not None and len(self._coming) < MOST:
            self._coming.append(entry)

    def _done(self, whole: bool) -> tuple[bool, bool]:
        good, stale = whole and not self._stale, self._stale
        new = good or self._tries >= MOST_TRIES
        if new:
            self.entries, self.whole = self._coming, whole
        again = not good and (stale or not new)
        self._tries = 0 if new else self._tries + 1
        self._late_s = math.inf
        if again:
            self._expect()
        else:
            self._coming, self._rows, self._stale = [], 0, False
        return new, again

    def learned(self, address: str) -> Entry | None:
        """What was learned for a control."""
        found = (e for e in self.entries if (e.address, e.origin) == (address, LEARNED))
        return next(found, None)

    def free(self, controls: Iterable[str]) -> Entry | None:
        """A mapping of the first control that has none, of a CC that moves nothing yet."""
        mapped = {entry.address for entry in self.entries}
        used = {entry.number for entry in self.entries if entry.kind == "cc"}
        address = next((each for each in controls if each not in mapped), "")
        number = next((each for each in FREE_CCS if each not in used), FREE_CCS[0])
        # As the engine will list it: else undo would not know it again.
        entry = Entry(address, LEARNED, "cc", number, settings={"takeover": "jump"})
        return entry if address else None

    def put(self, address: str, entry: Entry | None) -> None:
        """Another mapping was sent to the engine for a control, or that there is none.

        A list that was asked for before does not have it.
        """
        self._stale = self._late_s < math.inf
        others = [e for e in self.entries if (e.address, e.origin) != (address, LEARNED)]
        self.entries = others if entry is None else [*others, entry]

    def number(self, entry: Entry | None) -> float:
        """What stands for a mapping among the steps of undo."""
        return NOTHING if entry is None else self._numbers.of(entry, entry.key)

    def of(self, number: float) -> Entry | None:
        """The mapping that a number stands for.

        Raises:
            KeyError: that was too long ago.
        """
        return None if number == NOTHING else self._numbers[number]

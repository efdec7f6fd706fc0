"""What the engine has mapped, as it lists it; and numbers that stand for mappings in undo."""

from collections import OrderedDict
from collections.abc import Iterable

from rtsynth.control.osc.packet import OscMessage
from rtsynth_gui.mapping.entry import LEARNED, Entry, Key, read_entry

MAPPINGS = "/midi/mappings"
STALE = ("/midi/learned", "/midi/changed")
MOST = 4096
MOST_KNOWN = 2000  # mappings that steps of undo may be about: many more than there are steps
NOTHING = 0.0  # the number of no mapping


class Catalogue:
    """The mappings of the engine. A list counts when it is whole."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._coming: list[Entry] = []
        self._known: OrderedDict[float, Entry | None] = OrderedDict({NOTHING: None})
        self._numbers: dict[Key, float] = {}
        self._next = 1.0

    def take(self, answers: Iterable[OscMessage]) -> tuple[bool, bool]:
        """Read what concerns mappings: whether there is another list, and whether to ask for it."""
        new = stale = False
        for address, arguments, _ in answers:
            match address, arguments:
                case "/midi/mapping", _ if len(self._coming) < MOST:
                    entry = read_entry(arguments)
                    if entry is not None:
                        self._coming.append(entry)
                case "/done", [str(done), *_] if done == MAPPINGS:
                    self.entries, self._coming = self._coming, []
                    new = True
                case _ if address in STALE:
                    stale = True
        return new, stale

    def learned(self, address: str) -> Entry | None:
        """What was learned for a control."""
        found = (e for e in self.entries if (e.address, e.origin) == (address, LEARNED))
        return next(found, None)

    def put(self, address: str, entry: Entry | None) -> None:
        """Another mapping was sent to the engine for a control, or that there is none."""
        others = [e for e in self.entries if (e.address, e.origin) != (address, LEARNED)]
        self.entries = others if entry is None else [*others, entry]

    def number(self, entry: Entry | None) -> float:
        """What stands for a mapping: steps of undo are of numbers."""
        if entry is None:
            return NOTHING
        key = entry.key
        if key not in self._numbers:
            self._numbers[key], self._known[self._next] = self._next, entry
            self._next += 1
            if len(self._known) > MOST_KNOWN:
                self._known.move_to_end(NOTHING)
                _, oldest = self._known.popitem(last=False)
                if oldest is not None:
                    del self._numbers[oldest.key]
        self._known.move_to_end(self._numbers[key])  # what is used stays
        return self._numbers[key]

    def of(self, number: float) -> Entry | None:
        """The mapping that a number stands for.

        Raises:
            KeyError: that was too long ago.
        """
        self._known.move_to_end(number)
        return self._known[number]

    def restart(self) -> None:
        """The list is asked for again: what came of another one counts no more."""
        self._coming = []

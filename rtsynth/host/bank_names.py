"""The names of the states that a voice's bank keeps, and the serials that stand for them there."""

import itertools
import time
from collections.abc import Iterable

from rtsynth.common.errors import ControlError
from rtsynth.common.names import RULE, composed, is_name
from rtsynth.host.voice import CHOSEN

MOST = CHOSEN // 2  # names of a slot
LONGEST_NAME = 64  # of what is said of one
_FIRST_BITS = 32  # serials of a bank; more than can be used up
_banks = itertools.count(1)


class BankNames:
    """The names of one voice's states, in the order in which they were kept first.

    A serial is of this bank alone: an event that has waited until another voice plays finds
    nothing there. All methods are called under a lock of their caller.
    """

    def __init__(self) -> None:
        self.serials: dict[str, int] = {}
        self.used = False  # whether there ever was one
        self.start = ""  # the name of the state that notes begin from
        self.by_program = False  # whether MIDI program changes recall them
        self.looped = 0  # the serial of the state that is put back again and again
        self.texts: dict[int, str] = {}  # states by their serials, as they are kept outside
        self._last = next(_banks) << _FIRST_BITS
        self._lent: dict[int, int] = {}  # rows of states without a name: until when

    def find(self, name: str, slot: int) -> int:
        """The serial of a name.

        Raises:
            ControlError: there is none.
        """
        name = composed(name)
        if name not in self.serials:
            there = ", ".join(list(self.serials)[:8]) or "none yet"
            raise ControlError(f"slot {slot} has no state {name[:LONGEST_NAME]!r}: {there}")
        return self.serials[name]

    def name_of(self, serial: int) -> str:
        """The name of a serial; "" if it has none."""
        return next((name for name, known in self.serials.items() if known == serial), "")

    def next_for(self, name: str, slot: int) -> int:
        """A serial for what is to be kept under a name; it is the name's only once that is said.

        Raises:
            ControlError: no such name can be, or there are too many.
        """
        check_name(name)
        if composed(name) not in self.serials and len(self.serials) >= MOST:
            raise ControlError(f"slot {slot} keeps {MOST} states: delete one first")
        return self.next()

    def next(self, lent_until_ns: int = 0) -> int:
        """A serial whose row in the bank nothing needs.

        Args:
            lent_until_ns: the `time.monotonic_ns()` time up to which events may need its row.

        Raises:
            ControlError: all rows are needed.
        """
        now_ns = time.monotonic_ns()
        self._lent = {row: until for row, until in self._lent.items() if until > now_ns}
        taken = _rows([*self.serials.values(), self.looped]) | self._lent.keys()
        for serial in range(self._last + 1, self._last + 1 + CHOSEN):
            if serial % CHOSEN not in taken:
                self._last = serial
                if lent_until_ns > now_ns:
                    self._lent[serial % CHOSEN] = lent_until_ns
                return serial
        raise ControlError("too many states at once; this one was dropped")

    def loop(self, serial: int, lent_until_ns: int) -> None:
        """This state is put back again and again from a time on, and the one before until then."""
        if self.looped:
            self._lent[self.looped % CHOSEN] = lent_until_ns
        self.looped = serial

    def rename(self, old: str, new: str, slot: int) -> None:
        """Give a state another name, in its place.

        Raises:
            ControlError: there is no such state, one of that name already, or none can be.
        """
        self.find(old, slot)
        old, new = composed(old), composed(new)
        if new != old:
            self.check_free(new, slot)
        self.serials = {new if name == old else name: kept for name, kept in self.serials.items()}
        if self.start == old:
            self.start = new

    def check_free(self, name: str, slot: int) -> None:
        """Refuse a name that cannot be, or is one already."""
        check_name(name)
        if composed(name) in self.serials:
            raise ControlError(f"slot {slot} has a state {name!r} already")


def check_name(name: str) -> None:
    """Refuse what can be no name of a state."""
    if not is_name(name):
        raise ControlError(f"state name {name[:LONGEST_NAME]!r}: {RULE}")


def _rows(serials: Iterable[int]) -> set[int]:
    return {serial % CHOSEN for serial in serials}

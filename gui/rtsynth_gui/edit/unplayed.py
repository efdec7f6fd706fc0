"""What notes move, as a hand left it: for undo, notes are no steps, and no reason to skip one."""

import math
from collections.abc import Callable

from rtsynth_gui.edit.history import SAME, Setting, Step
from rtsynth_gui.link.description import Description
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.played import played_notes

OF_NOTES = ("pitch", "amplitude")  # roles of what notes move
SETTLED_S = 0.3  # after a note begins or ends, the value that it leads to has been reported


class Unplayed:
    """Of all slots: from the first note after a hand until the hand moves the control again; and
    not while it is where somebody else has put it who plays no note.

    Args:
        current: the setting at an address as it is now.
    """

    def __init__(self, current: Callable[[str], Setting | None]) -> None:
        self._current = current
        self._of_notes: dict[int, tuple[str, ...]] = {}  # addresses by slot
        self._left: dict[str, float] = {}  # where a hand left what notes have moved since
        self._noted: dict[str, float] = {}  # where the last note has put it
        self._reported: dict[str, float] = {}  # where it is
        self._played_s: dict[int, float] = {}  # when the last note of a slot began or ended

    def take(self, batch: Batch, now_s: float) -> None:
        """One frame, before anything shows its values."""
        if batch.description is not None:
            self._know(batch.description)
        for played in played_notes(batch.answers):
            self._played_s[played.slot] = now_s
            if played.sounds and played.note is not None:
                self.begin(played.slot, now_s)
        for slot, addresses in self._of_notes.items():
            for address in addresses:
                if (value := batch.values.get(address)) is not None:
                    self._report(slot, address, value, now_s)

    def _know(self, description: Description) -> None:
        self._of_notes = {
            slot.number: tuple(p.address for p in slot.parameters if p.role in OF_NOTES)
            for slot in description.slots
        }
        known = {address for addresses in self._of_notes.values() for address in addresses}
        for values in (self._left, self._noted, self._reported):
            for address in values.keys() - known:
                del values[address]

    def _report(self, slot: int, address: str, value: float, now_s: float) -> None:
        self._reported[address] = value
        if now_s - self._played_s.get(slot, -math.inf) <= SETTLED_S:
            self._noted[address] = value

    def begin(self, slot: int, now_s: float) -> None:
        """A note begins, here or elsewhere."""
        self._played_s[slot] = now_s
        for address in self._of_notes.get(slot, ()):
            now = self._current(address)
            if isinstance(now, float | int):
                self._left[address] = float(now)
                self._noted[address] = self._reported.get(address, float(now))

    def moved(self, address: str) -> None:
        """A hand, or undo, moves a control."""
        self._left.pop(address, None)

    def of(self, address: str) -> float | None:
        """Where a hand left what is where a note has put it; None where no note has."""
        left, noted = self._left.get(address), self._noted.get(address, math.nan)
        now = self._reported.get(address, noted)
        return left if math.isclose(now, noted, rel_tol=SAME, abs_tol=SAME) else None

    def step(self, step: Step) -> Step:
        """What a hand does, from where it left things, whatever was played in between."""
        left = {address: self.of(address) for address in step.before}
        kept = {address: value for address, value in left.items() if value is not None}
        return Step(step.title, {**step.before, **kept}, step.after, step.gesture)

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
    """Of all slots: from the first note after a hand until the hand, or anybody else who plays no
    note, moves the control again.

    Args:
        current: the setting at an address as it is now.
    """

    def __init__(self, current: Callable[[str], Setting | None]) -> None:
        self._current = current
        self._of_notes: dict[int, tuple[str, ...]] = {}  # addresses by slot
        self._left: dict[str, float] = {}  # where a hand left what notes have moved since
        self._reported: dict[str, float] = {}
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
                value = batch.values.get(address)
                if value is not None:
                    self._report(slot, address, value, now_s)

    def _know(self, description: Description) -> None:
        self._of_notes = {
            slot.number: tuple(p.address for p in slot.parameters if p.role in OF_NOTES)
            for slot in description.slots
        }
        known = {address for addresses in self._of_notes.values() for address in addresses}
        self._left = {address: left for address, left in self._left.items() if address in known}

    def _report(self, slot: int, address: str, value: float, now_s: float) -> None:
        before = self._reported.get(address, value)
        self._reported[address] = value
        is_news = not math.isclose(before, value, rel_tol=SAME, abs_tol=SAME)
        if is_news and now_s - self._played_s.get(slot, -math.inf) > SETTLED_S:
            self._left.pop(address, None)  # somebody has moved it, and no note

    def begin(self, slot: int, now_s: float) -> None:
        """A note begins, here or elsewhere."""
        self._played_s[slot] = now_s
        for address in self._of_notes.get(slot, ()):
            now = self._current(address)
            if isinstance(now, float | int):
                self._left.setdefault(address, float(now))

    def moved(self, address: str) -> None:
        """A hand, or undo, moves a control."""
        self._left.pop(address, None)

    def of(self, address: str) -> float | None:
        """Where a hand left what notes have moved since; None where none have."""
        return self._left.get(address)

    def step(self, step: Step) -> Step:
        """What a hand does, from where it left things, whatever was played in between."""
        before = {address: self._left.get(address, value) for address, value in step.before.items()}
        return Step(step.title, before, step.after, step.gesture)

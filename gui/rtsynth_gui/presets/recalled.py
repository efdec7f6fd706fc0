"""Whether something was moved since a preset was recalled or saved, as far as this window saw it.

An engine says which preset a slot is at, and every value that changes. So what the values were once
they had arrived is the preset; what was before the window opened is not known.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rtsynth.control.osc.packet import OscMessage
from rtsynth_gui.edit.history import SAME
from rtsynth_gui.edit.unplayed import OF_NOTES
from rtsynth_gui.link.description import Description, Slot
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.played import Played, played_notes

PRESET = re.compile(r"/slot/(\d{1,3})/preset/(names|current|recall|next|previous|save|rename)$")
SETTLED_S = 0.3  # until all values have arrived
MOST_KNOWN = 256  # presets

Values = Mapping[str, float]


@dataclass
class _At:
    """The preset that a slot is at; `due_s`: when its values are there, None once they were taken.
    `anew`: they are what they are, and not what they were when it was recalled before. `played`:
    a note has moved what notes move, since or from before."""

    name: str
    due_s: float | None
    anew: bool = False
    played: bool = False


class Recalled:
    """Of all slots."""

    def __init__(self) -> None:
        self._values: dict[str, float] = {}
        self._slots: dict[int, Slot] = {}
        self._at: dict[int, _At] = {}
        self._known: dict[tuple[int, str, str], Values] = {}  # by slot, plugin and preset
        self._held: dict[int, set[float]] = {}  # notes, by slot
        self._renewed_s: dict[int, float] = {}  # when a preset of the slot was recalled or saved
        self._listed: set[int] = set()  # what comes next is part of a list, and no news

    def take(self, batch: Batch, now_s: float) -> None:
        """One frame."""
        if batch.description is not None:
            self._know(batch.description)
        self._values |= batch.values
        for played in played_notes(batch.answers):
            self._play(played)
        self._read(batch.answers, now_s)
        for slot, at in self._at.items():
            if at.due_s is not None and now_s >= at.due_s:
                at.due_s = None
                self._settle(slot, at)

    def _play(self, played: Played) -> None:
        held = self._held.setdefault(played.slot, set())
        if played.note is None:
            held.clear()
        elif played.sounds:
            held.add(played.note)
            if played.slot in self._at:
                self._at[played.slot].played = True
        else:
            held.discard(played.note)

    def _know(self, description: Description) -> None:
        slots = {slot.number: slot for slot in description.slots}
        for number, before in self._slots.items():
            if number not in slots or slots[number].plugin != before.plugin:
                self._at.pop(number, None)
        self._slots = slots

    def _read(self, answers: Iterable[OscMessage], now_s: float) -> None:
        for address, arguments, _ in answers:
            done = address == "/done" and bool(arguments)
            found = PRESET.match(str(arguments[0]) if done else address)
            if found is None:
                continue
            slot, command = int(found[1]), found[2]
            match command, arguments:
                case "names", _:
                    self._listed.add(slot)
                case "current", (str(name),):
                    self._come(slot, name, now_s, news=slot not in self._listed)
                    self._listed.discard(slot)
                case "rename", (_, str(old), str(new)) if done:
                    self._rename(slot, old, new)
                case _ if done:
                    self._renew(slot, str(arguments[1]) if len(arguments) > 1 else "", now_s)

    def _renew(self, slot: int, name: str, now_s: float) -> None:
        """A preset was recalled or saved; that the slot is at it is said before or after this."""
        self._renewed_s[slot] = now_s
        at = self._at.get(slot)
        if at is not None and (at.due_s is not None or at.name == name):
            at.anew, at.due_s = True, now_s + SETTLED_S

    def _come(self, slot: int, name: str, now_s: float, *, news: bool) -> None:
        """A slot is at a preset, or at none."""
        before = self._at.get(slot)
        if not name or (not news and (before is None or before.name != name)):
            self._at.pop(slot, None)
        elif news:
            anew = now_s - self._renewed_s.get(slot, -math.inf) < SETTLED_S
            held = bool(self._held.get(slot))
            self._at[slot] = _At(name, now_s + SETTLED_S, anew, held)

    def _rename(self, slot: int, old: str, new: str) -> None:
        known = self._known.pop(self._key(slot, old), None)
        if known is not None:
            self._known[self._key(slot, new)] = known

    def _key(self, slot: int, name: str) -> tuple[int, str, str]:
        return slot, self._slots[slot].plugin if slot in self._slots else "", name

    def _settle(self, slot: int, at: _At) -> None:
        """Its values are there; where undo, or a set, has brought it back, they may be others."""
        key = self._key(slot, at.name)
        if at.anew or key not in self._known:
            self._known[key] = self._now(slot)
            while len(self._known) > MOST_KNOWN:
                self._known.pop(next(iter(self._known)))

    def _now(self, slot: int) -> dict[str, float]:
        there = self._slots.get(slot)
        controls = () if there is None else there.parameters + there.controls
        addresses = (control.address for control in controls)
        return {each: self._values[each] for each in addresses if each in self._values}

    def holds(self, slot: int) -> bool:
        """Whether a note is held there: pitch and amplitude are the note's then."""
        return bool(self._held.get(slot))

    def changed(self, slot: int) -> bool:
        """Whether a control of the slot is elsewhere than the preset has it."""
        at, there = self._at.get(slot), self._slots.get(slot)
        if at is None or there is None or at.due_s is not None:
            return False
        of_notes = {p.address for p in there.parameters if p.role in OF_NOTES and at.played}
        now = self._now(slot)
        known = self._known.get(self._key(slot, at.name), {})
        return any(
            not math.isclose(now.get(address, value), value, rel_tol=SAME, abs_tol=SAME)
            for address, value in known.items()
            if address not in of_notes
        )

"""What a MIDI message does, live or from a file: notes, controllers, bend, pedal, panic."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import mido

from rtsynth.control.engine import Controls
from rtsynth.control.midi_map import SUSTAIN, MidiMap, class_position

BEND_SEMITONES = 2.0
_BEND_DOWN, _BEND_UP = 8192.0, 8191.0
_DESCRIPTION_AGE_S = 0.5


class _Bend(NamedTuple):
    """A bent pitch: where it would be without the bend, and what was last asked for."""

    base: float
    bent: float


class MidiRouter:
    """Applies MIDI messages to an engine. For one thread.

    Args:
        engine: what the messages move.
        midi_map: which controller moves what.

    Methods raise ControlError when the engine refuses a change.
    """

    def __init__(self, engine: Controls, midi_map: MidiMap | None = None) -> None:
        self._engine = engine
        self._map = midi_map or MidiMap()
        self._slots: dict[int, dict[str, Any]] = {}
        self._slots_at_s = float("-inf")
        self._held: dict[tuple[int, int], int] = {}  # (channel, note) -> slot it sounds in
        self._pedals: set[int] = set()  # channels whose sustain pedal is down
        self._sustained: set[tuple[int, int]] = set()  # keys released under the pedal
        self._semitones: dict[int, float] = {}  # slot -> bend
        self._bends: dict[int, _Bend] = {}
        self._moved: dict[int, set[str]] = {}  # slot -> controls that controllers moved
        self._at_ns: int | None = None

    def handle(self, message: mido.Message, at_ns: int | None = None) -> None:
        """Apply one message, to be heard at `at_ns` (None: the next block)."""
        handler = _MESSAGES.get(message.type)
        if handler is not None:
            self._at_ns = at_ns
            handler(self, message)

    # --------------------------------------------------------------------------------- notes

    def _note_on(self, message: mido.Message) -> None:
        if message.velocity == 0:
            self._note_off(message)
            return
        channel = message.channel + 1
        slot = self._slot_of(channel)
        if slot is None:
            return
        self._sustained.discard((channel, message.note))
        self._held[channel, message.note] = slot
        self._engine.note_on(slot, float(message.note), message.velocity / 127.0, at_ns=self._at_ns)
        self._bend_again(slot, moved=True)

    def _note_off(self, message: mido.Message) -> None:
        key = (message.channel + 1, message.note)
        if key[0] in self._pedals and key in self._held:
            self._sustained.add(key)
        else:
            self._release(key)

    def _release(self, key: tuple[int, int]) -> None:
        self._sustained.discard(key)
        slot = self._held.pop(key, None)
        if slot is not None and slot in self._current_slots():
            self._engine.note_off(slot, float(key[1]), at_ns=self._at_ns)
            self._bend_again(slot, moved=False)

    # --------------------------------------------------------------------------- controllers

    def _control_change(self, message: mido.Message) -> None:
        mode = _MODES.get(message.control)
        if mode is not None:
            mode(self, message)
            return
        channel = message.channel + 1
        position = message.value / 127.0
        slots = self._current_slots()
        own = self._slot_of(channel)
        for binding in self._map.bindings(channel, message.control, slots.get(own or 0)):
            slot = own if binding.slot is None else binding.slot
            if slot is None:
                continue
            value = binding.value_at(position)
            self._moved.setdefault(slot, set()).add(binding.target)
            if value is None:
                there = class_position(position, slots.get(slot), binding.target)
                self._engine.set_norm(slot, binding.target, there, at_ns=self._at_ns)
            else:
                self._engine.set(slot, binding.target, value, at_ns=self._at_ns)
            self._bend_again(slot, moved=binding.target == self._pitch_of(slot))

    def _sustain(self, message: mido.Message) -> None:
        channel = message.channel + 1
        if message.value >= 64:
            self._pedals.add(channel)
            return
        self._pedals.discard(channel)
        for key in [key for key in self._sustained if key[0] == channel]:
            self._release(key)

    def _all_sound_off(self, message: mido.Message) -> None:
        self._held.clear()
        self._sustained.clear()
        self._engine.panic()

    def _all_notes_off(self, message: mido.Message) -> None:
        channel = message.channel + 1
        self._sustained = {key for key in self._sustained if key[0] != channel}
        for key in [key for key in self._held if key[0] == channel]:
            self._release(key)

    def _reset_controllers(self, message: mido.Message) -> None:
        """Pedal up, bend to the middle, and what controllers moved back to its default."""
        self._sustain(message.copy(value=0))
        slot = self._slot_of(message.channel + 1)
        if slot is None:
            return
        self._bend_to(slot, 0.0)
        description = self._current_slots()[slot]
        moved = self._moved.pop(slot, set())
        for control in description["parameters"] + description["controls"]:
            if control["name"] in moved and control.get("generated"):
                self._engine.set(slot, f"{control['name']}.take", 0.0, at_ns=self._at_ns)
            elif control["name"] in moved:
                self._engine.set(slot, control["name"], control["default"], at_ns=self._at_ns)

    # ----------------------------------------------------------------------------------- bend

    def _pitchwheel(self, message: mido.Message) -> None:
        slot = self._slot_of(message.channel + 1)
        if slot is not None:
            whole = _BEND_DOWN if message.pitch < 0 else _BEND_UP
            self._bend_to(slot, message.pitch / whole * BEND_SEMITONES)

    def _bend_to(self, slot: int, semitones: float) -> None:
        self._semitones[slot] = semitones
        name = self._pitch_of(slot)
        if name is None:
            return
        if self._is_generated(slot, name):
            # Bent where it is, and let go of without a trace: setting it would take it over.
            self._engine.set(slot, f"{name}.offset", semitones, at_ns=self._at_ns)
            return
        bend = self._bends.pop(slot, None)
        now = self._engine.get(slot, name)
        base = bend.base if bend is not None and bend.bent == now else now
        if semitones:
            bent = self._engine.set(slot, name, base + semitones, at_ns=self._at_ns)
            self._bends[slot] = _Bend(base, bent)
        elif base != now:
            self._engine.set(slot, name, base, at_ns=self._at_ns)

    def _bend_again(self, slot: int, *, moved: bool) -> None:
        """Bend a pitch that was perhaps (`moved`: surely) set without regard to the bend."""
        name = self._pitch_of(slot)
        semitones = self._semitones.get(slot, 0.0)
        if name is None or not semitones or self._is_generated(slot, name):
            return
        bend = self._bends.get(slot)
        if moved or bend is None or bend.bent != self._engine.get(slot, name):
            self._bends.pop(slot, None)
            self._bend_to(slot, semitones)

    # ---------------------------------------------------------------------------------- slots

    def _current_slots(self) -> dict[int, dict[str, Any]]:
        """Descriptions by slot number, seldom older than a plugin change takes to hear."""
        now_s = time.monotonic()
        if now_s - self._slots_at_s > _DESCRIPTION_AGE_S:
            self._slots = {slot["slot"]: slot for slot in self._engine.describe()["slots"]}
            self._slots_at_s = now_s
        return self._slots

    def _slot_of(self, channel: int) -> int | None:
        """The slot a channel plays: the only one, or the one with the channel's number."""
        slots = self._current_slots()
        only: int | None = next(iter(slots)) if len(slots) == 1 else None
        return channel if channel in slots else only

    def _is_generated(self, slot: int, name: str) -> bool:
        parameters = self._current_slots()[slot]["parameters"]
        return any(p["name"] == name and p.get("generated") for p in parameters)

    def _pitch_of(self, slot: int) -> str | None:
        if slot not in self._current_slots():
            return None
        for control in self._slots[slot]["parameters"]:
            if control["role"] == "pitch":
                return str(control["name"])
        return None


_Handler = Callable[[MidiRouter, mido.Message], None]

_MESSAGES: dict[str, _Handler] = {
    "note_on": MidiRouter._note_on,
    "note_off": MidiRouter._note_off,
    "control_change": MidiRouter._control_change,
    "pitchwheel": MidiRouter._pitchwheel,
}
_MODES: dict[int, _Handler] = {
    SUSTAIN: MidiRouter._sustain,
    120: MidiRouter._all_sound_off,
    121: MidiRouter._reset_controllers,
    **dict.fromkeys(range(123, 128), MidiRouter._all_notes_off),  # mode changes imply it
}

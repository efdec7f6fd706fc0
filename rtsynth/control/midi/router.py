"""What a MIDI message does, live or from a file: notes, controllers, bend, pedal, panic."""

from collections.abc import Callable
from typing import NamedTuple

import mido

from rtsynth.common.control_info import ControlInfo, SlotInfo
from rtsynth.control.midi.channel import (
    DATA_CONTROLLERS,
    EXPRESSION,
    MODULATION,
    REST,
    Channel,
)
from rtsynth.control.midi.map import SUSTAIN, MidiMap, class_position
from rtsynth.host.protocol import Controls

_IN_RANGE = 1e-3  # semitones: a wheel has 16,384 places

Clamped = Callable[[str, float, float], None]


class _Key(NamedTuple):
    """A key of a keyboard; the channel is 1..16."""

    channel: int
    note: int


def _ignore(kind: str, asked: float, applied: float) -> None:
    """The default for `clamped`."""


class MidiRouter:
    """Applies the MIDI messages of one port to an engine. For one thread.

    Args:
        engine: what the messages move.
        midi_map: which controller moves what.
        port: its name; with the channel it identifies the source of a note.
        clamped: called for every "note", and once for a "bend", beyond the range of a plugin's
            pitch: (which of the two, the requested pitch, the pitch that sounds).

    Methods raise ControlError when the engine refuses a change.
    """

    def __init__(
        self,
        engine: Controls,
        midi_map: MidiMap | None = None,
        *,
        port: str = "",
        clamped: Clamped = _ignore,
    ) -> None:
        self._engine = engine
        self._map = midi_map or MidiMap()
        self._port = port
        self._clamped = clamped
        self._changes = engine.subscribe(values=False)
        self._slots = self._described()
        self._channels = {number: Channel() for number in range(1, 17)}
        self._held: dict[_Key, int] = {}  # the slot it sounds in
        self._sustained: set[_Key] = set()  # keys released under the pedal
        self._sent: dict[tuple[int, int], tuple[float, float]] = {}  # (slot, channel) -> wheels
        self._too_far: set[int] = set()  # channels whose bend was reported as out of range
        self._modulated: set[tuple[int, int, str]] = set()  # (channel, slot, control), by CC 1
        self._at_ns: int | None = None

    def handle(self, message: mido.Message, at_ns: int | None = None) -> None:
        """Apply one message at `at_ns` (None: in the next block)."""
        handler = _MESSAGES.get(message.type)
        if handler is not None:
            self._at_ns = at_ns
            handler(self, message)

    def let_go(self) -> None:
        """The port is gone: its keys and pedals are up, its wheels at rest."""
        self._at_ns = None
        for number, channel in self._channels.items():
            channel.pedal = False
            self._release_all(number)
            channel.reset()
            self._send_wheels(number)

    # --------------------------------------------------------------------------------- notes

    def _note_on(self, message: mido.Message) -> None:
        if message.velocity == 0:
            self._note_off(message)
            return
        key = _Key(message.channel + 1, message.note)
        slot = self._slot_of(key.channel)
        if slot is None:
            return
        if self._held.get(key, slot) != slot:  # plugins came or went while it was held
            self._release(key)
        self._sustained.discard(key)
        self._held[key] = slot
        self._send_wheels(key.channel)
        played = self._engine.note_on(
            slot,
            float(key.note),
            message.velocity / 127.0,
            source=self._source(key.channel),
            at_ns=self._at_ns,
        )
        if played != key.note:
            self._clamped("note", key.note, played)
        self._check_bend(key.channel, slot)

    def _note_off(self, message: mido.Message) -> None:
        key = _Key(message.channel + 1, message.note)
        if self._channels[key.channel].pedal and key in self._held:
            self._sustained.add(key)
        else:
            self._release(key)

    def _release(self, key: _Key) -> None:
        self._sustained.discard(key)
        slot = self._held.pop(key, None)
        if slot is not None and slot in self._current_slots():
            source = self._source(key.channel)
            self._engine.note_off(slot, float(key.note), source=source, at_ns=self._at_ns)

    def _release_all(self, channel: int) -> None:
        self._sustained = {key for key in self._sustained if key.channel != channel}
        for key in [key for key in self._held if key.channel == channel]:
            self._release(key)

    def _source(self, channel: int) -> tuple[str, int]:
        return (self._port, channel)

    # --------------------------------------------------------------------------- controllers

    def _control_change(self, message: mido.Message) -> None:
        channel, control = message.channel + 1, message.control
        mode = _MODES.get(control)
        if mode is not None:
            mode(self, message)
        elif control in DATA_CONTROLLERS and not self._map.names(channel, control):
            self._channels[channel].data(control, message.value)
            self._send_wheels(channel)
        elif control == EXPRESSION and self._map.is_default(channel, control):
            self._channels[channel].expression = message.value / 127.0
            self._send_wheels(channel)
        else:
            self._move(channel, control, message.value / 127.0)

    def _move(self, channel: int, control: int, position: float) -> None:
        """Move what the map ties to a controller."""
        slots = self._current_slots()
        own = self._slot_of(channel)
        for binding in self._map.bindings(channel, control, slots.get(own or 0)):
            slot = own if binding.slot is None else binding.slot
            if slot is None:
                continue
            value = binding.value_at(position)
            if value is None:
                there = class_position(position, slots.get(slot), binding.target)
                self._engine.set_norm(slot, binding.target, there, at_ns=self._at_ns)
            else:
                self._engine.set(slot, binding.target, value, at_ns=self._at_ns)
            self._modulated = {
                moved for moved in self._modulated if moved[1:] != (slot, binding.target)
            }
            if control == MODULATION:
                self._modulated.add((channel, slot, binding.target))

    def _sustain(self, message: mido.Message) -> None:
        channel = message.channel + 1
        self._channels[channel].pedal = message.value >= 64
        if message.value < 64:
            for key in [key for key in self._sustained if key.channel == channel]:
                self._release(key)

    def _all_sound_off(self, message: mido.Message) -> None:
        """What the channel plays falls silent: its notes, or a slot that sounds without any."""
        channel = message.channel + 1
        self._release_all(channel)
        slot = self._slot_of(channel)
        if slot is not None:
            self._engine.end_drone(slot, at_ns=self._at_ns)

    def _all_notes_off(self, message: mido.Message) -> None:
        self._release_all(message.channel + 1)

    def _reset_controllers(self, message: mido.Message) -> None:
        """What RP-015 names: modulation, expression, pedals, bend, the parameter number.

        Not the volume (7), the pan (10), effects (91-95) and sound controllers (70-79), nor what
        else controllers have moved, nor the bend range. What the modulation wheel moved goes where
        it was without it: to its default.
        """
        channel = message.channel + 1
        self._sustain(message.copy(value=0))
        self._channels[channel].reset()
        self._send_wheels(channel)
        slots = self._current_slots()
        for moved in sorted(moved for moved in self._modulated if moved[0] == channel):
            self._modulated.discard(moved)
            _, slot, name = moved
            control = slots[slot].find(name) if slot in slots else None
            if control is not None and control.generation is not None:
                self._engine.set(slot, f"{name}.take", 0.0, at_ns=self._at_ns)
            elif control is not None:
                self._engine.set(slot, name, control.default, at_ns=self._at_ns)

    # ----------------------------------------------------------------------------------- bend

    def _pitchwheel(self, message: mido.Message) -> None:
        channel = message.channel + 1
        self._channels[channel].turn(message.pitch)
        self._send_wheels(channel)
        slot = self._slot_of(channel)
        if slot is not None:
            self._check_bend(channel, slot)

    def _send_wheels(self, channel: int) -> None:
        """Let the slot that a channel plays know where its wheels are."""
        slot = self._slot_of(channel)
        wheels = self._channels[channel].wheels
        if slot is None:
            return
        sent = self._sent.get((slot, channel), REST)
        source = self._source(channel)
        # Not at rest they are sent again: the slot may have another plugin since.
        if wheels[0] or sent[0]:
            self._engine.bend(slot, wheels[0], source=source, at_ns=self._at_ns)
        if (wheels[1], sent[1]) != (1.0, 1.0):
            self._engine.express(slot, wheels[1], source=source, at_ns=self._at_ns)
        self._sent[slot, channel] = wheels

    def _check_bend(self, channel: int, slot: int) -> None:
        """Report, once, that a note of a channel is bent beyond the range of the plugin."""
        pitch = self._pitch_of(slot)
        bend = self._channels[channel].bend
        if pitch is None or not bend:
            self._too_far.discard(channel)
            return
        low, high = pitch.minimum, pitch.maximum
        bent = [
            min(max(key.note, low), high) + bend
            for key, where in self._held.items()
            if (key.channel, where) == (channel, slot)
        ]
        outside = [asked for asked in bent if not low - _IN_RANGE <= asked <= high + _IN_RANGE]
        if not outside:
            self._too_far.discard(channel)
        elif channel not in self._too_far:
            self._too_far.add(channel)
            self._clamped("bend", outside[-1], min(max(outside[-1], low), high))

    # ---------------------------------------------------------------------------------- slots

    def _current_slots(self) -> dict[int, SlotInfo]:
        """The slots by number, as they were when a plugin was last loaded or unloaded."""
        if self._changes.take_plugins():
            self._slots = self._described()
        return self._slots

    def _described(self) -> dict[int, SlotInfo]:
        return {slot.number: slot for slot in self._engine.describe().slots}

    def _slot_of(self, channel: int) -> int | None:
        """The slot a channel plays: the only one, or the one with the channel's number."""
        slots = self._current_slots()
        only: int | None = next(iter(slots)) if len(slots) == 1 else None
        return channel if channel in slots else only

    def _pitch_of(self, slot: int) -> ControlInfo | None:
        described = self._current_slots().get(slot)
        parameters = described.parameters if described is not None else ()
        return next((control for control in parameters if control.role == "pitch"), None)


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

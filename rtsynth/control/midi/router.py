"""What a MIDI message does, live or from a file: notes, controllers, bend, pedal, panic."""

import time
from collections.abc import Callable, Iterable
from functools import partial

import mido

from rtsynth.common.errors import ControlError
from rtsynth.control.midi.assembler import Assembler
from rtsynth.control.midi.channel import BANK, BANK_FINE, DATA_CONTROLLERS, EXPRESSION
from rtsynth.control.midi.controllers import Controllers
from rtsynth.control.midi.mpe import TIMBRE
from rtsynth.control.midi.pedals import Key, Pedals
from rtsynth.control.midi.played import Played
from rtsynth.control.midi.port_wheels import Clamped, PortWheels
from rtsynth.host.mapping.binding import NRPN, Move, stable_name
from rtsynth.host.mapping.mappings import Mappings
from rtsynth.host.mapping.monitor import UNMAPPED
from rtsynth.host.mapping.programs import ProgramChanges
from rtsynth.host.mapping.table import MidiMap
from rtsynth.host.protocol import Controls

SUSTAIN, SOSTENUTO = 64, 66


def _ignore(kind: str, asked: float, applied: float) -> None:
    """The default for `clamped`."""


def do_all(acts: Iterable[Callable[[], object]]) -> None:
    """Do them all, also those behind one that the engine refuses.

    Raises:
        ControlError: the first one.
    """
    errors = []
    for act in acts:
        try:
            act()
        except ControlError as error:
            errors.append(error)
    if errors:
        raise errors[0]


class MidiRouter:
    """Applies the MIDI messages of one port to an engine. For one thread.

    Args:
        engine: what the messages move.
        midi_map: which controller moves what; beside `mappings` it is not used.
        mappings: what is learned live, and the map of a file.
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
        mappings: Mappings | None = None,
        port: str = "",
        clamped: Clamped = _ignore,
    ) -> None:
        self._engine = engine
        self._programs = ProgramChanges(engine)
        self._controllers = Controllers(engine, midi_map, mappings)
        self._assembler = Assembler(stable_name(port))
        self._port = port
        self._clamped = clamped
        self._wheels = PortWheels(engine, port, clamped)
        self._channels, self._zones = self._wheels.channels, self._wheels.zones
        self._played = Played(engine, self._zones)
        self._held: dict[Key, int] = {}  # the slot it sounds in
        self._pedals = Pedals()
        self._at_ns: int | None = None

    def handle(self, message: mido.Message, at_ns: int | None = None) -> str:
        """Apply one message at `at_ns` (None: in the next block).

        Returns what it did: the controls it moved, "unmapped", or "" where that needs no word.
        """
        self._at_ns = at_ns
        moves = self._assembler.moves(message)
        if moves and not self._ends_note(message):
            moved = self._move(message, moves)
            if moved is not None:
                return moved
        if message.type == "control_change":
            return self._control_change(message, moves)
        handler = _MESSAGES.get(message.type)
        if handler is None:
            return UNMAPPED if hasattr(message, "channel") else ""
        return handler(self, message) or ""

    def let_go(self) -> None:
        """The port is gone: its keys and pedals are up, its wheels at rest."""
        self._at_ns = None
        numbers = tuple(self._channels)
        do_all(
            [
                *(partial(self._release_all, number) for number in numbers),
                *(partial(self._rest, number) for number in numbers),
                *(partial(self._send_own_wheels, number) for number in numbers),
            ]
        )

    def _rest(self, channel: int) -> None:
        self._pedals.raise_all(channel)
        self._channels[channel].reset()
        self._channels[channel].rest()

    # --------------------------------------------------------------------------------- notes

    def _note_on(self, message: mido.Message) -> None:
        if message.velocity == 0:
            self._note_off(message)
            return
        key = Key(message.channel + 1, message.note)
        slot = self._played.slot_of(key.channel)
        if slot is None:
            return
        if self._held.get(key, slot) != slot:  # plugins came or went while it was held
            self._release(key)
        self._pedals.press(key)
        self._held[key] = slot
        self._send_wheels(key.channel, note=True)
        played = self._engine.note_on(
            slot,
            float(key.note),
            message.velocity / 127.0,
            source=self._wheels.source(key.channel),
            at_ns=self._at_ns,
        )
        if played != key.note:
            self._clamped("note", key.note, played)
        self._check_bend(key.channel, slot)

    def _note_off(self, message: mido.Message) -> None:
        key = Key(message.channel + 1, message.note)
        if not (key in self._held and self._pedals.holds(key)):
            self._release(key)

    def _ends_note(self, message: mido.Message) -> bool:
        """Whether a key goes up that sounds: it does that also where a map has its note by now."""
        if message.type not in ("note_on", "note_off"):
            return False
        is_up = message.type == "note_off" or message.velocity == 0
        return is_up and Key(message.channel + 1, message.note) in self._held

    def _release(self, key: Key) -> None:
        self._pedals.forget(key)
        slot = self._held.pop(key, None)
        if slot is not None and slot in self._played.slots:
            source = self._wheels.source(key.channel)
            self._engine.note_off(slot, float(key.note), source=source, at_ns=self._at_ns)

    def _release_all(self, channel: int) -> None:
        """Notes of a channel; of a zone, on its master."""
        channels = self._zones.all_for(channel)
        self._release_keys([key for key in self._held if key.channel in channels])

    def _release_keys(self, keys: Iterable[Key]) -> None:
        do_all([partial(self._release, key) for key in keys])

    # --------------------------------------------------------------------------- controllers

    def _move(self, message: mido.Message, moves: list[Move]) -> str | None:
        """What a map says; a pedal or bend wheel that it takes is at rest from then on."""
        slot, taken = self._played.slot_of(message.channel + 1), True
        try:
            moved = self._controllers.move(moves, self._played.places, slot, self._at_ns)
            taken = moved is not None
        finally:
            if taken and message.type == "control_change" and message.control in _PEDALS:
                _PEDALS[message.control](self, message.copy(value=0))
            if taken and message.type == "pitchwheel":
                self._pitchwheel(message.copy(pitch=0))
        return moved

    def _control_change(self, message: mido.Message, moves: list[Move]) -> str:
        """A controller that no map names."""
        channel, control = message.channel + 1, message.control
        mode = _MODES.get(control)
        if mode is not None:
            return mode(self, message) or ""
        if control in DATA_CONTROLLERS:
            self._data(channel, control, message.value)
            return UNMAPPED if moves[0].control.kind == NRPN else ""
        if control in (BANK, BANK_FINE):
            self._channels[channel].select_bank(control, message.value)
            return ""
        in_zone = self._zones.master_of(channel) is not None
        if self._controllers.has_defaults and (
            control == EXPRESSION or (control == TIMBRE and in_zone)
        ):
            wheel = "expression" if control == EXPRESSION else "timbre"
            setattr(self._channels[channel], wheel, message.value / 127.0)
            self._send_wheels(channel)
            return ""
        if self._zones.is_member(channel):
            return UNMAPPED  # what is for all notes is on the master
        places, slot = (
            self._played.places,
            self._played.slots.get(self._played.slot_of(channel) or 0),
        )
        moved = self._controllers.move_default(moves, places, slot, self._at_ns)
        return UNMAPPED if moved is None else moved

    def _data(self, channel: int, control: int, value: int) -> None:
        """A registered parameter."""
        for number in self._wheels.data(channel, control, value):  # in another zone than before
            self._release_keys([key for key in self._held if key.channel == number])
            self._pedals.raise_all(number)
            self._send_own_wheels(number)
        self._send_wheels(self._zones.master_of(channel) or channel)

    def _pressure(self, message: mido.Message) -> str | None:
        """Of a note; the pressure of a whole keyboard moves what a map says."""
        channel = message.channel + 1
        if self._zones.master_of(channel) is None or not self._controllers.has_defaults:
            return UNMAPPED
        self._channels[channel].pressure = message.value / 127.0
        self._send_wheels(channel)
        return None

    def _program_change(self, message: mido.Message) -> str:
        """Recall the preset, or the state, of a number in the slot that the channel plays."""
        slot = self._played.slot_of(message.channel + 1)
        if slot is None:
            return UNMAPPED
        at_ns = time.monotonic_ns() if self._at_ns is None else self._at_ns
        number = self._channels[message.channel + 1].program(message.program)
        what = self._programs.recall(slot, number, at_ns)
        return f"slot {slot} {what} {number}" if what else UNMAPPED

    def _sustain(self, message: mido.Message) -> None:
        for channel in self._zones.all_for(message.channel + 1):
            self._release_keys(self._pedals.sustain(channel, message.value >= 64))

    def _sostenuto(self, message: mido.Message) -> None:
        for channel in self._zones.all_for(message.channel + 1):
            self._release_keys(self._pedals.sostenuto(channel, message.value >= 64, self._held))

    def _all_sound_off(self, message: mido.Message) -> None:
        """What the channel plays is silent at once: its notes, or what sounds without any."""
        do_all(
            [
                partial(self._sound_off, number)
                for number in self._zones.all_for(message.channel + 1)
            ]
        )

    def _sound_off(self, channel: int) -> None:
        keys = [key for key in self._held if key.channel == channel]
        sounding = {self._played.slot_of(channel), *(self._held.pop(key) for key in keys)}
        for key in keys:
            self._pedals.forget(key)
        source = self._wheels.source(channel)
        do_all(
            [
                partial(self._engine.sound_off, slot, source=source, at_ns=self._at_ns)
                for slot in self._played.slots
                if slot in sounding
            ]
        )

    def _all_notes_off(self, message: mido.Message) -> None:
        self._release_all(message.channel + 1)

    def _reset_controllers(self, message: mido.Message) -> None:
        """What RP-015 names: modulation, expression, pedals, bend, the parameter number.

        Not the volume (7), the pan (10), effects (91-95) and sound controllers (70-79), nor what
        else controllers have moved, nor the bend range. What the modulation wheel moved goes where
        it was without it: to its default.
        """
        channel = message.channel + 1
        for number in self._zones.all_for(channel):
            self._release_keys(self._pedals.raise_all(number))
            self._channels[number].reset()
        self._send_wheels(channel)
        self._controllers.reset_modulation(channel, self._played.places, self._at_ns)

    # ----------------------------------------------------------------------------------- bend

    def _pitchwheel(self, message: mido.Message) -> None:
        channel = message.channel + 1
        self._channels[channel].turn(message.pitch)
        self._send_wheels(channel)
        slot = self._played.slot_of(channel)
        if slot is not None:
            for number in self._zones.all_for(channel):
                self._check_bend(number, slot)

    def _send_wheels(self, channel: int, *, note: bool = False) -> None:
        """Let the slot that a channel plays know where its wheels are, or those of its zone."""
        slot = self._played.slot_of(channel)
        for number in self._zones.all_for(channel):
            self._wheels.send(number, slot, self._at_ns, note=note)

    def _send_own_wheels(self, channel: int) -> None:
        self._wheels.send(channel, self._played.slot_of(channel), self._at_ns)

    def _check_bend(self, channel: int, slot: int) -> None:
        sounding = [
            key.note for key, where in self._held.items() if (key.channel, where) == (channel, slot)
        ]
        self._wheels.check_bend(channel, slot, self._played.pitch_of(slot), sounding)


_Handler = Callable[[MidiRouter, mido.Message], str | None]

_MESSAGES: dict[str, _Handler] = {
    "note_on": MidiRouter._note_on,
    "note_off": MidiRouter._note_off,
    "program_change": MidiRouter._program_change,
    "pitchwheel": MidiRouter._pitchwheel,
    "aftertouch": MidiRouter._pressure,
}
_PEDALS: dict[int, _Handler] = {
    SUSTAIN: MidiRouter._sustain,
    SOSTENUTO: MidiRouter._sostenuto,
}
_MODES: dict[int, _Handler] = {
    **_PEDALS,
    120: MidiRouter._all_sound_off,
    121: MidiRouter._reset_controllers,
    **dict.fromkeys(range(123, 128), MidiRouter._all_notes_off),  # mode changes imply it
}

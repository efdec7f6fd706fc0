"""MIDI files as automation: the messages act through the same router and map as live ones."""

from pathlib import Path
from typing import Any

import mido
from mido.midifiles import KeySignatureError

from rtsynth.control.midi_map import MidiMap
from rtsynth.control.midi_router import MidiRouter
from rtsynth.engine.controls import controls_of
from rtsynth.errors import InputError
from rtsynth.events import ControlEvent
from rtsynth.notes import Change, Notes, nearest_note
from rtsynth.plugin import Parameter, Plugin


def cannot_read(path: Path, error: OSError) -> InputError:
    """The line for a file that the system does not give."""
    return InputError(f"{path}: cannot be read ({error.strerror or error})")


def read_midi(
    path: Path, plugin: Plugin, midi_map: MidiMap | None, voices: int = 1
) -> list[ControlEvent]:
    """What the messages of a file change, and when; notes are given to `voices` voices.

    Raises:
        InputError: not a MIDI file, or a map for controls the plugin has not.
    """
    performer = _Performer(plugin, voices)
    if midi_map is not None:
        midi_map.check(performer.describe())
    router = MidiRouter(performer, midi_map)
    for time_s, message in _midi_messages(path):
        performer.time_s = time_s
        router.handle(message)
    return performer.events


def _midi_messages(path: Path) -> list[tuple[float, mido.Message]]:
    """(seconds from the start, message) of all tracks."""
    try:
        file = mido.MidiFile(path, clip=True)
    except (EOFError, ValueError, IndexError, KeyError, KeySignatureError) as error:
        raise InputError(f"{path}: not a MIDI file, or a damaged one") from error
    except OSError as error:
        if error.errno is None:  # mido's own complaints about what it read
            raise InputError(f"{path}: not a MIDI file, or a damaged one") from error
        raise cannot_read(path, error) from error
    if file.type == 2:
        raise InputError(f"{path}: MIDI files of type 2 are not one piece; save it as type 1")
    if file.ticks_per_beat <= 0:
        raise InputError(f"{path}: its time is not in beats (ticks_per_beat 0 or SMPTE)")
    time_s = 0.0
    messages = []
    for message in file:
        time_s += message.time
        if not message.is_meta:
            messages.append((time_s, message))
    return messages


class _Performer:
    """Plays the part of the engine for a MIDI file: writes down what would change, and when.

    Notes become what they are live: the pitch and amplitude of the parameters with those roles,
    and the gate of the voice that sounds them.
    """

    def __init__(self, plugin: Plugin, voices: int) -> None:
        self.events: list[ControlEvent] = []
        self.time_s = 0.0
        self._plugin = plugin
        self._specs = {control.spec.name: control.spec for control in controls_of(plugin)}
        self._values = {name: spec.default for name, spec in self._specs.items()}
        self._voices = voices
        self._notes = Notes(voices)
        self._write("gate", 0.0)  # silence before the first note

    def describe(self) -> dict[str, Any]:
        own = {parameter.name for parameter in self._plugin.parameters}
        rows = {name: spec.model_dump() for name, spec in self._specs.items()}
        return {
            "slots": [
                {
                    "slot": 1,
                    "parameters": [row for name, row in rows.items() if name in own],
                    "controls": [row for name, row in rows.items() if name not in own],
                }
            ]
        }

    def set(self, slot: int, name: str, value: float, *, at_ns: int | None = None) -> float:
        self._values[name] = self._spec(slot, name).clamp(value)
        self._write(name, self._values[name])
        return self._values[name]

    def set_norm(self, slot: int, name: str, position: float, *, at_ns: int | None = None) -> float:
        return self.set(slot, name, self._spec(slot, name).value_at(position))

    def get(self, slot: int, name: str) -> float:
        self._spec(slot, name)
        return self._values[name]

    def note_on(
        self, slot: int, note: float, velocity: float, *, at_ns: int | None = None
    ) -> float:
        self._change(self._notes.on(note, velocity))
        return nearest_note(self._plugin, note)

    def note_off(self, slot: int, note: float, *, at_ns: int | None = None) -> None:
        change = self._notes.off(note)
        if change is not None:
            self._change(change)

    def panic(self) -> None:
        self._notes.clear()
        self._write("gate", 0.0)

    def _change(self, change: Change) -> None:
        voice = change.voice if self._voices > 1 else None
        if change.note is None:
            self._write("gate", 0.0, voice)
            return
        for parameter in self._plugin.parameters:
            if parameter.role == "pitch":
                self._play(parameter, change.note, voice)
            elif parameter.role == "amplitude":
                self._play(parameter, parameter.value_at(change.velocity), voice)
        self._write("gate", 1.0, voice)

    def _play(self, spec: Parameter, value: float, voice: int | None) -> None:
        if voice is None:
            self.set(1, spec.name, value)
        else:
            self._write(spec.name, spec.clamp(value), voice)

    def _spec(self, slot: int, name: str) -> Parameter:
        if slot != 1 or name not in self._specs:
            raise InputError(f"slot {slot} has no control {name!r} when a file is rendered")
        return self._specs[name]

    def _write(self, name: str, value: float, voice: int | None = None) -> None:
        self.events.append(ControlEvent(self.time_s, name, value, voice=voice))

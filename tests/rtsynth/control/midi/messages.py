"""MIDI messages to a router."""

import mido

from rtsynth.control.midi.router import MidiRouter


def play(router: MidiRouter, *messages: tuple[str, dict[str, int]]) -> None:
    for kind, fields in messages:
        router.handle(mido.Message(kind, **fields))


def cc(control: int, value: int, channel: int = 0) -> tuple[str, dict[str, int]]:
    return "control_change", {"control": control, "value": value, "channel": channel}


def on(note: int, velocity: int = 127, channel: int = 0) -> tuple[str, dict[str, int]]:
    return "note_on", {"note": note, "velocity": velocity, "channel": channel}


def off(note: int, channel: int = 0) -> tuple[str, dict[str, int]]:
    return "note_off", {"note": note, "channel": channel}


def bend(pitch: int, channel: int = 0) -> tuple[str, dict[str, int]]:
    return "pitchwheel", {"pitch": pitch, "channel": channel}

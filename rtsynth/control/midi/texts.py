"""MIDI messages in words, for people who watch them arrive."""

from collections.abc import Hashable

import mido

_WORDS = {
    "note_on": "note on {note}, velocity {velocity}",
    "note_off": "note off {note}",
    "control_change": "CC {control} = {value}",
    "pitchwheel": "pitch bend {pitch:+d}",
    "program_change": "program {program}",
    "aftertouch": "pressure {value}",
    "polytouch": "key pressure {value} on {note}",
    "songpos": "song position {pos}",
}


def text_of(message: mido.Message) -> str:
    """CC 21 = 64, channel 1."""
    fields = message.dict()
    words = _WORDS.get(message.type, message.type.replace("_", " ")).format(**fields)
    return f"{words}, channel {fields['channel'] + 1}" if "channel" in fields else words


def key_of(message: mido.Message) -> Hashable:
    """Equal for messages of which only the last counts: those of one controller, say."""
    fields = message.dict()
    return message.type, fields.get("channel"), fields.get("control"), fields.get("note")

"""MIDI messages in words."""

from typing import Any

import mido
import pytest

from rtsynth.control.midi.texts import key_of, text_of

MESSAGES = [
    ("note_on", {"note": 60, "velocity": 100}, "note on 60, velocity 100, channel 1"),
    ("note_off", {"note": 60, "channel": 9}, "note off 60, channel 10"),
    ("control_change", {"control": 21, "value": 64}, "CC 21 = 64, channel 1"),
    ("pitchwheel", {"pitch": -8192}, "pitch bend -8192, channel 1"),
    ("program_change", {"program": 5}, "program 5, channel 1"),
    ("aftertouch", {"value": 9}, "pressure 9, channel 1"),
    ("polytouch", {"note": 60, "value": 9}, "key pressure 9 on 60, channel 1"),
    ("songpos", {"pos": 16}, "song position 16"),
    ("active_sensing", {}, "active sensing"),
]


@pytest.mark.parametrize(("kind", "fields", "text"), MESSAGES)
def test_words(kind: str, fields: dict[str, Any], text: str) -> None:
    assert text_of(mido.Message(kind, **fields)) == text


def test_keys_are_equal_for_what_replaces_each_other() -> None:
    def key(**fields: int) -> Any:
        return key_of(mido.Message("control_change", **fields))

    assert key(control=1, value=3) == key(control=1, value=4)
    assert len({key(control=1), key(control=2), key(control=1, channel=1)}) == 3

"""MIDI as a surface of the engine process."""

from pathlib import Path
from typing import Any

import pytest

from rtsynth.common.errors import InputError
from rtsynth.control.midi.surface import MidiSurface
from rtsynth.control.surface import SurfaceOptions
from rtsynth.host.audio.portaudio import JACK
from tests.rtsynth.control.midi.keyboard import Keyboard
from tests.rtsynth.control.recording_engine import RecordingEngine


class JackEngine(RecordingEngine):
    """One whose sound goes to JACK."""

    def status(self) -> dict[str, Any]:
        return super().status() | {"api": JACK}


def never() -> None:
    raise AssertionError("MIDI ends no process")


@pytest.mark.system
@pytest.mark.jack
def test_midi_comes_from_jack_when_the_sound_goes_there(jack: None) -> None:
    keyboard = Keyboard("keys")
    engine = JackEngine()
    surface = MidiSurface(SurfaceOptions({"midi": "KEYS"}))
    assert surface.summary() == "MIDI off"
    surface.start(engine, never)
    assert surface.summary() == "MIDI keys:out"
    keyboard.send(0x90, 70, 127)
    assert engine.wait_for(1) == [("note_on", 1, 70.0, 1.0, None)]
    surface.stop()
    keyboard.unplug()


@pytest.mark.parametrize("text", ["[[map]]\ncc = 200\ntarget = 'pitch'\n", "["])
def test_a_map_that_cannot_be_read_is_refused_unless_the_engine_resumes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    path = tmp_path / "map.toml"
    path.write_text(text)
    texts = {"midi": "none", "midi-map": str(path)}
    with pytest.raises(InputError, match=r"map\.toml"):
        MidiSurface(SurfaceOptions(texts))
    MidiSurface(SurfaceOptions(texts, resumed=True))
    assert "using the default controller mapping" in caplog.text


def test_a_map_for_what_is_not_loaded_is_refused_unless_the_engine_resumes(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text("[[map]]\ncc = 20\ntarget = 'heat'\n")
    texts = {"midi": "none", "midi-map": str(path)}
    with pytest.raises(InputError, match="no control 'heat'"):
        MidiSurface(SurfaceOptions(texts)).start(JackEngine(), never)
    resumed = MidiSurface(SurfaceOptions(texts, resumed=True))
    resumed.start(JackEngine(), never)
    assert resumed.summary() == "MIDI off"

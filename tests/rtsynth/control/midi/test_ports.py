"""Live MIDI input over a real JACK server."""

import subprocess
import sys
import time

import pytest

from rtsynth.common.errors import InputError
from rtsynth.control.midi.ports import MidiInputs
from rtsynth.control.midi.rtmidi import MidiSystem
from tests.rtsynth.control.midi.keyboard import Keyboard
from tests.rtsynth.control.midi.maps import bound, table
from tests.rtsynth.control.programs import wait_until
from tests.rtsynth.control.recording_engine import RecordingEngine

pytestmark = pytest.mark.system


@pytest.fixture
def engine() -> RecordingEngine:
    return RecordingEngine()


@pytest.mark.jack
def test_every_controller_message_arrives_in_order(jack: None, engine: RecordingEngine) -> None:
    keyboard = Keyboard("keys")
    with MidiInputs(engine, jack=True) as inputs:
        assert inputs.ports == ["keys:out"]
        assert inputs.summary() == "keys:out"
        for value in range(128):
            keyboard.send(0xB0, 16, value)
            time.sleep(0.001)
        keyboard.send(0x90, 70, 127)
        calls = engine.wait_for(129)
    keyboard.unplug()
    assert [call[3] for call in calls[:128]] == [value / 127 for value in range(128)]
    assert calls[128] == ("note_on", 1, 70.0, 1.0, None)


@pytest.mark.jack
def test_devices_come_and_go(jack: None, engine: RecordingEngine) -> None:
    with MidiInputs(engine, jack=True) as inputs:
        assert inputs.summary() == "waiting for a device"
        for note in (70, 71, 72):
            keyboard = Keyboard("keys")
            assert wait_until(lambda: inputs.ports == ["keys:out"])
            keyboard.send(0x90, note, 100)
            assert wait_until(lambda note=note: engine.get(1, "pitch") == note)
            keyboard.unplug()
            assert wait_until(lambda: inputs.ports == [])


@pytest.mark.jack
def test_what_is_held_on_a_device_that_goes_away_is_let_go(
    jack: None, engine: RecordingEngine
) -> None:
    left, right = Keyboard("left"), Keyboard("right")
    with MidiInputs(engine, jack=True) as inputs:
        left.send(0x90, 70, 100)
        left.send(0xE0, 127, 127)
        engine.wait_for(2)
        right.send(0x90, 70, 100)
        engine.wait_for(3)
        left.unplug()
        assert wait_until(lambda: inputs.ports == ["right:out"])
        calls = engine.wait_for(5)
    right.unplug()
    assert sorted(calls[3:]) == [("bend", 1, 0.0, None), ("note_off", 1, 70.0, None)]
    assert engine.sources == [
        ("left:out", 1), ("left:out", 1), ("right:out", 1), ("left:out", 1), ("left:out", 1),
    ]  # fmt: skip


@pytest.mark.jack
def test_a_note_out_of_range_is_reported(
    jack: None, engine: RecordingEngine, caplog: pytest.LogCaptureFixture
) -> None:
    keyboard = Keyboard("keys")
    with MidiInputs(engine, jack=True):
        keyboard.send(0x90, 40, 100)
        line = "midi: keys:out: note: 40 is out of range: clamped to 64"
        assert wait_until(lambda: line in caplog.text)
    keyboard.unplug()


@pytest.mark.jack
def test_a_name_chooses_the_ports(
    jack: None, engine: RecordingEngine, caplog: pytest.LogCaptureFixture
) -> None:
    keyboards = [Keyboard("Keystation"), Keyboard("pads")]
    with MidiInputs(engine, "STATION", jack=True) as inputs:
        assert inputs.ports == ["Keystation:out"]
    with MidiInputs(engine, "none", jack=True) as inputs:
        assert inputs.ports == []
        assert inputs.summary() == "off"
    with MidiInputs(engine, "flute", jack=True) as inputs:
        assert inputs.ports == []
    assert "--midi flute: no such input yet" in caplog.text
    for keyboard in keyboards:
        keyboard.unplug()


def test_where_no_midi_plays_no_mappings_are_read(engine: RecordingEngine) -> None:
    with MidiInputs(engine, "none"):
        assert not engine.mappings.is_open


@pytest.mark.jack
def test_where_midi_plays_the_mappings_are_read(jack: None, engine: RecordingEngine) -> None:
    with MidiInputs(engine, "virtual", jack=True):
        assert engine.mappings.is_open


@pytest.mark.jack
def test_errors_are_reported_and_the_next_message_is_applied(
    jack: None, engine: RecordingEngine, caplog: pytest.LogCaptureFixture
) -> None:
    keyboard = Keyboard("keys")
    midi_map = table(bound(3, "pitch", slot=1))
    began = time.monotonic()
    with MidiInputs(engine, midi_map=midi_map, jack=True):
        del engine.values[1, "pitch"]  # as when another plugin was loaded
        for _ in range(50):
            keyboard.send(0xB0, 3, 5)
        keyboard.send(0xB0, 16, 127)
        assert engine.wait_for(1) == [("set", 1, "instrument", 1.0, None)]
    keyboard.unplug()
    lines = [record for record in caplog.records if "no parameter 'pitch'" in record.message]
    assert 1 <= len(lines) <= 1 + time.monotonic() - began  # one line a second


def test_a_map_for_what_is_not_loaded_is_refused(engine: RecordingEngine) -> None:
    midi_map = table(bound(3, "heat", origin="map.toml: map entry 1"))
    with pytest.raises(InputError, match=r"map\.toml: map entry 1: target: no control 'heat'"):
        MidiInputs(engine, midi_map=midi_map)


@pytest.mark.jack
def test_damaged_input_is_reported_and_the_next_message_is_applied(
    jack: None, engine: RecordingEngine, caplog: pytest.LogCaptureFixture
) -> None:
    keyboard = Keyboard("keys")
    with MidiInputs(engine, jack=True):
        for data in ([0x90], [0xF7], [0xFF, 1], [0xB0, 16], [0xF0, 1, 2, 3]):
            keyboard.send(*data)
        keyboard.send(0xB0, 16, 127)
        assert engine.wait_for(1) == [("set", 1, "instrument", 1.0, None)]
    keyboard.unplug()
    assert "midi: keys:out: " in caplog.text


def test_without_midi_one_warning_says_so(
    engine: RecordingEngine, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "supriya_midi", None)
    with MidiInputs(engine, "none"):
        assert engine.mappings.monitor.status()["inputs"] is None  # nobody wants any
    with MidiInputs(engine) as inputs:
        assert inputs.summary() == "off"
    status = engine.mappings.monitor.status()
    assert (status["inputs"], status["problem"]) == (
        0, "supriya-midi is missing (pip install 'rtsynth[midi]')"
    )  # fmt: skip
    (record,) = caplog.records
    assert record.message == (
        "supriya-midi is missing (pip install 'rtsynth[midi]'); playing without MIDI"
    )


@pytest.mark.jack
def test_what_arrives_is_seen_and_the_clock_is_followed(
    jack: None, engine: RecordingEngine
) -> None:
    keyboard = Keyboard("keys")
    monitor = engine.mappings.monitor
    shown: list[tuple[str | int, ...]] = []
    monitor.watch("test", shown.append)
    with MidiInputs(engine, jack=True):
        keyboard.send(0xB0, 3, 5)
        assert wait_until(lambda: ("keys:out", "CC 3 = 5, channel 1", "unmapped") in shown)
        keyboard.send(0xFA)
        sent_s = []
        for _ in range(30):
            sent_s.append(time.monotonic())
            keyboard.send(0xF8)
            time.sleep(0.02)
        clock = monitor.read_clock()
    keyboard.unplug()
    monitor.unwatch("test")
    assert clock.running
    assert clock.tempo_bpm is not None
    sent_bpm = 60 / 24 * (len(sent_s) - 1) / (sent_s[-1] - sent_s[0])
    assert clock.tempo_bpm == pytest.approx(sent_bpm, rel=0.1)
    assert ("keys:out", "CC 3 = 5, channel 1", "unmapped") in shown


@pytest.mark.jack
def test_a_virtual_input_is_connected_to_by_others(jack: None, engine: RecordingEngine) -> None:
    with MidiInputs(engine, "virtual", jack=True) as inputs:
        assert inputs.summary() == "virtual"
        keyboard = Keyboard("keys")
        subprocess.run(["jack_connect", "keys:out", "rtsynth-in:midi"], check=True)
        keyboard.send(0x90, 70, 127)
        assert engine.wait_for(1) == [("note_on", 1, 70.0, 1.0, None)]
    keyboard.unplug()


@pytest.mark.measure
@pytest.mark.jack
def test_an_error_of_the_system_does_not_end_it(
    jack: None,
    engine: RecordingEngine,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(self: MidiSystem) -> list[str]:
        raise RuntimeError("the server is gone")

    with MidiInputs(engine, jack=True) as inputs:
        with monkeypatch.context() as patch:
            patch.setattr(MidiSystem, "names", fail)
            assert wait_until(lambda: "midi: inputs: internal error" in caplog.text)
        keyboard = Keyboard("keys")
        assert wait_until(lambda: inputs.ports == ["keys:out"])
        keyboard.send(0x90, 70, 127)
        assert engine.wait_for(1) == [("note_on", 1, 70.0, 1.0, None)]
    keyboard.unplug()

"""What every MIDI message does to an engine."""

from typing import Any

import mido
import pytest

from rtsynth.control.midi_map import Binding, MidiMap
from rtsynth.control.midi_router import MidiRouter
from rtsynth.errors import ControlError
from tests.rtsynth.control.recording_engine import RecordingEngine


@pytest.fixture
def engine() -> RecordingEngine:
    return RecordingEngine()


@pytest.fixture
def router(engine: RecordingEngine) -> MidiRouter:
    return MidiRouter(engine)


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


def notes(engine: RecordingEngine) -> list[tuple[Any, ...]]:
    return [call[:3] for call in engine.calls if call[0] in ("note_on", "note_off", "panic")]


def test_notes(router: MidiRouter, engine: RecordingEngine) -> None:
    play(router, on(70), on(72, 64), off(72), on(70, 0), off(70))
    assert engine.calls == [
        ("note_on", 1, 70.0, 1.0, None),
        ("note_on", 1, 72.0, 64 / 127, None),
        ("note_off", 1, 72.0, None),
        ("note_off", 1, 70.0, None),  # by velocity 0; the last message finds nothing to release
    ]


def test_times_are_passed_on(router: MidiRouter, engine: RecordingEngine) -> None:
    router.handle(mido.Message("note_on", note=70), at_ns=123)
    router.handle(mido.Message("control_change", control=16, value=127), at_ns=456)
    assert [call[-1] for call in engine.calls] == [123, 456]


@pytest.mark.parametrize(
    ("control", "value", "name", "expected"),
    [(16, 0, "instrument", 0), (16, 127, "instrument", 1), (1, 127, "instrument", 1),
     (18, 127, "pitch", 76), (11, 0, "amplitude", 0), (19, 127, "rate", 100), (7, 127, "gain", 0),
     (7, 0, "gain", -60), (12, 127, "temperature", 2)],
)  # fmt: skip
def test_controllers_move_parameters(
    router: MidiRouter,
    engine: RecordingEngine,
    control: int,
    value: int,
    name: str,
    expected: float,
) -> None:
    play(router, cc(control, value))
    assert engine.calls == [("set", 1, name, pytest.approx(expected), None)]


def test_other_messages_and_free_controllers_do_nothing(
    router: MidiRouter, engine: RecordingEngine
) -> None:
    play(router, cc(3, 1), ("program_change", {"program": 3}), ("aftertouch", {"value": 3}),
         ("polytouch", {"note": 3, "value": 3}))  # fmt: skip
    router.handle(mido.Message("clock"))
    router.handle(mido.Message("sysex", data=(1, 2)))
    assert engine.calls == []


def test_entries_of_a_map() -> None:
    engine = RecordingEngine(slots=2)
    midi_map = MidiMap(
        {
            (1, 21): [Binding("pitch", 2, (64.0, 70.0))],
            (None, 22): [Binding("pitch"), Binding("amplitude", span=(1.0, 0.0))],
        }
    )
    router = MidiRouter(engine, midi_map)
    play(router, cc(21, 127), cc(21, 127, channel=1), cc(22, 127, channel=1))
    assert [call[:4] for call in engine.calls] == [
        ("set", 2, "pitch", 70.0),
        ("set", 2, "pitch", 76.0),
        ("set", 2, "amplitude", 0.0),
    ]


def test_an_entry_for_a_parameter_that_is_gone_is_an_error(engine: RecordingEngine) -> None:
    router = MidiRouter(engine, MidiMap({(None, 21): [Binding("heat")]}))
    with pytest.raises(ControlError, match="heat"):
        play(router, cc(21, 1))


def test_one_slot_is_played_from_every_channel(router: MidiRouter, engine: RecordingEngine) -> None:
    play(router, on(70, channel=9))
    assert notes(engine) == [("note_on", 1, 70.0)]


def test_with_several_slots_a_channel_plays_its_own() -> None:
    engine = RecordingEngine(slots=2)
    play(MidiRouter(engine), on(70), on(71, channel=1), on(72, channel=2), cc(7, 127, channel=1))
    assert [call[:2] for call in engine.calls] == [("note_on", 1), ("note_on", 2), ("set", 2)]


def test_a_plugin_loaded_later_is_found(engine: RecordingEngine, router: MidiRouter,
                                        monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("rtsynth.control.midi_router._DESCRIPTION_AGE_S", -1.0)
    engine.plugins.clear()
    play(router, on(70), bend(100), cc(16, 1), cc(123, 0), cc(121, 0))
    assert engine.calls == []
    engine.plugins[1] = "flute"
    play(router, on(70))
    assert notes(engine) == [("note_on", 1, 70.0)]


# ---------------------------------------------------------------------------- pedal and modes


def test_the_pedal_holds_notes(router: MidiRouter, engine: RecordingEngine) -> None:
    play(router, cc(64, 127), on(70), off(70), on(71), off(71), on(71))
    assert [call[0] for call in notes(engine)] == ["note_on"] * 3
    play(router, cc(64, 0))
    assert notes(engine)[3:] == [("note_off", 1, 70.0)]  # 71 is pressed again
    play(router, off(71))
    assert notes(engine)[4:] == [("note_off", 1, 71.0)]


def test_all_notes_off_releases_the_channels_notes(
    router: MidiRouter, engine: RecordingEngine
) -> None:
    play(router, on(70), on(71, channel=1), cc(64, 127), off(70))
    engine.calls.clear()
    play(router, cc(123, 0))
    assert notes(engine) == [("note_off", 1, 70.0)]


def test_all_sound_off_is_panic(router: MidiRouter, engine: RecordingEngine) -> None:
    play(router, on(70), cc(120, 0), off(70))
    assert [call[0] for call in notes(engine)] == ["note_on", "panic"]


def test_reset_controllers(router: MidiRouter, engine: RecordingEngine) -> None:
    play(router, cc(16, 127), cc(7, 10), bend(8191), cc(64, 127), on(70), off(70))
    engine.set(1, "rate", 50.0)  # moved by something else: stays
    play(router, cc(121, 0))
    assert engine.get(1, "instrument") == 0.0
    assert engine.get(1, "gain") == 0.0
    assert engine.get(1, "rate") == 50.0
    assert engine.get(1, "pitch") == 70.0
    assert notes(engine)[-1] == ("note_off", 1, 70.0)


# --------------------------------------------------------------------------------------- bend


def test_bend_is_two_semitones_and_comes_back(router: MidiRouter, engine: RecordingEngine) -> None:
    for position, pitch in ((8191, 71.0), (-8192, 67.0), (4096, 70.0), (0, 69.0)):
        play(router, bend(position))
        assert engine.get(1, "pitch") == pytest.approx(pitch, abs=1e-3)


def test_bend_beyond_the_range_comes_back(router: MidiRouter, engine: RecordingEngine) -> None:
    engine.set(1, "pitch", 75.5)
    play(router, bend(8191))
    assert engine.get(1, "pitch") == 76.0
    play(router, bend(4096), bend(0))
    assert engine.get(1, "pitch") == 75.5


def test_notes_are_bent(router: MidiRouter, engine: RecordingEngine) -> None:
    play(router, bend(8191), on(70))
    assert engine.get(1, "pitch") == 72.0
    play(router, on(72))  # just where the bent note was
    assert engine.get(1, "pitch") == 74.0
    play(router, off(72))
    assert engine.get(1, "pitch") == 74.0
    play(router, bend(0))
    assert engine.get(1, "pitch") == 72.0


def test_a_pitch_moved_by_something_else_is_bent_from_there(
    router: MidiRouter, engine: RecordingEngine
) -> None:
    play(router, bend(8191))
    engine.set(1, "pitch", 65.0)
    play(router, bend(-8192))
    assert engine.get(1, "pitch") == 64.0  # clamped
    play(router, bend(0))
    assert engine.get(1, "pitch") == 65.0


def test_a_knob_on_a_bent_pitch(router: MidiRouter, engine: RecordingEngine) -> None:
    play(router, bend(8191), cc(18, 0))
    assert engine.get(1, "pitch") == 66.0
    play(router, bend(0))
    assert engine.get(1, "pitch") == 64.0

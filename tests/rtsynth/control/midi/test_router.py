"""What every MIDI message does to an engine."""

from typing import Any

import mido
import pytest

from rtsynth.common.errors import ControlError
from rtsynth.control.midi.map import Binding, MidiMap
from rtsynth.control.midi.router import MidiRouter
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
     (18, 127, "pitch", 76), (2, 0, "amplitude", 0), (19, 127, "rate", 100), (7, 127, "gain", 0),
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


def test_a_plugin_loaded_later_is_found(engine: RecordingEngine, router: MidiRouter) -> None:
    engine.change_plugin(1, None)
    play(router, on(70), bend(100), cc(16, 1), cc(123, 0), cc(121, 0))
    assert engine.calls == []
    engine.change_plugin(1, "flute")
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


def test_all_sound_off_silences_what_the_channel_plays(
    router: MidiRouter, engine: RecordingEngine
) -> None:
    play(router, on(70), on(72), off(72), on(70, channel=1), cc(64, 127), off(70))
    engine.calls.clear()
    play(router, cc(120, 0), off(70))
    assert engine.calls == [("note_off", 1, 70.0, None), ("end_drone", 1, None)]


def test_two_channels_may_hold_the_same_pitch(router: MidiRouter, engine: RecordingEngine) -> None:
    play(router, on(70), on(70, channel=1), off(70), off(70, channel=1))
    assert [call[0] for call in notes(engine)] == ["note_on", "note_on", "note_off", "note_off"]
    assert engine.sources == [("", 1), ("", 2), ("", 1), ("", 2)]


def test_a_key_held_while_the_slots_change_is_let_go_where_it_sounds() -> None:
    engine = RecordingEngine(slots=2)
    engine.change_plugin(2, None)
    router = MidiRouter(engine)
    play(router, on(70, channel=1))  # the only slot
    engine.change_plugin(2, "flute")
    play(router, on(70, channel=1), off(70, channel=1))
    assert [call[:2] for call in notes(engine)] == [
        ("note_on", 1), ("note_off", 1), ("note_on", 2), ("note_off", 2),
    ]  # fmt: skip


def test_a_port_that_is_gone_holds_no_keys(router: MidiRouter, engine: RecordingEngine) -> None:
    play(router, cc(64, 127), on(70), off(70), on(72, channel=3), bend(8191), cc(11, 0))
    engine.calls.clear()
    router.let_go()
    assert sorted(engine.calls) == [
        ("bend", 1, 0.0, None), ("express", 1, 1.0, None),
        ("note_off", 1, 70.0, None), ("note_off", 1, 72.0, None),
    ]  # fmt: skip


# ------------------------------------------------------------------------- reset (MMA RP-015)


@pytest.mark.parametrize("control", [*range(16, 20), *range(70, 74), 7, 12, 13, 2])
def test_a_reset_leaves_what_other_controllers_moved(
    router: MidiRouter, engine: RecordingEngine, control: int
) -> None:
    play(router, cc(control, 3))
    before = dict(engine.values)
    play(router, cc(121, 0))
    assert engine.values == before
    assert [call[0] for call in engine.calls] == ["set"]


def test_a_reset_lets_go_of_modulation_pedal_bend_and_expression(
    router: MidiRouter, engine: RecordingEngine
) -> None:
    play(router, cc(1, 127), cc(11, 10), bend(8191), cc(64, 127), on(70), off(70))
    engine.calls.clear()
    play(router, cc(121, 0))
    assert sorted(engine.calls) == [
        ("bend", 1, 0.0, None), ("express", 1, 1.0, None), ("note_off", 1, 70.0, None),
        ("set", 1, "instrument", 0.0, None),
    ]  # fmt: skip


def test_a_reset_that_finds_nothing_moved_moves_nothing(
    router: MidiRouter, engine: RecordingEngine
) -> None:
    """Sequencers send one on every channel before they play."""
    engine.set(1, "instrument", 0.5)
    play(router, *(cc(121, 0, channel) for channel in range(16)))
    assert engine.calls == [("set", 1, "instrument", 0.5, None)]


def test_what_another_controller_moved_after_the_wheel_stays(
    router: MidiRouter, engine: RecordingEngine
) -> None:
    play(router, cc(1, 127), cc(16, 64), cc(121, 0))
    assert engine.get(1, "instrument") == pytest.approx(64 / 127)


def test_a_reset_keeps_the_bend_range_and_forgets_its_selection(
    router: MidiRouter, engine: RecordingEngine
) -> None:
    play(router, *bend_range(12), cc(121, 0), cc(6, 24), bend(8191))
    assert engine.calls[-1] == ("bend", 1, 12.0, None)


# --------------------------------------------------------------------------------- expression


def test_expression_scales_what_notes_have(router: MidiRouter, engine: RecordingEngine) -> None:
    play(router, on(70, 100), cc(11, 64), cc(11, 127))
    assert engine.calls == [
        ("note_on", 1, 70.0, 100 / 127, None),
        ("express", 1, pytest.approx(64 / 127), None),
        ("express", 1, 1.0, None),
    ]


def test_expression_is_what_a_map_says_instead() -> None:
    engine = RecordingEngine()
    play(MidiRouter(engine, MidiMap({(None, 11): [Binding("rate")]})), cc(11, 127))
    play(MidiRouter(engine, MidiMap(defaults=False)), cc(11, 3))
    assert engine.calls == [("set", 1, "rate", 100.0, None)]


# --------------------------------------------------------------------------------------- bend


def bend_range(semitones: int, cents: int = 0, channel: int = 0) -> list[tuple[str, Any]]:
    messages = [(101, 0), (100, 0), (6, semitones), (38, cents)]
    return [cc(control, value, channel) for control, value in messages]


def bends(engine: RecordingEngine) -> list[float]:
    return [call[2] for call in engine.calls if call[0] == "bend"]


def test_a_bend_is_two_semitones_and_no_knob_moves(
    router: MidiRouter, engine: RecordingEngine
) -> None:
    for position in (8191, -8192, 4096, 0, 0):
        play(router, bend(position))
    assert bends(engine) == [2.0, -2.0, pytest.approx(1.0, abs=1e-3), 0.0]
    assert engine.get(1, "pitch") == 69.0
    assert {call[0] for call in engine.calls} == {"bend"}


def test_a_bend_is_its_channels(router: MidiRouter, engine: RecordingEngine) -> None:
    play(router, *bend_range(12, channel=4), bend(8191, channel=4), bend(8191))
    assert bends(engine) == [12.0, 2.0]
    assert engine.sources == [("", 5), ("", 1)]


def test_a_note_begins_bent(router: MidiRouter, engine: RecordingEngine) -> None:
    play(router, bend(8191), on(70))
    assert [call[0] for call in engine.calls] == ["bend", "bend", "note_on"]


def test_a_wheel_holds_for_a_plugin_loaded_later() -> None:
    engine = RecordingEngine(slots=2)
    engine.change_plugin(2, None)
    router = MidiRouter(engine)
    play(router, bend(8191, channel=1), cc(11, 0, channel=1))
    engine.change_plugin(2, "flute")
    engine.calls.clear()
    play(router, on(70, channel=1))
    assert [call[:2] for call in engine.calls] == [("bend", 2), ("express", 2), ("note_on", 2)]
    play(router, bend(0, channel=1))
    engine.change_plugin(2, None)
    engine.calls.clear()
    play(router, on(70, channel=1))  # in the first slot again, which still has the old bend
    assert engine.calls[0] == ("bend", 1, 0.0, None)


@pytest.mark.parametrize(
    ("messages", "semitones"),
    [
        (bend_range(12), 12.0),
        (bend_range(0, 50), 0.5),
        (bend_range(7, 25), 7.25),
        ([*bend_range(7, 25), cc(6, 12)], 12.0),  # the coarse value alone: no cents
        ([*bend_range(12), cc(101, 127), cc(100, 127), cc(6, 5)], 12.0),  # null
        ([*bend_range(12), cc(99, 0), cc(98, 0), cc(6, 5)], 12.0),  # a number of the maker's
        ([cc(99, 1), cc(98, 1), *bend_range(5)], 5.0),
        ([cc(6, 12)], 2.0),  # nothing selected
        ([cc(101, 0), cc(100, 1), cc(6, 64), cc(38, 1)], 2.0),  # fine tuning
        (bend_range(12, channel=1), 2.0),
        (bend_range(127), 127.0),
    ],
)
def test_the_bend_range(
    router: MidiRouter,
    engine: RecordingEngine,
    messages: list[tuple[str, Any]],
    semitones: float,
) -> None:
    play(router, *messages, bend(8191))
    assert bends(engine)[-1] == semitones


def test_a_new_range_holds_for_the_wheel_where_it_is(
    router: MidiRouter, engine: RecordingEngine
) -> None:
    play(router, bend(-8192), *bend_range(12))
    assert bends(engine)[-1] == -12.0


def test_a_map_may_use_the_controllers_of_the_bend_range() -> None:
    engine = RecordingEngine()
    router = MidiRouter(engine, MidiMap({(None, 6): [Binding("rate")]}))
    play(router, *bend_range(12), bend(8191))
    assert bends(engine) == [2.0]
    assert engine.get(1, "rate") == pytest.approx(100 ** (12 / 127))


def test_what_is_out_of_range_is_told(engine: RecordingEngine) -> None:
    told: list[tuple[str, float, float]] = []
    router = MidiRouter(engine, clamped=lambda *words: told.append(words))
    play(router, on(60), off(60), on(76), bend(-8192))
    assert told == [("note", 60, 64.0)]
    for position in (100, 5000, 8191):  # once: until it was back
        play(router, bend(position))
    assert told[1:] == [("bend", pytest.approx(76.02, abs=0.01), 76.0)]
    play(router, bend(0), off(76), on(75), bend(4095), bend(8191))
    assert told[2:] == [("bend", 77.0, 76.0)]

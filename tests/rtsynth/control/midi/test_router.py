"""What every MIDI message does to an engine."""

import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import mido
import pytest

from rtsynth.common.errors import ControlError
from rtsynth.control.midi.router import MidiRouter
from rtsynth.host.mapping.binding import Binding, Physical
from rtsynth.host.mapping.mappings import Mappings
from rtsynth.host.mapping.monitor import UNMAPPED
from tests.rtsynth.control.midi.maps import bound, table
from tests.rtsynth.control.midi.messages import bend, cc, off, on, play
from tests.rtsynth.control.recording_engine import RecordingEngine


@pytest.fixture
def engine() -> RecordingEngine:
    return RecordingEngine()


@pytest.fixture
def router(engine: RecordingEngine) -> MidiRouter:
    return MidiRouter(engine)


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
    play(router, cc(3, 1), ("aftertouch", {"value": 3}),
         ("polytouch", {"note": 3, "value": 3}))  # fmt: skip
    router.handle(mido.Message("clock"))
    router.handle(mido.Message("sysex", data=(1, 2)))
    assert engine.calls == []


def test_entries_of_a_map() -> None:
    engine = RecordingEngine(slots=2)
    midi_map = table(
        bound(21, "pitch", 1, slot=2, span=(64.0, 70.0)),
        bound(22, "pitch"),
        bound(22, "amplitude", span=(1.0, 0.0)),
    )
    router = MidiRouter(engine, midi_map)
    play(router, cc(21, 127), cc(21, 127, channel=1), cc(22, 127, channel=1))
    assert [call[:4] for call in engine.calls] == [
        ("set", 2, "pitch", 70.0),
        ("set", 2, "pitch", 76.0),
        ("set", 2, "amplitude", 0.0),
    ]


def test_an_entry_for_a_parameter_that_is_gone_is_an_error(engine: RecordingEngine) -> None:
    router = MidiRouter(engine, table(bound(21, "heat")))
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


# -------------------------------------------------------------------------- what a message did


@pytest.mark.parametrize(
    ("kind", "fields", "effect"),
    [
        ("control_change", {"control": 16, "value": 3}, "slot 1 instrument"),
        ("control_change", {"control": 3, "value": 3}, UNMAPPED),
        ("control_change", {"control": 64, "value": 3}, ""),
        ("control_change", {"control": 11, "value": 3}, ""),
        ("control_change", {"control": 101, "value": 0}, ""),
        ("aftertouch", {"value": 3}, UNMAPPED),
        ("polytouch", {"note": 70, "value": 3}, UNMAPPED),
        ("program_change", {"program": 1}, "slot 1 preset 1"),
        ("pitchwheel", {"pitch": 3}, ""),
        ("note_on", {"note": 70}, ""),
        ("start", {}, ""),
    ],
)
def test_every_message_says_what_it_did(
    router: MidiRouter, kind: str, fields: dict[str, int], effect: str
) -> None:
    assert router.handle(mido.Message(kind, **fields)) == effect


def test_data_of_a_parameter_that_is_not_mapped_is_unmapped(router: MidiRouter) -> None:
    play(router, cc(99, 1), cc(98, 1))
    assert router.handle(mido.Message("control_change", control=6, value=1)) == UNMAPPED
    play(router, cc(101, 0), cc(100, 0))
    assert router.handle(mido.Message("control_change", control=6, value=1)) == ""


def test_pressure_parameters_and_pedals_can_be_mapped(engine: RecordingEngine) -> None:
    midi_map = table(
        Binding("rate", Physical("pressure", 0, 2)),
        Binding("gain", Physical("nrpn", 129), span=(-12.0, 0.0)),
        bound(64, "instrument"),
    )
    router = MidiRouter(engine, midi_map)
    pressure = ("aftertouch", {"value": 127, "channel": 1})
    play(router, pressure, cc(99, 1), cc(98, 1), cc(6, 127), cc(38, 127), cc(64, 127))
    assert [call[2:4] for call in engine.calls] == [
        ("rate", 100.0), ("gain", pytest.approx(-12 + 12 * 127 * 128 / 16_383)), ("gain", 0.0),
        ("instrument", 1.0),
    ]  # fmt: skip
    play(router, on(70), off(70))
    assert [call[0] for call in notes(engine)] == ["note_on", "note_off"]


def test_a_program_change_recalls_the_preset_at_its_place(engine: RecordingEngine) -> None:
    router = MidiRouter(engine)
    effect = router.handle(mido.Message("program_change", program=1), at_ns=5)
    assert effect == "slot 1 preset 1"
    assert engine.calls == [("preset_recall", 1, engine.presets.names[1], 5)]
    router.handle(mido.Message("program_change", program=0))
    assert engine.calls[1][3] <= time.monotonic_ns()  # now, but nothing waits for it


def test_without_presets_or_a_slot_a_program_change_is_unmapped() -> None:
    engine = RecordingEngine(slots=2)
    fifth = mido.Message("program_change", program=0, channel=4)
    assert MidiRouter(engine).handle(fifth) == UNMAPPED
    del engine.presets
    router = MidiRouter(engine)
    assert router.handle(mido.Message("program_change", program=0)) == UNMAPPED


# ---------------------------------------------------------------------------- pedal and modes


@pytest.mark.parametrize("pedal", [64, 66])
@pytest.mark.parametrize("target", ["rate", "heat"])
def test_a_pedal_that_is_learned_while_it_is_down_holds_no_keys(
    engine: RecordingEngine, tmp_path: Path, pedal: int, target: str
) -> None:
    mappings = Mappings(engine.notices, tmp_path / "learned.toml")
    router = MidiRouter(engine, mappings=mappings)
    play(router, on(70), cc(pedal, 127), off(70))
    assert [call[0] for call in notes(engine)] == ["note_on"]
    mappings.learn(1, target, "a", {"kind": "cc"})
    with nullcontext() if target == "rate" else pytest.raises(ControlError, match="heat"):
        play(router, cc(pedal, 0))
    assert mappings.learning is None
    assert notes(engine)[1:] == [("note_off", 1, 70.0)]


def test_one_refusal_does_not_hold_the_other_keys(
    router: MidiRouter, engine: RecordingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = []

    def refuse(slot: int, note: float, **how: object) -> None:
        released.append(note)
        raise ControlError(f"no room for {note:g}")

    monkeypatch.setattr(engine, "note_off", refuse)
    play(router, on(70), on(72), on(74, channel=1), bend(8191))
    with pytest.raises(ControlError, match="no room for 70"):
        play(router, cc(123, 0))
    assert released == [70.0, 72.0]
    play(router, on(71))
    with pytest.raises(ControlError, match="no room for 71"):
        router.let_go()
    assert released == [70.0, 72.0, 71.0, 74.0]
    assert engine.calls[-1] == ("bend", 1, 0.0, None)


def test_sostenuto_holds_the_keys_that_are_down(
    router: MidiRouter, engine: RecordingEngine
) -> None:
    play(router, on(70), cc(66, 127), on(72), off(70), off(72))
    assert notes(engine)[2:] == [("note_off", 1, 72.0)]
    play(router, cc(66, 0))
    assert notes(engine)[3:] == [("note_off", 1, 70.0)]


def test_a_reset_lets_go_of_both_pedals(router: MidiRouter, engine: RecordingEngine) -> None:
    play(router, on(70), cc(66, 127), off(70), cc(64, 127), on(72), off(72), cc(121, 0))
    assert sorted(notes(engine)[2:]) == [("note_off", 1, 70.0), ("note_off", 1, 72.0)]


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
    assert engine.calls == [("sound_off", 1, None)]
    assert engine.sources[-1] == ("", 1)


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


def test_what_is_out_of_range_is_reported(engine: RecordingEngine) -> None:
    told: list[tuple[str, float, float]] = []
    router = MidiRouter(engine, clamped=lambda *words: told.append(words))
    play(router, on(60), off(60), on(76), bend(-8192))
    assert told == [("note", 60, 64.0)]
    for position in (100, 5000, 8191):  # once: until it was back
        play(router, bend(position))
    assert told[1:] == [("bend", pytest.approx(76.02, abs=0.01), 76.0)]
    play(router, bend(0), off(76), on(75), bend(4095), bend(8191))
    assert told[2:] == [("bend", 77.0, 76.0)]

"""What controllers leave behind on a channel: resets, expression, bend and its range."""

from typing import Any

import pytest

from rtsynth.control.midi.router import MidiRouter
from tests.rtsynth.control.midi.maps import bound, table
from tests.rtsynth.control.midi.messages import bend, cc, off, on, play
from tests.rtsynth.control.recording_engine import RecordingEngine


@pytest.fixture
def engine() -> RecordingEngine:
    return RecordingEngine()


@pytest.fixture
def router(engine: RecordingEngine) -> MidiRouter:
    return MidiRouter(engine)


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
    play(MidiRouter(engine, table(bound(11, "rate"))), cc(11, 127))
    play(MidiRouter(engine, table(defaults=False)), cc(11, 3))
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
    router = MidiRouter(engine, table(bound(6, "rate")))
    play(router, *bend_range(12), bend(8191))
    assert bends(engine) == [2.0]
    assert engine.get(1, "rate") == pytest.approx(100 ** (12 / 127))

"""Timed changes: what the engine is given of them, and when."""

from collections.abc import Sequence

import numpy as np
import pytest

from rtsynth.common.errors import InputError, RtsynthWarning
from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.compiler.controls import find_control
from rtsynth.engine.program.layout import (
    BUILT_IN,
    CLOSE_AT_ONCE,
    CONFIG_ARENA_FLOATS,
    GAIN,
    GATE,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    REMAINING,
    TARGET,
    VALUE,
    voice_target,
)
from rtsynth.offline.events import LATEST_S, ControlEvent, compiled_events, set_now
from tests.rtsynth.plugins import tiers_plugin

PITCH = BUILT_IN + 2  # instrument, amplitude, pitch


@pytest.fixture(scope="module")
def three() -> Compiled:
    return compile_plugin(tiers_plugin())


def told(compiled: Compiled, events: Sequence[ControlEvent]) -> list[tuple[int, int, float]]:
    made = compiled_events(compiled, events)
    assert [array.dtype for array in made] == [np.int64, np.int32, np.float64]
    return list(zip(*(array.tolist() for array in made), strict=True))


def test_times_become_samples_in_order(compiled: Compiled) -> None:
    events = [
        ControlEvent(0.5, "pitch", 70.0),
        ControlEvent(0.00003, "pitch", 200.0),  # clamped; 0.48 of a sample is none
        ControlEvent(0.5, "pitch", 71.0),  # at the same time: after the one before
        ControlEvent(0.25, "gain", -20.0),
        ControlEvent(LATEST_S, "gain", -60.0),
    ]
    with pytest.warns(RtsynthWarning, match=r"pitch: 200 at 3e-05 s is out of range 64\.\.76"):
        found = told(compiled, events)
    assert found == [
        (0, PITCH, 76.0), (4000, GAIN, pytest.approx(0.1)), (8000, PITCH, 70.0),
        (8000, PITCH, 71.0), (16 * 10**12, GAIN, 0.0),
    ]  # fmt: skip
    assert told(compiled, []) == []
    assert told(compiled, iter(events[2:])) == told(compiled, events[2:])


def test_voices_and_gates(compiled: Compiled) -> None:
    events = [
        ControlEvent(0, "gate", 1.0, voice=3), ControlEvent(0, "gate", 0.0),
        ControlEvent(0, "gate", 0.3), ControlEvent(0, "pitch", 66.0, voice=0),
        ControlEvent(0, "gate", CLOSE_AT_ONCE, voice=2),
    ]  # fmt: skip
    assert told(compiled, events) == [
        (0, voice_target(GATE, 3), 1.0), (0, GATE, 0.0), (0, GATE, 1.0),
        (0, voice_target(PITCH, 0), 66.0), (0, voice_target(GATE, 2), CLOSE_AT_ONCE),
    ]  # fmt: skip


def test_moving_a_generated_parameter_takes_it_over(three: Compiled) -> None:
    centroid, take, offset = (
        find_control(three.plugin, name).index
        for name in ("centroid", "centroid.take", "centroid.offset")
    )
    events = [ControlEvent(1, "centroid", 3000.0, voice=1), ControlEvent(2, "centroid.take", 0.0)]
    events.append(ControlEvent(3, "centroid.offset", -200.0))
    assert told(three, events) == [
        (16_000, voice_target(centroid, 1), 3000.0), (16_000, voice_target(take, 1), 1.0),
        (32_000, take, 0.0), (48_000, offset, -200.0),
    ]  # fmt: skip


def test_controls_are_set_at_once_in_every_voice(three: Compiled) -> None:
    arena = new_arena(three, voices=3)
    set_now(three, arena, {"fill": 0.9, "centroid": 2500.0, "rmse.scale": 2.0})
    rows = {"fill": 0.9, "centroid": 2500, "centroid.take": 1, "rmse.scale": 2, "rmse.take": 0}
    size = int(three.program.config[CONFIG_ARENA_FLOATS])
    for name, value in rows.items():
        at = HEADER_FLOATS + find_control(three.plugin, name).index * PARAMETER_FLOATS
        for voice in range(0, arena.size, size):
            row = arena[voice + at : voice + at + PARAMETER_FLOATS]
            assert row[VALUE] == row[TARGET] == np.float32(value), name
            assert row[REMAINING] == 0
    # The network gets it, too, in its own range.
    assert arena[three.tiers[0].conditioning].tolist() == [np.float32(0.9)]


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (ControlEvent(0, "loudness", 1), "parameter 'loudness' is unknown; random has instrument"),
        (ControlEvent(0, "pitch", np.nan), "pitch: nan is not a finite number"),
        (ControlEvent(-1e-9, "pitch", 70), "pitch: time -1e-09 is not a time from the start"),
        (ControlEvent(np.nan, "gate", 1), "gate: time nan is not a time"),
        (ControlEvent(np.inf, "pitch", 70), "pitch: time inf is not a time"),
        (ControlEvent(1e300, "pitch", 70), r"pitch: time 1e\+300 is not a time"),
    ],
)
def test_what_is_refused(compiled: Compiled, event: ControlEvent, says: str) -> None:
    with pytest.raises(InputError, match=says) as info:
        compiled_events(compiled, [event])
    assert "\n" not in str(info.value)
    if event.time_s == 0:
        with pytest.raises(InputError, match=says):
            set_now(compiled, new_arena(compiled), {event.name: event.value})

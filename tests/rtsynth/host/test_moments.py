"""The memory for going back, and the meters of what is heard."""

import numpy as np
import pytest

from rtsynth.compiler.compile import Compiled
from rtsynth.engine.live import moments
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import (
    BUILT_IN,
    CONFIG_ARENA_FLOATS,
    CONFIG_SOUND,
    GAIN,
    SOUND_SAMPLES,
)
from rtsynth.engine.program.ops import Recall
from rtsynth.host.core import EngineCore
from rtsynth.host.moments import pieces_of, state_of, step_frames
from rtsynth.host.voice import make_voice
from tests.rtsynth.engine.ahead import AheadDriver
from tests.rtsynth.engine.driver import started
from tests.rtsynth.engine.helpers import ops_of
from tests.rtsynth.families.mtcrnn.test_recall import compiled as with_recall

RATE_HZ = 48_000


@pytest.mark.parametrize(
    ("ahead", "rate_hz", "step"),
    [(19_200, 48_000, 144), (800, 48_000, 100), (3, 48_000, 1), (400_000, 384_000, 1024)],
)
def test_blocks_are_short(ahead: int, rate_hz: int, step: int) -> None:
    assert step_frames(ahead, rate_hz) == step


def test_pieces_say_where_memory_is_and_how_much() -> None:
    one, other = np.zeros(3, np.float32), np.zeros((2, 2), np.int64)
    assert pieces_of([one, other]).tolist() == [
        [2, 11], [one.ctypes.data, 3], [other.ctypes.data, 8],
    ]  # fmt: skip


def test_without_a_recall_all_of_a_voice_but_its_sound_is_state(compiled: Compiled) -> None:
    floats = int(compiled.program.config[CONFIG_ARENA_FLOATS])
    sound = int(compiled.program.config[CONFIG_SOUND])
    assert sound + SOUND_SAMPLES == floats
    assert state_of(compiled, 2 * floats) == [slice(0, sound), slice(floats, floats + sound)]


def test_what_a_recall_keeps_is_no_state() -> None:
    rounded = with_recall({}, "int8", True)
    (recall,) = ops_of(rounded.program.ops, Recall)
    voice = make_voice(rounded, RATE_HZ, voices=2)
    is_state = np.zeros(voice.arena.size, np.bool_)
    for part in state_of(rounded, voice.arena.size):
        is_state[part] = True
    kept = recall.inputs + recall.levels + recall.levels * recall.size + SOUND_SAMPLES
    assert np.count_nonzero(~is_state) == 2 * kept
    size = voice.arena.size // 2
    for first in (0, size):
        assert not is_state[first + recall.table : first + recall.table + recall.size].any()
        assert is_state[first + recall.target]


def test_a_recall_goes_back_to_the_bit() -> None:
    """What it keeps stays as it is, and the sound is the same."""
    rounded = with_recall({}, "int8", True)
    driver = started(rounded, RATE_HZ)
    voice = driver.voice
    assert voice is not None
    ahead = AheadDriver(driver.core, 4800, voice)
    heard = [ahead.play(2000, 128)]
    times = []
    for value in (0.3, 0.2, 0.35):
        ahead.turns()
        ahead.push(BUILT_IN, value)  # what the recall's results are for
        ahead.turns(1)
        times.append((ahead.core.counter(sh.LATEST_NOW), value))
        heard.append(ahead.play(3000, 128))
    assert ahead.core.counter(sh.BACKS) == 3
    reference = started(rounded, RATE_HZ)
    pieces = [reference.run_all(2000, 100)]
    for time, value in times:
        reference.push(BUILT_IN, value, time)
        pieces.append(reference.run_all(3000, 100))
    np.testing.assert_array_equal(np.concatenate(heard), np.concatenate(pieces))


def test_what_is_computed_and_not_heard(compiled: Compiled) -> None:
    driver = started(compiled, RATE_HZ)
    core = driver.core
    assert core.moments.unheard() == (0, 0.0)
    ahead = AheadDriver(core, 4800, driver.voice)
    ahead.play(2000, 128)
    ahead.turns()
    backs, seconds = core.moments.unheard()
    assert (backs, seconds) == (0, ahead.left / RATE_HZ)
    assert seconds > 0.09
    ahead.push(GAIN, 0.0)
    ahead.turns(1)
    backs, less = core.moments.unheard()
    assert backs == 1
    assert less < 0.03


def test_meters_are_those_of_what_is_heard(compiled: Compiled) -> None:
    driver = started(compiled, RATE_HZ)
    core = driver.core
    assert core.moments.levels() is core.levels
    ahead = AheadDriver(core, 4800, driver.voice)
    ahead.turns(3)
    ahead.run_all(core.counter(sh.OUT_HEAD), 1000)
    now = core.levels.copy()
    assert now[0, 0] > 0
    ahead.push(GAIN, 0.0)
    ahead.turns()
    assert not np.array_equal(core.levels, now)
    np.testing.assert_array_equal(core.moments.levels(), now)
    core.end_moments()
    assert core.moments.levels() is core.levels


def test_the_margin_is_known_before_the_sound_begins() -> None:
    core = EngineCore(RATE_HZ, 2)
    assert core.moments.margin_frames == 0
    core.set_ahead(19_200)
    margin = moments.MARGIN_MS * RATE_HZ // 1000
    assert core.moments.margin_frames == margin
    core.begin_moments()
    assert core.moments.margin_frames == margin
    core.words[sh.MARGIN] = 999
    assert core.moments.margin_frames == 999
    core.end_moments()
    core.set_ahead(100)
    assert core.moments.margin_frames == 100

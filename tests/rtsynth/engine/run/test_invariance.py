"""Blocks, threads and voices have no influence on the sound: bit for bit, at every precision."""

import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.common.computing import BITS
from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.engine.kernels.matrix import LANES
from rtsynth.engine.kernels.packing import FLOAT32, INT4, INT8
from rtsynth.engine.live.shared import read_word
from rtsynth.engine.program.layout import (
    BUILT_IN,
    CLOCK,
    CONFIG_ARENA_FLOATS,
    GAIN,
    GATE,
    MINIMUM_WORK,
    RELEASE,
    TARGET_RESET,
    TARGET_SEED,
    TEMPERATURE,
    VOICE_LEVEL,
    Events,
    header_of,
    no_events,
    voice_target,
)
from rtsynth.engine.program.ops import Matrix
from rtsynth.engine.program.program import FEWEST_INPUTS_INT4
from rtsynth.engine.run.render import render_block
from rtsynth.engine.run.rng import seed_header
from rtsynth.engine.run.team import usable_threads
from rtsynth.engine.run.team_words import HELPER_COMPUTED
from rtsynth.plugin import Plugin
from tests.requirements import lacking
from tests.rtsynth.engine.helpers import helper_words, ops_of
from tests.rtsynth.plugins import random_plugin

F32 = NDArray[np.float32]
Timed = list[tuple[int, int, float]]

# The matrices of a state are large enough to be shared even at four bits.
HIDDEN = FEWEST_INPUTS_INT4 + 32
LENGTH = 1200
PITCH, AMPLITUDE = BUILT_IN + 2, BUILT_IN + 1
TIMED = [
    (0, RELEASE, 20.0),
    (0, GATE, 1.0),
    (0, PITCH, 72.0),
    (7, AMPLITUDE, 0.9),
    (63, TARGET_SEED, 5.0),
    (64, voice_target(PITCH, 1), 64.0),
    (65, TEMPERATURE, 0.7),
    (300, voice_target(TARGET_RESET, 2), 0.0),
    (500, TARGET_RESET, 0.0),
    (1023, voice_target(GAIN, 0), 0.3),
    (1024, TEMPERATURE, 1.1),
]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Plugin:
    path: Path = tmp_path_factory.mktemp("large") / "large.safetensors"
    return random_plugin(path, scale=1.9 / HIDDEN**0.5, hidden=HIDDEN, layers=2)


@pytest.fixture(scope="module", params=list(BITS))
def precision(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def alone(large: Plugin, precision: str) -> Compiled:
    """Compiled for one thread."""
    return compile_plugin(large, precision, calibrated=False)


@pytest.fixture(scope="module")
def shared(large: Plugin, precision: str) -> Compiled:
    """Compiled for two."""
    return compile_plugin(large, precision, threads=2, calibrated=False)


def _events(rows: Timed) -> Events:
    if not rows:
        return no_events()
    times, targets, values = zip(*rows, strict=True)
    return Events(
        np.array(times, np.int64), np.array(targets, np.int32), np.array(values, np.float64)
    )


def _play(
    compiled: Compiled, arena: F32, rows: Timed, block: int = LENGTH, samples: int = LENGTH
) -> F32:
    """What is heard; `arena` moves on."""
    out = np.full(samples, np.nan, np.float32)
    events, first = _events(rows), 0
    for start in range(0, samples, block):
        part = out[start : start + block]
        first = render_block(compiled.program, header_of(arena), arena, events, first, part)
    return out


def _same_bits(got: F32, expected: F32) -> None:
    np.testing.assert_array_equal(got.view(np.int32), expected.view(np.int32))


def _voices(compiled: Compiled, arena: F32) -> F32:
    """The arena [voices, floats] (a view)."""
    return arena.reshape(-1, int(compiled.program.config[CONFIG_ARENA_FLOATS]))


def test_the_plugin_has_what_the_tests_need(alone: Compiled, precision: str) -> None:
    matrices = ops_of(alone.program.ops, Matrix)
    large = [op for op in matrices if op.weight_bytes >= MINIMUM_WORK and op.groups > 1]
    assert len(large) >= 3  # both matrices of the second layer, one of the first
    kind = {"float32": FLOAT32, "int8": INT8, "int4": INT4}[precision]
    assert {op.kind for op in large[:3]} == {kind}
    assert {op.panels for op in large[:3]} == {3 * HIDDEN // LANES}


@pytest.mark.parametrize("block", [1, 7, 64, 1024])
def test_blocks_and_threads(alone: Compiled, shared: Compiled, block: int) -> None:
    whole_arena = new_arena(alone, 3, voices=3)
    whole = _play(alone, whole_arena, TIMED)
    assert np.unique(whole).size > 500
    for compiled in (alone, shared):
        arena = new_arena(compiled, 3, voices=3)
        _same_bits(_play(compiled, arena, TIMED, block), whole)
        _same_bits(arena, whole_arena)


def test_a_helper_takes_part_and_changes_nothing(alone: Compiled, shared: Compiled) -> None:
    if usable_threads() < 2:
        lacking("the machine has a single core, so there are no helper threads")
    expected_arena = new_arena(alone, 3)
    expected = _play(alone, expected_arena, [])
    words = helper_words(shared.program.team)
    arena = new_arena(shared, 3)
    start, end = arena.copy(), time.monotonic() + 30
    before = read_word(words, HELPER_COMPUTED)
    # A helper wakes with a block; on a busy machine it may be late for all of them: then again.
    while read_word(words, HELPER_COMPUTED) == before:
        assert time.monotonic() < end, "no helper was ready for any matrix in 30 s"
        arena[:] = start
        _same_bits(_play(shared, arena, [], block=16), expected)
        _same_bits(arena, expected_arena)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_voice_of_a_batch_sounds_as_it_would_alone(shared: Compiled, number: int) -> None:
    batch = new_arena(shared, 3, voices=3)
    single = _voices(shared, batch)[number].copy()
    if number == 0:
        _same_bits(single, new_arena(shared, 3))
    _play(shared, batch, [])
    _play(shared, single, [])
    _same_bits(_voices(shared, batch)[number], single)


def test_voices_are_unlike_and_are_added(alone: Compiled) -> None:
    batch = new_arena(alone, 3, voices=3)
    singles = [voice.copy() for voice in _voices(alone, batch)]
    gates_open = [(0, GATE, 1.0)]
    mixed = _play(alone, batch, gates_open)
    parts = [_play(alone, single, gates_open) for single in singles]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert np.mean(parts[one] != parts[other]) > 0.9
    _same_bits(mixed, (parts[0] + parts[1] + parts[2]) * np.float32(VOICE_LEVEL))


@pytest.mark.parametrize(
    ("target", "value"),
    [(PITCH, 64.0), (TEMPERATURE, 0.3), (GAIN, 0.0), (TARGET_RESET, 0.0), (TARGET_SEED, 77.0)],
)
def test_an_event_for_one_voice_is_for_that_voice(
    shared: Compiled, target: int, value: float
) -> None:
    """The same as an event for a voice that is alone; the others do not notice."""
    undisturbed, batch = new_arena(shared, 3, voices=3), new_arena(shared, 3, voices=3)
    single = _voices(shared, batch)[1].copy()
    _play(shared, undisturbed, [])
    _play(shared, batch, [(100, voice_target(target, 1), value)])
    if target == TARGET_SEED:
        # The voice's number goes above the largest seed, where no float64 has a place for it.
        _play(shared, single, [], samples=100)
        seed_header(header_of(single), 0, int(value) + (1 << 54))
        _play(shared, single, [], samples=LENGTH - 100)
    else:
        _play(shared, single, [(100, target, value)])
    _same_bits(_voices(shared, batch)[1], single)
    assert np.any(_voices(shared, batch)[1] != _voices(shared, undisturbed)[1])
    for other in (0, 2):
        _same_bits(_voices(shared, batch)[other], _voices(shared, undisturbed)[other])


def test_a_batch_sounds_like_its_first_voice_until_a_gate_is_opened(alone: Compiled) -> None:
    first = _play(alone, new_arena(alone, 3), [])
    heard = _play(alone, new_arena(alone, 3, voices=3), [(900, voice_target(GATE, 2), 1.0)])
    first *= np.float32(VOICE_LEVEL)
    _same_bits(heard[:900], first[:900])
    assert np.mean(heard[900:] != first[900:]) > 0.9


def test_an_event_for_all_is_one_for_each(alone: Compiled) -> None:
    together, one_by_one = (new_arena(alone, 3, voices=3) for _ in range(2))
    rows = [(50, PITCH, 70.0), (60, TARGET_SEED, 9.0), (61, TARGET_RESET, 0.0)]
    _play(alone, together, rows)
    each = [
        (time, voice_target(target, voice), value)
        for time, target, value in rows
        for voice in range(3)
    ]
    _play(alone, one_by_one, each)
    _same_bits(one_by_one, together)


def test_an_event_for_a_voice_there_is_not_does_nothing(alone: Compiled) -> None:
    plain, arena = (new_arena(alone, 3, voices=2) for _ in range(2))
    _play(alone, plain, [])
    _play(alone, arena, [(5, voice_target(PITCH, 2), 64.0), (6, voice_target(TARGET_SEED, 255), 1)])
    _same_bits(arena, plain)


def test_voices_have_one_clock(alone: Compiled) -> None:
    arena = new_arena(alone, 3, voices=3)
    _play(alone, arena, [])
    size = int(alone.program.config[CONFIG_ARENA_FLOATS])
    assert header_of(arena)[CLOCK :: size // 2].tolist() == [LENGTH] * 3

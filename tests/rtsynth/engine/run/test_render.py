"""`render_block`: the same samples whatever the block size, events at their exact sample."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, compile_plugin, get_hidden, new_arena
from rtsynth.engine.program.layout import (
    BUILT_IN,
    CLOCK,
    CODE,
    GAIN,
    GATE,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    RAMPS,
    RNG_COUNT,
    TARGET_RESET,
    TARGET_SEED,
    TEMPERATURE,
    VALUE,
    Events,
    header_of,
    no_events,
)
from rtsynth.engine.run.render import render_block
from tests.rtsynth.plugins import random_plugin

LENGTH = 3000
PITCH, AMPLITUDE = BUILT_IN + 2, BUILT_IN + 1
# Inside blocks, at their borders (of 7, 64, 1024), several at one sample, on a running ramp, late.
TIMED = [
    (0, PITCH, 72.0),
    (7, AMPLITUDE, 0.9),
    (63, TARGET_SEED, 5.0),
    (64, GAIN, 0.5),
    (64, PITCH, 64.0),
    (64, PITCH, 66.0),
    (65, TEMPERATURE, 0.7),
    (300, TARGET_RESET, 0.0),
    (1023, GATE, 0.0),
    (1024, GATE, 1.0),
    (1025, PITCH, 76.0),
    (1500, TEMPERATURE, 0.0),
    (2000, TEMPERATURE, 1.0),
    (2999, AMPLITUDE, 0.1),
    (5000, AMPLITUDE, 1.0),
]


def _events(rows: list[tuple[int, int, float]]) -> Events:
    times, targets, values = zip(*rows, strict=True)
    return Events(
        np.array(times, np.int64), np.array(targets, np.int32), np.array(values, np.float64)
    )


def _play(
    compiled: Compiled,
    arena: NDArray[np.float32],
    blocks: list[int],
    events: Events | None = None,
    first: int = 0,
) -> tuple[NDArray[np.float32], int]:
    out = []
    for frames in blocks:
        block = np.full(frames, np.nan, np.float32)
        first = render_block(
            compiled.program, header_of(arena), arena, events or no_events(), first, block
        )
        out.append(block)
    return np.concatenate(out), first


def _split(block: int, total: int = LENGTH) -> list[int]:
    return [block] * (total // block) + ([total % block] if total % block else [])


def _value(arena: NDArray[np.float32], parameter: int) -> float:
    return float(arena[HEADER_FLOATS + parameter * PARAMETER_FLOATS + VALUE])


@pytest.mark.parametrize("block", [1, 7, 64, 1024])
def test_block_size_changes_nothing(compiled: Compiled, block: int) -> None:
    events = _events(TIMED)
    arena_whole, arena = new_arena(compiled, 3), new_arena(compiled, 3)
    whole, done_whole = _play(compiled, arena_whole, [LENGTH], events)
    parts, done = _play(compiled, arena, _split(block), events)
    assert np.unique(whole).size > 50
    np.testing.assert_array_equal(parts.view(np.int32), whole.view(np.int32))
    np.testing.assert_array_equal(arena.view(np.int32), arena_whole.view(np.int32))
    assert done == done_whole == len(TIMED) - 1  # the last lies after the end


def test_random_blocks_change_nothing(compiled: Compiled) -> None:
    events = _events(TIMED)
    whole, _ = _play(compiled, new_arena(compiled, 3), [LENGTH], events)
    random = np.random.default_rng(4)
    for _ in range(5):
        cuts = np.sort(random.integers(0, LENGTH + 1, 40))
        blocks = np.diff(np.concatenate([[0], cuts, [LENGTH]])).tolist()  # some of length 0
        parts, _ = _play(compiled, new_arena(compiled, 3), blocks, events)
        np.testing.assert_array_equal(parts, whole)


def test_same_seed_same_bits_other_seed_other_sound(compiled: Compiled) -> None:
    first, _ = _play(compiled, new_arena(compiled, 1), [LENGTH])
    again, _ = _play(compiled, new_arena(compiled, 1), [LENGTH])
    other, _ = _play(compiled, new_arena(compiled, 2), [LENGTH])
    np.testing.assert_array_equal(first.view(np.int32), again.view(np.int32))
    assert np.mean(first != other) > 0.9


def test_an_event_acts_at_its_sample(compiled: Compiled) -> None:
    """Sampling temperature moves at once: the sound is another from that very sample on."""
    plain, _ = _play(compiled, new_arena(compiled), [LENGTH])
    for time in (0, 1, 500, 1024):
        arena = new_arena(compiled)
        seeded, _ = _play(compiled, arena, [LENGTH], _events([(time, TARGET_SEED, 9.0)]))
        np.testing.assert_array_equal(seeded[:time], plain[:time])
        # Not the first sample itself: two streams may draw the same code.
        assert np.mean(seeded[time : time + 50] != plain[time : time + 50]) > 0.5
        # One draw per sample since the seed, and none before it counted.
        assert header_of(arena)[RNG_COUNT] == LENGTH - time


def test_events_of_one_sample_apply_in_order(compiled: Compiled) -> None:
    rows = [(100, TEMPERATURE, 0.0), (100, TEMPERATURE, 1.5)]
    for order, last in ((rows, 1.5), (rows[::-1], 0.0)):
        arena = new_arena(compiled)
        _play(compiled, arena, [101], _events(order))
        assert _value(arena, TEMPERATURE) == last
        assert header_of(arena)[RAMPS] == 0 or _value(arena, GAIN) < 1


@pytest.mark.parametrize(("start", "goal"), [(69.0, 72.0), (76.0, 64.0), (64.0, 64.0)])
def test_a_ramp_is_linear_and_ends_exactly(compiled: Compiled, start: float, goal: float) -> None:
    ramp = int(compiled.program.ramp_samples[PITCH])
    assert ramp == 160  # 10 ms at 16 kHz
    arena = new_arena(compiled)
    _play(compiled, arena, [500], _events([(0, PITCH, start)]))
    header_of(arena)[CLOCK] = 0
    events = _events([(40, PITCH, goal)])
    heard, first = [], 0
    for _ in range(40 + ramp + 10):
        _, first = _play(compiled, arena, [1], events, first)
        heard.append(_value(arena, PITCH))
    line = np.concatenate(
        [np.full(40, start), np.linspace(start, goal, ramp + 1)[1:], np.full(10, goal)]
    )
    np.testing.assert_allclose(heard, line, atol=2e-3)  # float32 steps of 12 in 160, summed
    assert heard[40 + ramp - 1 :] == [goal] * 11
    assert header_of(arena)[RAMPS] == 0


def test_the_network_sees_the_ramped_value_normalised(compiled: Compiled) -> None:
    arena = new_arena(compiled)
    _play(compiled, arena, [400], _events([(0, PITCH, 70.0), (0, AMPLITUDE, 0.25)]))
    seen = {int(row): float(arena[at]) for row, at, _ in compiled.program.routes}
    assert seen[PITCH] == pytest.approx((70 - 64) / 12, abs=1e-6)
    assert seen[AMPLITUDE] == pytest.approx(0.25, abs=1e-6)  # its network_minimum is 0
    assert seen[BUILT_IN] == 0.0


def test_gain_and_gate_scale_the_output_and_leave_the_network_alone(compiled: Compiled) -> None:
    plain, _ = _play(compiled, new_arena(compiled), [LENGTH])
    halved, _ = _play(compiled, new_arena(compiled), [LENGTH], _events([(0, GAIN, 0.5)]))
    gated, _ = _play(compiled, new_arena(compiled), [LENGTH], _events([(1000, GATE, 0.0)]))
    np.testing.assert_array_equal(halved[160:], plain[160:] * np.float32(0.5))
    np.testing.assert_array_equal(gated[:1000], plain[:1000])
    closed = 1000 + int(compiled.program.ramp_samples[GATE])
    np.testing.assert_array_equal(gated[closed:], np.zeros(LENGTH - closed))
    line = 1 - np.arange(1, closed - 1000 + 1) / (closed - 1000)
    np.testing.assert_allclose(gated[1000:closed], plain[1000:closed] * line, atol=2e-4)


def test_a_voice_starts_from_silence(compiled: Compiled) -> None:
    out, _ = _play(compiled, new_arena(compiled), [LENGTH])
    codes_peak = np.abs(compiled.program.decode).max()
    assert np.all(np.abs(out[:160]) <= codes_peak * np.arange(1, 161) / 160 + 1e-5)


def test_a_snapshot_resumes_identically(compiled: Compiled) -> None:
    events = _events(TIMED)
    arena = new_arena(compiled, 3)
    _, first = _play(compiled, arena, [1100], events)  # in the middle of a ramp
    assert header_of(arena)[RAMPS] > 0
    snapshot = arena.copy()
    rest, _ = _play(compiled, arena, [900], events, first)
    resumed, _ = _play(compiled, snapshot, _split(13, 900), events, first)
    np.testing.assert_array_equal(rest.view(np.int32), resumed.view(np.int32))


def test_reset_puts_network_and_last_code_at_the_start(compiled: Compiled) -> None:
    arena = new_arena(compiled)
    _play(compiled, arena, [LENGTH])
    assert np.abs(get_hidden(compiled, arena)).max() > 0.2
    events = _events([(LENGTH, TARGET_SEED, 11.0), (LENGTH, TARGET_RESET, 0.0)])
    again, _ = _play(compiled, arena, [200], events)
    fresh = new_arena(compiled, 11)
    expected, _ = _play(compiled, fresh, [200])
    # The same state as that of a new voice, which alone rises from silence.
    rise = np.minimum(np.arange(1, 201) / 160, 1)
    np.testing.assert_allclose(again * rise, expected, atol=1e-5)
    assert header_of(arena)[CODE] == header_of(fresh)[CODE]


def test_start_states(tmp_path) -> None:
    random = compile_plugin(random_plugin(tmp_path / "a.safetensors"))
    hidden = get_hidden(random, new_arena(random))
    assert hidden.shape == (2, 20)
    assert np.abs(hidden).max() <= 0.05
    assert hidden.std() == pytest.approx(0.1 / np.sqrt(12), rel=0.3)
    zeros = compile_plugin(random_plugin(tmp_path / "b.safetensors", initial_state="zeros"))
    np.testing.assert_array_equal(get_hidden(zeros, new_arena(zeros)), np.zeros((2, 20)))

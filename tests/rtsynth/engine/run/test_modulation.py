"""What modulation does to rows and to the sound: depths, ranges, times, blocks and voices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtsynth.common.control_names import SOURCE_NAMES
from rtsynth.compiler.compile import Compiled, new_arena
from rtsynth.compiler.controls import place_in_all
from rtsynth.engine.program.layout import (
    ATTACK,
    BUILT_IN,
    CONFIG_PARAMETERS,
    ENVELOPE,
    FOLLOW,
    GAIN,
    GATE,
    GLIDE,
    HIGH,
    LFO_RATE,
    LFO_RETRIGGER,
    LFO_ROWS,
    LFO_SHAPE,
    LOW,
    MACRO_ROWS,
    MODULATED,
    OWN_SOUND,
    RAMPS,
    RELEASE,
    SPAN,
    SUSTAIN,
    TARGET_DEPTH,
    TARGET_RESET,
    TARGET_SEED,
    TEMPERATURE,
    TEMPO,
    TOP_P,
    WALK_RATE,
    header_of,
    voice_target,
)
from rtsynth.engine.run.render import render_block
from rtsynth.engine.run.rows import modulated
from tests.rtsynth.engine.run.modulation_driver import (
    AMPLITUDE,
    INSTRUMENT,
    PITCH,
    Move,
    depth,
    events_of,
    lfo,
    play,
    shape_number,
    value_at,
    watch,
)
from tests.rtsynth.engine.run.modulation_statement import STEP, lines, times

LENGTH = 2000
EVERYTHING: list[Move] = [
    depth("lfo1", PITCH, 0.1),
    depth("lfo2", TEMPERATURE, -0.3),
    depth("follow", AMPLITUDE, 0.4),
    depth("walk", PITCH, 0.2),
    depth("walk", INSTRUMENT, 0.5),
    depth("macro1", GAIN, -0.2),
    depth("macro2", TOP_P, -0.4),
    depth("lfo2", LFO_ROWS, 0.3),
    lfo(LFO_RATE, 17.0),
    lfo(LFO_SHAPE, shape_number("random"), 2),
    lfo(LFO_RETRIGGER, 1.0),
    (0, FOLLOW, OWN_SOUND),
    (0, WALK_RATE, 25.0),
    (0, RELEASE, 20.0),
    (0, GATE, 1.0),
    (100, MACRO_ROWS, 0.7),
    (333, PITCH, 72.0),
    (333, voice_target(MACRO_ROWS + 1, 0), 0.5),
    (500, TEMPO, 133.0),
    depth("lfo1", PITCH, 0.3, at=615),
    (640, TARGET_SEED, 5.0),
    (700, GATE, 0.0),
    depth("macro4", SUSTAIN, -0.5, at=800),
    (801, MACRO_ROWS + 3, 1.0),
    (900, GATE, 1.0),
    (1111, TARGET_RESET, 0.0),
    depth("walk", INSTRUMENT, 0.0, at=1200),
    depth("follow", AMPLITUDE, 0.0, at=1300),
]


def test_blocks_have_no_influence(compiled: Compiled) -> None:
    expected_arena, expected = play(compiled, EVERYTHING, LENGTH, LENGTH, voices=3)
    assert np.unique(expected).size > 500
    for block in (1, 7, 64, 1000):
        arena, out = play(compiled, EVERYTHING, LENGTH, block, voices=3)
        np.testing.assert_array_equal(out.view(np.int32), expected.view(np.int32))
        np.testing.assert_array_equal(arena.view(np.int32), expected_arena.view(np.int32))


def test_a_voice_is_the_same_among_others(compiled: Compiled) -> None:
    """All state of the first voice of eight is that of a voice alone."""
    alone, _ = play(compiled, EVERYTHING, LENGTH)
    among, _ = play(compiled, EVERYTHING, LENGTH, voices=8)
    np.testing.assert_array_equal(among[0].view(np.int32), alone[0].view(np.int32))
    assert np.unique(among[:, 2]).size > 1


def test_depths_add_up_and_are_moved_by_knobs(compiled: Compiled) -> None:
    moves = [depth("lfo1", PITCH, 0.25), depth("macro1", PITCH, 0.2), (0, MACRO_ROWS, 0.5)]
    moves += [lfo(LFO_RATE, 8.0), (1000, PITCH, 65.0)]
    offsets, values, _ = watch(compiled, moves, LENGTH)
    settled = 640  # the macro has arrived
    sine = 3.0 * np.sin(2 * np.pi * 8.0 * times(LENGTH))
    expected = lines(sine + 1.2, LENGTH)
    np.testing.assert_allclose(offsets[settled:, 0, 0], expected[settled:], atol=3e-6)
    base = np.interp(np.arange(LENGTH), [999, 1159], [69.0, 65.0])
    np.testing.assert_allclose(
        values[settled:, 0, 0], np.clip(base + expected, 64, 76)[settled:], atol=1e-3
    )
    assert values[settled:, 0, 0].min() == 64.0  # the end of the range


@pytest.mark.parametrize(
    ("row", "start", "share"),
    [(GAIN, 0.5, 0.25), (GAIN, 0.5, -0.5), (LFO_ROWS, 2.0, 0.3), (LFO_ROWS, 2.0, -0.3)],
)
def test_depth_is_a_share_of_the_knobs_travel(
    compiled: Compiled, row: int, start: float, share: float
) -> None:
    """Of decibels for the gain, of the logarithm for an exponential curve."""
    arena = new_arena(compiled)
    place_in_all(compiled.program, arena, row, start)
    moves = [depth("macro1", row, share), (0, MACRO_ROWS, 1.0)]
    out = np.zeros(1000, np.float32)
    render_block(compiled.program, header_of(arena), arena, events_of(moves), 0, out)
    travel = 10 ** (72 / 20) if row == GAIN else 40.0 / 0.01
    got = modulated(compiled.program, arena, 0, row)
    assert got == pytest.approx(start * travel**share, rel=1e-5)


def test_a_depth_set_in_the_middle_begins_with_the_next_step(compiled: Compiled) -> None:
    moves = [depth("macro1", PITCH, 0.5, at=777), (0, MACRO_ROWS, 1.0)]
    offsets, _, _ = watch(compiled, moves, 1200)
    step = -(-777 // STEP) * STEP
    expected = np.interp(np.arange(1200), [step, step + STEP], [0.0, 6.0])
    np.testing.assert_allclose(offsets[:, 0, 0], expected, atol=1e-6)


def test_what_is_removed_goes_back_and_then_nothing_steps(compiled: Compiled) -> None:
    moves = [depth("macro1", PITCH, 0.5), (0, MACRO_ROWS, 1.0), depth("macro1", PITCH, 0.0, at=900)]
    offsets, values, _ = watch(compiled, moves, 1200)
    step = -(-900 // STEP) * STEP
    expected = np.interp(np.arange(900, 1200), [step, step + STEP], [6.0, 0.0])
    np.testing.assert_allclose(offsets[900:, 0, 0], expected, atol=1e-6)
    assert (values[step + STEP :, 0, 0] == 69.0).all()
    arena, _ = play(compiled, moves, 1200)
    header = header_of(arena[0])
    assert (header[MODULATED], header[RAMPS]) == (0, 0)


def test_without_depths_modulators_change_nothing(compiled: Compiled) -> None:
    rest = [move for move in EVERYTHING if move[1] < TARGET_DEPTH]
    plain = [move for move in rest if not TEMPO <= move[1] < BUILT_IN]
    _, moved = play(compiled, rest, LENGTH)
    _, still = play(compiled, plain, LENGTH)
    np.testing.assert_array_equal(moved.view(np.int32), still.view(np.int32))


def test_a_value_beyond_the_range_is_not_pulled_in(compiled: Compiled) -> None:
    """Neither where nothing is added, nor at once where something is."""
    arena = new_arena(compiled)
    place_in_all(compiled.program, arena, PITCH, 80.0)
    assert modulated(compiled.program, arena, 0, PITCH) == 80.0
    moves = [depth("macro1", PITCH, -0.25), (0, MACRO_ROWS, 1.0)]
    seen = []
    for i in range(1000):
        render_block(
            compiled.program, header_of(arena), arena, events_of(moves), min(2 * i, 2),
            np.zeros(1, np.float32),
        )  # fmt: skip
        seen.append(modulated(compiled.program, arena, 0, PITCH))
    assert np.abs(np.diff(seen)).max() < 0.1
    assert seen[-1] == pytest.approx(77.0)
    assert value_at(arena.reshape(1, -1), PITCH) == 80.0


def test_times_of_the_envelope_and_the_glide_are_modulated(compiled: Compiled) -> None:
    """A macro lengthens the attack, and the glide, from nothing to a tenth of a second."""
    moves = [depth("macro1", ATTACK, 0.01), depth("macro1", GLIDE, 0.01), (0, MACRO_ROWS, 1.0)]
    moves += [(0, GATE, 0.0), (1000, GATE, 1.0), (2000, PITCH, 75.0)]
    arena, _ = play(compiled, moves, 1000 + 800)
    assert value_at(arena, ENVELOPE)[0] == pytest.approx(0.5, abs=1e-3)
    arena, _ = play(compiled, moves, 2000 + 800)
    assert value_at(arena, PITCH)[0] == pytest.approx(72.0, abs=0.01)


def test_a_held_note_follows_a_modulated_sustain(compiled: Compiled) -> None:
    moves = [depth("lfo1", SUSTAIN, 0.3), lfo(LFO_RATE, 2.0), (0, SUSTAIN, 0.5), (0, GATE, 1.0)]
    levels = []
    for samples in (6000, 10_000):  # three quarters and five quarters of a cycle
        arena, _ = play(compiled, moves, samples)
        levels.append(value_at(arena, ENVELOPE)[0])
    np.testing.assert_allclose(levels, [0.2, 0.8], atol=0.02)


@pytest.mark.parametrize("row", [GATE, ENVELOPE, MACRO_ROWS, FOLLOW, TEMPO, LFO_ROWS + LFO_SHAPE])
def test_some_rows_are_not_modulated(compiled: Compiled, row: int) -> None:
    arena, _ = play(compiled, [depth("macro2", row, 1.0), (0, MACRO_ROWS + 1, 1.0)], 300)
    assert header_of(arena[0])[MODULATED] == 0


def test_depths_of_rows_that_are_not_there_do_nothing(compiled: Compiled) -> None:
    rows = int(compiled.program.config[CONFIG_PARAMETERS])
    moves = [depth("lfo1", row, 1.0) for row in (rows, rows + 1, 2000)]
    arena, _ = play(compiled, moves, 300)
    plain, _ = play(compiled, [(0, TARGET_DEPTH + 8 * rows, 0.0)], 300)
    np.testing.assert_array_equal(arena.view(np.int32), plain.view(np.int32))


MODULATABLE = [INSTRUMENT, AMPLITUDE, PITCH, GAIN, TEMPERATURE, TOP_P, GLIDE, SUSTAIN, LFO_ROWS]


@settings(max_examples=60, deadline=None)
@given(
    depths=st.lists(
        st.tuples(
            st.sampled_from(SOURCE_NAMES),
            st.sampled_from(MODULATABLE),
            st.floats(-5, 5, width=32),
            st.integers(0, 400),
        ),
        min_size=1,
        max_size=12,
    ),
    moves=st.lists(
        st.tuples(
            st.integers(0, 400),
            st.sampled_from([*MODULATABLE, FOLLOW, WALK_RATE, MACRO_ROWS, MACRO_ROWS + 3, GATE]),
            st.floats(0, 1, width=32),
        ),
        max_size=12,
    ),
)
def test_nothing_leaves_its_range(
    compiled: Compiled,
    depths: list[tuple[str, int, float, int]],
    moves: list[tuple[int, int, float]],
) -> None:
    """Values anywhere in the range stay there with whatever is added."""
    ranges = compiled.program.ranges
    placed = [depth(source, row, share, at) for source, row, share, at in depths]
    for at, row, position in moves:
        low, high = (ranges[row, [LOW, HIGH]]) if ranges[row, SPAN] else (0.0, 1.0)
        placed.append((at, row, float(np.float32(low + (high - low) * position).clip(low, high))))
    arena, first, events = new_arena(compiled), 0, events_of(placed)
    for _ in range(120):
        first = render_block(
            compiled.program, header_of(arena), arena, events, first, np.zeros(5, np.float32)
        )
        for row in MODULATABLE:
            value = modulated(compiled.program, arena, 0, row)
            base = float(value_at(arena.reshape(1, -1), row)[0])  # a ramp may round beyond the end
            assert min(ranges[row, LOW], base) <= value <= max(ranges[row, HIGH], base)

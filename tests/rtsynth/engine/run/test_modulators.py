"""Sources of modulation, sample by sample, against what they are said to be."""

import numpy as np
import pytest

from rtsynth.compiler.compile import Compiled, new_arena
from rtsynth.engine.program.layout import (
    FOLLOW,
    FOLLOW_ATTACK,
    FOLLOW_GAIN,
    FOLLOW_RELEASE,
    GATE,
    LFO_BEATS,
    LFO_RATE,
    LFO_RETRIGGER,
    LFO_SHAPE,
    LFO_START,
    MACRO_ROWS,
    OWN_SOUND,
    RNG_KEY,
    TARGET_BEAT,
    TARGET_SEED,
    TEMPO,
    WALK_RATE,
    header_of,
)
from rtsynth.engine.program.modulator_rows import SHAPES
from rtsynth.engine.run import modulators
from tests.rtsynth.engine.run.modulation_driver import (
    INSTRUMENT,
    PITCH,
    PITCH_SPAN,
    depth,
    lfo,
    play,
    shape_number,
    watch,
)
from tests.rtsynth.engine.run.modulation_statement import (
    RATE_HZ,
    STEP,
    follower,
    lines,
    shape,
    times,
    walk,
)

SAMPLES = 3000
EXACT = 2e-6  # of offsets of up to 6: float32


def key_of(compiled: Compiled, voices: int = 1, voice: int = 0) -> int:
    """Of the random numbers of a voice as `watch` makes it."""
    arena = new_arena(compiled, 3, voices)
    return int(header_of(arena)[voice * (arena.size // voices) // 2 + RNG_KEY])


def test_the_step_is_what_the_statement_says() -> None:
    assert modulators.STEP == STEP


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("number", [1, 2])
def test_every_shape(compiled: Compiled, name: str, number: int) -> None:
    moves = [
        depth(f"lfo{number}", PITCH, 0.5),
        lfo(LFO_RATE, 11.0, number),
        lfo(LFO_SHAPE, shape_number(name), number),
        lfo(LFO_START, 0.3, number),
    ]
    offsets, _, _ = watch(compiled, moves, SAMPLES)
    turns = times(SAMPLES) * 11.0 + np.float32(0.3)
    values = shape(name, turns, key_of(compiled), number - 1)
    expected = lines(0.5 * PITCH_SPAN * values, SAMPLES)
    np.testing.assert_allclose(offsets[:, 0, 0], expected, atol=EXACT)
    assert np.ptp(expected) > 4.0


def test_a_rate_moves_the_phase_from_where_it_is(compiled: Compiled) -> None:
    moves = [depth("lfo1", PITCH, 0.25), lfo(LFO_RATE, 10.0), lfo(LFO_RATE, 3.0, at=1000)]
    offsets, _, _ = watch(compiled, moves, SAMPLES)
    changed = -(-1000 // STEP) * STEP / RATE_HZ  # the step that has the new rate
    seconds = times(SAMPLES)
    turns = 10.0 * np.minimum(seconds, changed) + 3.0 * np.maximum(seconds - changed, 0.0)
    expected = lines(3.0 * np.sin(2 * np.pi * turns), SAMPLES)
    np.testing.assert_allclose(offsets[:, 0, 0], expected, atol=EXACT)


def test_a_note_begins_a_cycle_where_that_is_asked_for(compiled: Compiled) -> None:
    moves = [depth("lfo1", PITCH, 0.5), depth("lfo2", INSTRUMENT, 0.5), lfo(LFO_RATE, 4.0)]
    moves += [lfo(LFO_RATE, 4.0, 2), lfo(LFO_RETRIGGER, 1.0), (1000, GATE, 0.0), (1500, GATE, 1.0)]
    offsets, _, _ = watch(compiled, moves, SAMPLES, (PITCH, INSTRUMENT))
    seconds = times(SAMPLES)
    last = 1500 - 1500 % STEP  # until there the lines are the old ones, and to the step behind it
    turns = np.where(seconds * RATE_HZ > last + STEP, 4 * (seconds - 1500 / RATE_HZ), 4 * seconds)
    again = lines(6.0 * np.sin(2 * np.pi * turns), SAMPLES)
    np.testing.assert_allclose(offsets[:, 0, 0], again, atol=EXACT)
    free = lines(0.5 * np.sin(2 * np.pi * 4 * seconds), SAMPLES)
    np.testing.assert_allclose(offsets[:, 0, 1], free, atol=EXACT)


def test_beats_follow_the_tempo_and_where_the_beat_is_put(compiled: Compiled) -> None:
    """150 beats a minute, from sample 700 on 90, and at 2001 the beat is 8.5."""
    moves = [depth("lfo1", PITCH, 0.5), lfo(LFO_BEATS, 0.75), (0, TEMPO, 150.0)]
    moves += [(700, TEMPO, 90.0), (2001, TARGET_BEAT, 8.5)]
    samples = 6000
    offsets, _, _ = watch(compiled, moves, samples)
    clock = times(samples) * RATE_HZ
    beats = (np.minimum(clock, 700) * 150 + np.maximum(clock - 700, 0) * 90) / 60 / RATE_HZ
    # A line goes to where the beat will be, as is known where it begins.
    for changed in (700, 2001):
        assert changed % STEP
    first = clock - STEP >= 700
    old = clock * 150 / 60 / RATE_HZ
    beats = np.where(first, beats, old)
    put = 8.5 + (clock - 2001) * 90 / 60 / RATE_HZ
    beats = np.where(clock - STEP >= 2001, put, beats)
    expected = lines(6.0 * np.sin(2 * np.pi * beats / 0.75), samples)
    np.testing.assert_allclose(offsets[:, 0, 0], expected, atol=EXACT)


def test_a_walk_is_of_its_voice(compiled: Compiled) -> None:
    moves = [depth("walk", PITCH, 0.5), (0, WALK_RATE, 20.0)]
    samples = 8000
    offsets, _, _ = watch(compiled, moves, samples, voices=3)
    for voice in range(3):
        values = walk(key_of(compiled, 3, voice), 20.0, times(samples))
        expected = lines(6.0 * values, samples)
        np.testing.assert_allclose(offsets[:, voice, 0], expected, atol=EXACT)
    assert np.abs(np.diff(offsets[-1, :, 0])).min() > 0.1


def test_random_cycles_are_of_their_voice_and_its_seed(compiled: Compiled) -> None:
    moves = [depth("lfo1", PITCH, 0.5), lfo(LFO_SHAPE, shape_number("random")), lfo(LFO_RATE, 40.0)]
    first, _, _ = watch(compiled, moves, SAMPLES, voices=2)
    again, _, _ = watch(compiled, [*moves, (0, TARGET_SEED, 77.0)], SAMPLES, voices=2)
    assert not np.array_equal(first[:, 0], first[:, 1])
    assert not np.array_equal(first, again)


def test_modulation_draws_none_of_the_sounds_numbers(compiled: Compiled) -> None:
    """What moves nothing leaves the sound as it is: the same codes are drawn."""
    moves = [lfo(LFO_SHAPE, shape_number("random")), (0, WALK_RATE, 40.0)]
    _, plain = play(compiled, moves, SAMPLES)
    away = [depth("lfo1", FOLLOW_RELEASE, 0.5), depth("walk", FOLLOW_RELEASE, 0.5)]
    _, beside = play(compiled, [*moves, *away], SAMPLES)
    np.testing.assert_array_equal(plain.view(np.int32), beside.view(np.int32))


@pytest.mark.parametrize(("attack", "release"), [(5.0, 50.0), (40.0, 3.0)])
def test_a_voice_follows_its_own_sound(compiled: Compiled, attack: float, release: float) -> None:
    moves = [depth("follow", INSTRUMENT, 1.0), (0, FOLLOW, OWN_SOUND), (0, FOLLOW_GAIN, -6.0)]
    moves += [(0, FOLLOW_ATTACK, attack), (0, FOLLOW_RELEASE, release), (1500, GATE, 0.0)]
    offsets, _, out = watch(compiled, moves, SAMPLES, (INSTRUMENT,))
    quieter = out.astype(np.float64) * 10 ** (-6 / 20)
    expected = lines(follower(quieter, attack, release)[: SAMPLES // STEP + 2], SAMPLES)
    np.testing.assert_allclose(offsets[:, 0, 0], expected, atol=EXACT)
    assert expected.max() > 0.1
    assert expected[-1] < 0.7 * expected.max()


def test_who_follows_nobody_or_an_empty_slot_stays(compiled: Compiled) -> None:
    for slot in (0.0, 3.0):
        moves = [depth("follow", PITCH, 1.0), (0, FOLLOW, slot)]
        offsets, _, out = watch(compiled, moves, 1000)
        assert np.ptp(out) > 0.1
        assert not offsets.any()


def test_macros_move_with_their_ramp(compiled: Compiled) -> None:
    moves = [(500, MACRO_ROWS + 3, 0.8), depth("macro4", PITCH, -0.5)]
    offsets, _, _ = watch(compiled, moves, 2000)
    ramp = np.interp(np.arange(-STEP, 2000, STEP), [500, 820], [0.0, 0.8])
    expected = lines(-6.0 * ramp, 2000)
    np.testing.assert_allclose(offsets[:, 0, 0], expected, atol=1e-4)  # a ramp adds up
    assert expected[-1] == pytest.approx(-4.8)

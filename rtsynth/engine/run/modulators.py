"""The sources of modulation: two LFOs, a follower, a random walk, four macros.

Random ones take numbers by their count from streams of their own: the sound draws from another.
"""

import numpy as np

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.scalar import exp, sine
from rtsynth.engine.program.layout import (
    BEAT,
    BEAT_CLOCK,
    BEAT_ONE,
    CLOCK,
    CONFIG_MODULATION,
    CONFIG_RATE_HZ,
    CYCLE,
    FOLLOW,
    FOLLOW_ATTACK,
    FOLLOW_GAIN,
    FOLLOW_RELEASE,
    FOLLOW_SOURCE,
    FOLLOWER,
    LFO_BEATS,
    LFO_PHASE,
    LFO_RATE,
    LFO_RETRIGGER,
    LFO_ROWS,
    LFO_SETTINGS,
    LFO_SHAPE,
    LFO_SOURCE,
    LFO_START,
    LFOS,
    MACRO_ROWS,
    MACRO_SOURCE,
    MACROS,
    OWN_PEAK,
    RAMP,
    SAW,
    SINE,
    SLOT_PEAK,
    SOURCE_VALUES,
    SQUARE,
    STRETCH_PEAK,
    TEMPO,
    TRIANGLE,
    WALK_FROM,
    WALK_PHASE,
    WALK_RATE,
    WALK_SOURCE,
    WALK_TO,
)
from rtsynth.engine.run.rng import counted
from rtsynth.engine.run.rows import modulated_target, target_of, value_of

STEP = 64  # samples from one value of a source to the next
LATEST_BEAT = 1e6
FEWEST_BEATS = 1.0 / 64  # of a cycle
WALK_STEP = 0.5  # the farthest that a step of the walk goes
WALK_STREAM = LFOS  # of random numbers; those of LFOs are before it
_NEPERS = np.log(10.0) / 20.0  # of a decibel


@jit()
def set_beat(header, voice, beat):
    """Put the beat to a position, from now on."""
    header[voice // 2 + BEAT] = np.int64(min(max(beat, -LATEST_BEAT), LATEST_BEAT) * BEAT_ONE)
    header[voice // 2 + BEAT_CLOCK] = header[voice // 2 + CLOCK]


@jit()
def keep_beat(program, header, arena, voice):
    """The tempo is about to change: up to now it is as it was."""
    clock = header[voice // 2 + CLOCK]
    header[voice // 2 + BEAT] = beat_at(program, header, arena, voice, clock)
    header[voice // 2 + BEAT_CLOCK] = clock


@jit()
def beat_at(program, header, arena, voice, clock):
    """Where the beat is at a time of the voice's clock, in units of 1 / BEAT_ONE."""
    per_second = np.float64(target_of(arena, voice, TEMPO)) / 60.0
    per_sample = np.int64(per_second / program.config[CONFIG_RATE_HZ] * BEAT_ONE + 0.5)
    return header[voice // 2 + BEAT] + (clock - header[voice // 2 + BEAT_CLOCK]) * per_sample


@jit()
def begin_cycles(program, header, arena, voice):
    """A note begins: so does a cycle of the LFOs that are to start again with it."""
    to_step = -header[voice // 2 + CLOCK] % STEP  # samples
    for number in range(LFOS):
        rows = LFO_ROWS + number * LFO_SETTINGS
        if target_of(arena, voice, rows + LFO_RETRIGGER) >= np.float32(0.5):
            at = voice // 2 + LFO_PHASE + number
            rate = np.float64(modulated_target(program, arena, voice, rows + LFO_RATE))
            header[at] = ((header[at] >> 32) + 1) << 32
            header[at] += _cycles(program, rate, to_step)


@jit()
def _cycles(program, rate, samples):
    """How much of a cycle of `rate` Hz passes in so many samples, in units of 1 / CYCLE."""
    share = rate * samples / np.float64(program.config[CONFIG_RATE_HZ])
    return np.int64(min(share, 1.0) * CYCLE + 0.5)


@jit()
def move_sources(program, header, arena, voice):
    """Put every source to where it is a step from now."""
    at = voice + program.config[CONFIG_MODULATION] + SOURCE_VALUES
    for number in range(LFOS):
        value = _lfo(program, header, arena, voice, number)
        arena[at + LFO_SOURCE + number] = np.float32(value)
    arena[at + FOLLOW_SOURCE] = np.float32(_follow(program, arena, voice))
    arena[at + WALK_SOURCE] = np.float32(_walk(program, header, arena, voice))
    for number in range(MACROS):
        arena[at + MACRO_SOURCE + number] = value_of(arena, voice, MACRO_ROWS + number)


@jit()
def _lfo(program, header, arena, voice, number):
    """The value of an LFO, -1..1, at the end of the step that begins."""
    rows = LFO_ROWS + number * LFO_SETTINGS
    beats = np.float64(target_of(arena, voice, rows + LFO_BEATS))
    at = voice // 2 + LFO_PHASE + number
    if beats > 0.0:
        position = beat_at(program, header, arena, voice, header[voice // 2 + CLOCK] + STEP)
        length = np.int64(max(beats, FEWEST_BEATS) * BEAT_ONE)
        cycle = position // length
        turn = np.float64(position - cycle * length) / np.float64(length)
    else:
        rate = np.float64(modulated_target(program, arena, voice, rows + LFO_RATE))
        header[at] += _cycles(program, rate, STEP)
        cycle = header[at] >> 32
        turn = np.float64(header[at] - (cycle << 32)) / CYCLE
    turn += np.float64(modulated_target(program, arena, voice, rows + LFO_START))
    if turn >= 1.0:
        turn, cycle = turn - 1.0, cycle + 1
    shape = np.int64(target_of(arena, voice, rows + LFO_SHAPE) + np.float32(0.5))
    return _wave(header, voice, number, shape, turn, cycle)


@jit()
def _wave(header, voice, number, shape, turn, cycle):
    """A shape at 0 <= turn < 1 of a cycle."""
    if shape == SINE:
        return sine(turn)
    if shape == TRIANGLE:
        rising = turn if turn < 0.75 else turn - 1.0
        return 1.0 - abs(4.0 * rising - 1.0)
    if shape == SAW:
        return 1.0 - 2.0 * turn
    if shape == RAMP:
        return 2.0 * turn - 1.0
    if shape == SQUARE:
        return 1.0 if turn < 0.5 else -1.0
    return 2.0 * np.float64(counted(header, voice // 2, number, cycle)) - 1.0


@jit()
def _follow(program, arena, voice):
    """The follower's level, 0..1: up to a peak by its attack, down by its release."""
    at = voice + program.config[CONFIG_MODULATION]
    which = target_of(arena, voice, FOLLOW)
    peak = 0.0
    if which <= np.float32(-0.5):
        peak = np.float64(arena[at + OWN_PEAK])
    elif which >= np.float32(0.5):
        # A stretch with several steps has one peak: that of the slot's last stretch, for each.
        peak = np.float64(max(arena[at + SLOT_PEAK], arena[at + STRETCH_PEAK]))
    arena[at + OWN_PEAK] = np.float32(0.0)
    arena[at + SLOT_PEAK] = np.float32(0.0)
    peak *= exp(np.float64(modulated_target(program, arena, voice, FOLLOW_GAIN)) * _NEPERS)
    level = np.float64(arena[at + FOLLOWER])
    setting = FOLLOW_ATTACK if peak > level else FOLLOW_RELEASE
    milliseconds = np.float64(modulated_target(program, arena, voice, setting))
    share = 1.0
    if milliseconds > 0.0:
        share = 1.0 - exp(-1000.0 * STEP / (milliseconds * program.config[CONFIG_RATE_HZ]))
    arena[at + FOLLOWER] = np.float32(level + (min(peak, 1.0) - level) * share)
    return arena[at + FOLLOWER]


@jit()
def _walk(program, header, arena, voice):
    """The walk, -1..1: on straight lines from point to point, each within WALK_STEP of the last."""
    at, words = voice + program.config[CONFIG_MODULATION], voice // 2
    before = (header[words + WALK_PHASE] - 1) >> 32
    rate = np.float64(modulated_target(program, arena, voice, WALK_RATE))
    header[words + WALK_PHASE] += _cycles(program, rate, STEP)
    count = (header[words + WALK_PHASE] - 1) >> 32
    if count != before:
        way = WALK_STEP * (2.0 * np.float64(counted(header, words, WALK_STREAM, count)) - 1.0)
        goal = np.float64(arena[at + WALK_TO]) + way
        if abs(goal) > 1.0:  # reflected
            goal = (2.0 if goal > 0.0 else -2.0) - goal
        arena[at + WALK_FROM] = arena[at + WALK_TO]
        arena[at + WALK_TO] = np.float32(goal)
    start = np.float64(arena[at + WALK_FROM])
    passed = np.float64(header[words + WALK_PHASE] - (count << 32)) / CYCLE
    return start + (np.float64(arena[at + WALK_TO]) - start) * passed

"""Reaching into an opened plugin: what its layers pass on, and sections that stand still.

Of what a section gave there is a ring of its last steps, behind a head of three numbers: the steps
that are in it, the place of the next one, and how many were played since the section was frozen.
Voices step together, so that they are frozen together, as the first one's controls say.
"""

import math

import numpy as np

from rtsynth.engine.kernels import simd
from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.simd import LANES
from rtsynth.engine.program.opening import RING_HEAD
from rtsynth.engine.run.rng import moment_key, numbered
from rtsynth.engine.run.rows import modulated, value_of

COUNT, PLACE, PLAYED = range(3)
_EVEN = np.float32(math.sqrt(3.0))  # half the width of the even distribution of deviation 1
_HALF, _ONE_AND_A_HALF = np.float32(0.5), np.float32(1.5)


@jit()
def alter(program, header, arena, voice, op, now):
    """target = scale source + noise (even, of that standard deviation), for the op `Alter`."""
    source, target = voice + op.source, voice + op.target
    scale = modulated(program, arena, voice, op.scale_row)
    noise = modulated(program, arena, voice, op.scale_row + 1)
    factor = simd.splat(scale)
    for i in range(0, op.units, LANES):
        simd.store(arena, target + i, simd.mul(factor, simd.load(arena, source + i)))
    if noise > np.float32(0.0):
        key, width = moment_key(header, voice // 2, op.stream, now), noise * _EVEN
        for i in range(op.units):
            arena[target + i] += (np.float32(2.0) * numbered(key, i) - np.float32(1.0)) * width


@jit()
def remember(arena, voice, op):
    """Write what a section gives into its ring, for the op `Remember`."""
    head = voice + op.ring
    place = np.int64(arena[head + PLACE])
    at = head + RING_HEAD + place * op.floats
    for i in range(op.floats):
        arena[at + i] = arena[voice + op.at + i]
    arena[head + PLACE] = np.float32((place + 1) % op.steps)
    arena[head + COUNT] = min(arena[head + COUNT] + np.float32(1.0), np.float32(op.steps))
    arena[head + PLAYED] = np.float32(0.0)


@jit()
def frozen(arena, size, op):
    """Whether a section of the op `Freeze` stands still; then every voice is given what it gives.

    The last step again and again, or as many as its loop has.
    """
    mode, there = value_of(arena, 0, op.row), np.int64(arena[op.ring + COUNT])
    if mode < _HALF or there == 0:
        return False
    length = 1
    if mode >= _ONE_AND_A_HALF:
        length = min(max(np.int64(value_of(arena, 0, op.row + 1) + _HALF), 1), there)
    voice = 0
    while voice < arena.size:
        give_step(arena, voice, op, length)
        voice += size
    return True


@jit()
def give_step(arena, voice, op, length):
    """The next step of the last `length` of one voice."""
    head = voice + op.ring
    played = np.int64(arena[head + PLAYED])
    place = (np.int64(arena[head + PLACE]) - length + played % length) % op.steps
    arena[head + PLAYED] = np.float32((played + 1) % (op.steps * length))
    at = head + RING_HEAD + place * op.floats
    for i in range(op.floats):
        if op.previous >= 0:
            arena[voice + op.previous + i] = arena[voice + op.at + i]
        arena[voice + op.at + i] = arena[at + i]

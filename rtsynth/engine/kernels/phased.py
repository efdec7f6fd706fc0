"""The phased LSTM cell (Neil, Pfeiffer, Liu 2016, arXiv 1610.09513)."""

import numpy as np

from rtsynth.engine.kernels import simd
from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.simd import LANES

LEAK = 0.001  # of a closed gate


@jit()
def openness(step, period, phase, ratio_on):
    """How far a unit's time gate is open at `step`; period and phase in steps.

    The remainder has the sign of step - phase, as in the published code: before its phase is first
    reached a unit's gate is below 0.
    """
    turns = (np.float64(step) - np.float64(phase)) / np.float64(period)
    cycle = turns - np.float64(np.int64(turns))
    half = 0.5 * np.float64(ratio_on)
    if cycle < half:
        return cycle / half
    if cycle < np.float64(ratio_on):
        return 2.0 - cycle / half
    return LEAK * cycle


@jit()
def phased_gates(weights, clock, arena, from_input, from_state, cell, state, hidden, scratch, step):
    """An LSTM cell whose units move only as far as their time gate is open.

    i, f, o = s(.), g = tanh(.) of x + h, gates in the order i, f, o, g;
    c' = k (f c + i g) + (1 - k) c; h' = k o tanh(f c + i g) + (1 - k) h. weights[clock:] are
    period, phase and ratio_on of every unit, each `hidden` floats. `scratch` is room for k.
    """
    for unit in range(hidden):
        at = clock + unit
        k = openness(step, weights[at], weights[at + hidden], weights[at + 2 * hidden])
        arena[scratch + unit] = np.float32(k)
    for unit in range(0, hidden, LANES):
        x, h = from_input + unit, from_state + unit
        i = simd.sigmoid(simd.add(simd.load(arena, x), simd.load(arena, h)))
        x, h = x + hidden, h + hidden
        f = simd.sigmoid(simd.add(simd.load(arena, x), simd.load(arena, h)))
        x, h = x + hidden, h + hidden
        o = simd.sigmoid(simd.add(simd.load(arena, x), simd.load(arena, h)))
        x, h = x + hidden, h + hidden
        g = simd.tanh(simd.add(simd.load(arena, x), simd.load(arena, h)))
        k = simd.load(arena, scratch + unit)
        old = simd.load(arena, cell + unit)
        fresh = simd.fma(f, old, simd.mul(i, g))
        simd.store(arena, cell + unit, simd.fma(k, simd.sub(fresh, old), old))
        old = simd.load(arena, state + unit)
        fresh = simd.mul(o, simd.tanh(fresh))
        simd.store(arena, state + unit, simd.fma(k, simd.sub(fresh, old), old))

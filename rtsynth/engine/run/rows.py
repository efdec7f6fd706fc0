"""Rows of a voice's parameter table: where one is, and sending it elsewhere."""

import numpy as np

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.program.layout import (
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    RAMPS,
    REMAINING,
    STEP,
    TARGET,
    VALUE,
)


@jit(forceinline=True)
def value_of(arena, voice, parameter):
    """Current (ramped) value of a row of the parameter table."""
    return arena[voice + HEADER_FLOATS + parameter * PARAMETER_FLOATS + VALUE]


@jit()
def start_ramp(header, arena, voice, parameter, value, samples):
    """Move a row to `value`, in so many samples (one at least)."""
    row = voice + HEADER_FLOATS + parameter * PARAMETER_FLOATS
    ramp = np.float32(max(samples, 1))
    if arena[row + REMAINING] == np.float32(0.0):
        header[voice // 2 + RAMPS] += 1
    arena[row + TARGET] = np.float32(value)
    arena[row + STEP] = (np.float32(value) - arena[row + VALUE]) / ramp
    arena[row + REMAINING] = ramp


@jit(forceinline=True)
def target_of(arena, voice, parameter):
    """Where a row of the parameter table is, or is on its way to."""
    return arena[voice + HEADER_FLOATS + parameter * PARAMETER_FLOATS + TARGET]

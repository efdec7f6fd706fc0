"""Rows of a voice's parameter table: where one is, and sending it elsewhere."""

import numpy as np

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.program.layout import (
    HEADER_FLOATS,
    HIGH,
    LOW,
    OFFSET,
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


@jit(forceinline=True)
def modulated(program, arena, voice, parameter):
    """The value of a row as the sound has it: with what modulation adds."""
    row = voice + HEADER_FLOATS + parameter * PARAMETER_FLOATS
    if arena[row + OFFSET] == np.float32(0.0):
        return arena[row + VALUE]
    return _shifted(program, arena[row + VALUE], arena[row + OFFSET], parameter)


@jit(forceinline=True)
def modulated_target(program, arena, voice, parameter):
    """Where a row is or is on its way to, with what modulation adds."""
    row = voice + HEADER_FLOATS + parameter * PARAMETER_FLOATS
    return _shifted(program, arena[row + TARGET], arena[row + OFFSET], parameter)


@jit()
def _shifted(program, value, offset, parameter):
    """A value moved by an offset, no further than its range; a value outside stays there."""
    if offset == np.float32(0.0):
        return value
    low, high = program.ranges[parameter, LOW], program.ranges[parameter, HIGH]
    return min(max(value + offset, min(low, value)), max(high, value))


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

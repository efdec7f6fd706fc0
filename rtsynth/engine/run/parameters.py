"""The parameter table while it plays: ramps, and parameters on their way to the network."""

import numpy as np

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.program.layout import (
    BEND,
    CONFIG_PARAMETERS,
    ENVELOPE,
    EXPRESSION,
    HEADER_FLOATS,
    MODULATED,
    PARAMETER_FLOATS,
    RAMPS,
    REMAINING,
    STEP,
    TARGET,
    VALUE,
)
from rtsynth.engine.run.envelope import end_ramp
from rtsynth.engine.run.modulation import advance_modulation
from rtsynth.engine.run.rows import modulated, value_of

LONG_SAMPLES = np.float32(2048.0)  # of a ramp that is still under way


@jit()
def advance_rows(program, header, arena, voice):
    """Move what ramps or is modulated one sample on, then refresh the network's inputs."""
    if header[voice // 2 + MODULATED] > 0:
        advance_modulation(program, header, arena, voice)
    if header[voice // 2 + RAMPS] > header[voice // 2 + MODULATED]:
        advance_ramps(program, header, arena, voice)
    route_parameters(program, arena, voice)


@jit()
def advance_ramps(program, header, arena, voice):
    """Move every ramping parameter one sample on."""
    for parameter in range(program.config[CONFIG_PARAMETERS]):
        row = voice + HEADER_FLOATS + parameter * PARAMETER_FLOATS
        if arena[row + REMAINING] > np.float32(0.0):
            arena[row + REMAINING] -= np.float32(1.0)
            if arena[row + REMAINING] >= LONG_SAMPLES:
                # Steps that are added up this often go astray, or vanish in the rounding.
                arena[row + VALUE] = (
                    arena[row + TARGET] - arena[row + STEP] * arena[row + REMAINING]
                )
            else:
                arena[row + VALUE] += arena[row + STEP]
            if arena[row + REMAINING] == np.float32(0.0):
                arena[row + VALUE] = arena[row + TARGET]  # exactly, whatever the steps rounded to
                header[voice // 2 + RAMPS] -= 1
                end_ramp(program, header, arena, voice, parameter, arena[row + VALUE])


@jit()
def route_parameters(program, arena, voice):
    """Write the parameters, normalised, where the tiers read their conditioning."""
    for route in range(program.routes.shape[0]):
        value = modulated(program, arena, voice, program.routes[route, 0])
        low, high = program.route_map[route, 2], program.route_map[route, 3]
        value = shaped(arena, voice, value, program.routes[route, 2], low, high)
        normalised = value * program.route_map[route, 0] + program.route_map[route, 1]
        arena[voice + program.routes[route, 1]] = normalised


@jit(forceinline=True)
def is_shaped(arena, voice, by):
    """Whether `shaped` would change a value."""
    if by == BEND:
        return value_of(arena, voice, BEND) != np.float32(0.0)
    return by == EXPRESSION and share_of(arena, voice) != np.float32(1.0)


@jit(forceinline=True)
def share_of(arena, voice):
    """What a voice is left of its amplitude."""
    return value_of(arena, voice, EXPRESSION) * value_of(arena, voice, ENVELOPE)


@jit()
def shaped(arena, voice, value, by, low, high):
    """A parameter, in its unit, as its voice bends it or leaves it of its range above `low`.

    A bend goes no further than the range low..high; a value that is outside stays there.
    """
    if not is_shaped(arena, voice, by):
        return value
    if by == BEND:
        bent = value + value_of(arena, voice, BEND)
        return min(max(bent, min(low, value)), max(high, value))
    return low + (value - low) * share_of(arena, voice)

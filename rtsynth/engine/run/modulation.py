"""Modulation: LFOs, a follower, a random walk and macros move rows of the parameter table.

    sources --depths--> what is added to a row, as a share of its range --> its value for the sound

Every STEP samples of the voice's clock each source has a new value, and each row a new offset; in
between, offsets move on straight lines. A source's value is that of the end of its line, so an LFO
is not late. What is added up goes along the knob's travel: of an exponential curve and the gain
that is a factor. All of it is state of the voice, and its times are those of the voice's clock:
blocks have no influence. Nothing steps while no row is modulated.
"""

import numpy as np

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.scalar import exp
from rtsynth.engine.program.layout import (
    CLOCK,
    CONFIG_MODULATION,
    CONFIG_PARAMETERS,
    DEPTHS,
    ENVELOPE,
    HEADER_FLOATS,
    LOG_RATIO,
    MODULATED,
    OFFSET,
    OFFSET_GOAL,
    OFFSET_STEP,
    OWN_PEAK,
    PARAMETER_FLOATS,
    RAMPS,
    REMAINING,
    SOURCE_VALUES,
    SOURCES,
    SPAN,
    SUSTAIN,
    VALUE,
)
from rtsynth.engine.run.envelope import follow_sustain
from rtsynth.engine.run.modulators import STEP, move_sources


@jit()
def set_depth(program, header, arena, voice, place, depth):
    """Let a source move a row by a share -1..1 of its range; `place` is row * SOURCES + source."""
    row = place // SOURCES
    if row >= program.config[CONFIG_PARAMETERS] or program.ranges[row, SPAN] == np.float32(0.0):
        return
    at = voice + program.config[CONFIG_MODULATION] + DEPTHS + place
    arena[at] = np.float32(min(max(depth, -1.0), 1.0))
    if arena[at] != np.float32(0.0) and header[voice // 2 + MODULATED] == 0:
        header[voice // 2 + MODULATED] = 1
        header[voice // 2 + RAMPS] += 1


@jit()
def note_sample(program, arena, voice, sample):
    """A voice that is modulated puts out a sample."""
    at = voice + program.config[CONFIG_MODULATION] + OWN_PEAK
    arena[at] = max(arena[at], abs(sample))


@jit()
def advance_modulation(program, header, arena, voice):
    """Move what is added to each row one sample on."""
    position = header[voice // 2 + CLOCK] % STEP
    if position == 0:
        step_modulation(program, header, arena, voice)
        return
    left = np.float32(STEP - position)
    for parameter in range(program.config[CONFIG_PARAMETERS]):
        row = voice + HEADER_FLOATS + parameter * PARAMETER_FLOATS
        if arena[row + OFFSET_STEP] != np.float32(0.0):
            arena[row + OFFSET] = arena[row + OFFSET_GOAL] - arena[row + OFFSET_STEP] * left


@jit()
def step_modulation(program, header, arena, voice):
    """Arrive at the goals of the last step, and begin the way to new ones."""
    move_sources(program, header, arena, voice)
    sustain = voice + HEADER_FLOATS + SUSTAIN * PARAMETER_FLOATS
    is_swept = arena[sustain + OFFSET_STEP] != np.float32(0.0)
    is_modulated = False
    for parameter in range(program.config[CONFIG_PARAMETERS]):
        row = voice + HEADER_FLOATS + parameter * PARAMETER_FLOATS
        if _start_line(program, arena, voice, parameter, row):
            is_modulated = True
    if is_swept and arena[voice + HEADER_FLOATS + ENVELOPE * PARAMETER_FLOATS + REMAINING] == 0:
        follow_sustain(program, header, arena, voice)
    if not is_modulated:
        header[voice // 2 + MODULATED] = 0
        header[voice // 2 + RAMPS] -= 1


@jit()
def _start_line(program, arena, voice, parameter, row):
    """Begin the way of one row to its next offset; whether it is modulated, or was until now."""
    start = arena[row + OFFSET_GOAL]
    total, is_assigned = _total(program, arena, voice, parameter)
    goal = np.float32(0.0)
    if is_assigned:
        ratio = program.ranges[parameter, LOG_RATIO]
        if ratio == np.float32(0.0):
            goal = np.float32(total * np.float64(program.ranges[parameter, SPAN]))
        else:
            factor = exp(total * np.float64(ratio))
            goal = np.float32(np.float64(arena[row + VALUE]) * (factor - 1.0))
    arena[row + OFFSET] = start
    arena[row + OFFSET_GOAL] = goal
    arena[row + OFFSET_STEP] = (goal - start) / np.float32(STEP)
    return is_assigned or start != np.float32(0.0)


@jit()
def _total(program, arena, voice, parameter):
    """(what the sources add up to, as a share -1..1 of the range; whether there is any depth)."""
    at = voice + program.config[CONFIG_MODULATION]
    depths = at + DEPTHS + parameter * SOURCES
    total, is_assigned = 0.0, False
    for source in range(SOURCES):
        depth = arena[depths + source]
        if depth != np.float32(0.0):
            is_assigned = True
            total += np.float64(depth) * np.float64(arena[at + SOURCE_VALUES + source])
    return min(max(total, -1.0), 1.0), is_assigned

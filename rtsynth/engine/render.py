"""`render_block`: the whole data path of one voice, top to bottom.

    timed events -> parameter table -> ramps -> network inputs -> op tape -> drawn code -> amplitude

It is a pure function of its arguments: the same arena, seed and timed events give the same
samples whatever the block size, live or offline, bit for bit.
"""

import numpy as np

from rtsynth.engine import sampling
from rtsynth.engine.jit import jit
from rtsynth.engine.kernels import gru, linear
from rtsynth.engine.layout import (
    CLOCK,
    CODE,
    CONFIG_AMPLITUDE,
    CONFIG_HIDDEN_END,
    CONFIG_HIDDEN_START,
    CONFIG_INPUT,
    CONFIG_LOGITS,
    CONFIG_PARAMETERS,
    CONFIG_RANDOM_START,
    CONFIG_SILENCE,
    GAIN,
    GATE,
    HEADER_FLOATS,
    OP_CATEGORICAL,
    OP_GRU,
    OP_LINEAR,
    PARAMETER_FLOATS,
    RAMPS,
    REMAINING,
    SECTION_DIVIDER,
    SECTION_END,
    SECTION_FIRST,
    SECTION_HEAD,
    STEP,
    TARGET,
    TARGET_RESET,
    TARGET_SEED,
    TEMPERATURE,
    TOP_K,
    TOP_P,
    VALUE,
)
from rtsynth.engine.rng import seed_header, uniform


@jit()
def render_block(program, header, arena, events, first_event, out):
    """Render out.size samples; return the index of the first event still to come.

    Args:
        program: a `Program`.
        header, arena: the voice's state, changed in place (`header` is a view of `arena`).
        events: `Events`; those before `first_event` have been applied already.
        out: float32 [n], at the plugin's rate.
    """
    for i in range(out.size):
        now = header[CLOCK]
        while first_event < events.times.size and events.times[first_event] <= now:
            apply_event(
                program, header, arena, events.targets[first_event], events.values[first_event]
            )
            first_event += 1
        if header[RAMPS] > 0:
            advance_ramps(program, header, arena)
        step_tape(program, header, arena, now)
        out[i] = arena[program.config[CONFIG_AMPLITUDE]] * value_of(arena, GAIN)
        out[i] *= value_of(arena, GATE)
        header[CLOCK] = now + 1
    return first_event


@jit(forceinline=True)
def value_of(arena, parameter):
    """Current (ramped) value of a row of the parameter table."""
    return arena[HEADER_FLOATS + parameter * PARAMETER_FLOATS + VALUE]


@jit()
def apply_event(program, header, arena, target, value):
    """Start a parameter's ramp towards `value`, or reset or reseed the voice."""
    if target == TARGET_SEED:
        seed_header(header, np.int64(value))
    elif target == TARGET_RESET:
        reset_hidden(program, header, arena)
    elif 0 <= target < program.config[CONFIG_PARAMETERS]:
        row = HEADER_FLOATS + target * PARAMETER_FLOATS
        ramp = max(program.ramp_samples[target], 1)
        if arena[row + REMAINING] == np.float32(0.0):
            header[RAMPS] += 1
        arena[row + TARGET] = np.float32(value)
        arena[row + STEP] = (np.float32(value) - arena[row + VALUE]) / np.float32(ramp)
        arena[row + REMAINING] = np.float32(ramp)


@jit()
def reset_hidden(program, header, arena):
    """Put the hidden state and the sample history where a note starts."""
    start, end = program.config[CONFIG_HIDDEN_START], program.config[CONFIG_HIDDEN_END]
    for i in range(end - start):
        if program.config[CONFIG_RANDOM_START] == 1:
            arena[start + i] = uniform(header) * np.float32(0.1) - np.float32(0.05)
        else:
            arena[start + i] = program.rest[i]
    hear_code(program, header, arena, program.config[CONFIG_SILENCE])


@jit()
def hear_code(program, header, arena, code):
    """Make `code` the last one drawn: what the network hears next and what is put out."""
    header[CODE] = code
    arena[program.config[CONFIG_INPUT]] = program.hear[code]
    arena[program.config[CONFIG_AMPLITUDE]] = program.decode[code]


@jit()
def advance_ramps(program, header, arena):
    """Move every ramping parameter one sample on, then refresh the network's inputs."""
    for parameter in range(program.config[CONFIG_PARAMETERS]):
        row = HEADER_FLOATS + parameter * PARAMETER_FLOATS
        if arena[row + REMAINING] > np.float32(0.0):
            arena[row + REMAINING] -= np.float32(1.0)
            arena[row + VALUE] += arena[row + STEP]
            if arena[row + REMAINING] == np.float32(0.0):
                arena[row + VALUE] = arena[row + TARGET]  # exactly, whatever the steps rounded to
                header[RAMPS] -= 1
    route_parameters(program, arena)


@jit()
def route_parameters(program, arena):
    """Write the parameters, normalised, where the tiers read their conditioning."""
    for route in range(program.routes.shape[0]):
        value = value_of(arena, program.routes[route, 0])
        normalised = value * program.route_map[route, 0] + program.route_map[route, 1]
        arena[program.routes[route, 1]] = normalised


@jit()
def step_tape(program, header, arena, now):
    """Step every tier that is due at sample `now`."""
    for tier in range(program.sections.shape[0]):
        section = program.sections[tier]
        if now % section[SECTION_DIVIDER] == 0:
            run_ops(program, header, arena, section[SECTION_FIRST], section[SECTION_END])


@jit()
def run_ops(program, header, arena, first, end):
    """Execute ops [first, end) of the tape. The arguments of each op: `rtsynth.engine.tape`."""
    for index in range(first, end):
        op = program.ops[index]
        if op[0] == OP_GRU:
            gru(program.weights, op[1], arena, op[2], op[3], op[4], op[5], op[6])
        elif op[0] == OP_LINEAR:
            linear(program.weights, op[1], arena, op[2], op[3], op[4], op[5], op[6])
        elif op[0] == OP_CATEGORICAL:
            code = sampling.categorical(
                header,
                arena,
                op[1],
                op[2],
                op[3],
                value_of(arena, TEMPERATURE),
                value_of(arena, TOP_K),
                value_of(arena, TOP_P),
            )
            hear_code(program, header, arena, code)


@jit()
def teacher_force_block(program, header, arena, codes, conditioning, out):
    """Feed codes [T] and conditioning [T, C] (as the network sees it); out [T, Q] = logits."""
    section = program.sections[program.sections.shape[0] - 1]
    for t in range(codes.size):
        arena[program.config[CONFIG_INPUT]] = program.hear[codes[t]]
        for c in range(conditioning.shape[1]):
            arena[program.routes[c, 1]] = conditioning[t, c]
        run_ops(program, header, arena, section[SECTION_FIRST], section[SECTION_HEAD])
        for q in range(out.shape[1]):
            out[t, q] = arena[program.config[CONFIG_LOGITS] + q]
    header[CODE] = codes[codes.size - 1] if codes.size > 0 else header[CODE]

"""`render_block`: the whole data path of a plugin's voices, top to bottom.

    timed events -> parameter table -> ramps -> network inputs -> op tape -> drawn code -> amplitude

It is a pure function of its arguments: the same arena, seed and timed events give the same
samples whatever the block size and the number of threads, live or offline, bit for bit. Voices lie
in the arena one behind the other and step together, each with its own state, random numbers and
parameters: every op is done for all of them before the next, so they share one pass over the
weights. In what follows `voice` is the offset of a voice in the arena, in floats; its header words
start at half of that.
"""

import numpy as np

from rtsynth.engine.kernels import matrix as kernels
from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.phased import phased_gates
from rtsynth.engine.live.shared import TEAM_AWAKE, TEAM_END, load_acquire
from rtsynth.engine.program.layout import (
    BEND,
    CLOCK,
    CODE,
    CONFIG_AMPLITUDE,
    CONFIG_ARENA_FLOATS,
    CONFIG_CODES,
    CONFIG_HEARD,
    CONFIG_HIDDEN_END,
    CONFIG_HIDDEN_START,
    CONFIG_HISTORY,
    CONFIG_INPUT,
    CONFIG_LARGEST,
    CONFIG_PARAMETERS,
    CONFIG_RANDOM_START,
    CONFIG_REFRESH,
    CONFIG_REFRESH_END,
    CONFIG_SILENCE,
    EXPRESSION,
    GAIN,
    GATE,
    HEADER_FLOATS,
    OP_ADD_SLICE,
    OP_AHEAD,
    OP_CATEGORICAL,
    OP_CLASS_WEIGHTS,
    OP_COPY,
    OP_EMBEDDING_SUM,
    OP_GRU_GATES,
    OP_GRU_MOVE,
    OP_GRU_RESET,
    OP_KEEP,
    OP_LSTM_GATES,
    OP_MATRIX,
    OP_MIXTURE,
    OP_MIXTURE_HEAD,
    OP_NORMAL,
    OP_PHASED_GATES,
    OP_QUANTISE,
    OP_RECALL,
    OP_TANH,
    OP_UPSAMPLE,
    ORIGIN,
    PARAMETER_FLOATS,
    RAMPS,
    REMAINING,
    SECTION_DIVIDER,
    SECTION_END,
    SECTION_START,
    STEP,
    TARGET,
    TARGET_RESET,
    TARGET_SEED,
    TEMPERATURE,
    TOP_K,
    TOP_P,
    VALUE,
    VOICE_LEVEL,
    VOICE_TARGETS,
)
from rtsynth.engine.run import sampling, values
from rtsynth.engine.run.recall import recall
from rtsynth.engine.run.rng import seed_header, uniform
from rtsynth.engine.run.team import leave_team, matrix, post, settle, take_team

_SEED_SHIFT = 54  # seeds are at most 2^53; a voice's number goes above


@jit()
def render_block(program, header, arena, events, first_event, out):
    """Render out.size samples; return the index of the first event still to come.

    Args:
        program: a `Program`.
        header, arena: the voices' state, changed in place (`header` is `header_of(arena)`).
        events: `Events`; those before `first_event` have been applied already.
        out: float32 [n], at the plugin's rate: the voice, or the sum of the voices at VOICE_LEVEL.
    """
    size = program.config[CONFIG_ARENA_FLOATS]
    largest = program.config[CONFIG_LARGEST] * (arena.size // size)
    helpers = take_team(program.team, largest)
    level = np.float32(1.0 if arena.size == size else VOICE_LEVEL)
    for i in range(out.size):
        now = header[CLOCK]
        while first_event < events.times.size and events.times[first_event] <= now:
            if helpers > 0:
                settle(program.team)
            apply_event(
                program, header, arena, events.targets[first_event], events.values[first_event]
            )
            first_event += 1
        voice = 0
        while voice < arena.size:  # a `range` with a step would divide
            if header[voice // 2 + RAMPS] > 0:
                advance_ramps(program, header, arena, voice)
            voice += size
        if helpers > 0:
            program.team[TEAM_END] = now - header[ORIGIN] + out.size - i
        step_tape(program, header, arena, now - header[ORIGIN], helpers)
        total = np.float32(0.0)
        voice = 0
        while voice < arena.size:
            sample = arena[voice + program.config[CONFIG_AMPLITUDE]] * value_of(arena, voice, GAIN)
            total += sample * value_of(arena, voice, GATE)
            header[voice // 2 + CLOCK] = now + 1
            voice += size
        out[i] = total * level
    leave_team(program.team, helpers)
    return first_event


@jit(forceinline=True)
def value_of(arena, voice, parameter):
    """Current (ramped) value of a row of the parameter table."""
    return arena[voice + HEADER_FLOATS + parameter * PARAMETER_FLOATS + VALUE]


@jit()
def apply_event(program, header, arena, target, value):
    """Start a parameter's ramp towards `value`, or reset or reseed: in one voice or in all."""
    size = program.config[CONFIG_ARENA_FLOATS]
    number = (target + VOICE_TARGETS // 2) // VOICE_TARGETS - 1
    target -= (number + 1) * VOICE_TARGETS
    if target == TARGET_RESET and number < 0:
        restart_tiers(program, header, arena)
    voice, index = 0, 0
    while voice < arena.size:
        if number < 0 or number == index:
            change_voice(program, header, arena, voice, target, value)
        voice, index = voice + size, index + 1


@jit()
def restart_tiers(program, header, arena):
    """Let every tier step at once, wherever it was; voices step together, so only all of them."""
    slowest = 1
    for tier in range(program.sections.shape[0]):
        slowest = max(slowest, program.sections[tier, SECTION_DIVIDER])
    voice = 0
    while voice < arena.size and slowest > 1:
        header[voice // 2 + ORIGIN] = header[voice // 2 + CLOCK]
        voice += program.config[CONFIG_ARENA_FLOATS]


@jit()
def change_voice(program, header, arena, voice, target, value):
    """What an event does to one voice."""
    if target == TARGET_SEED:
        shift = np.int64(voice // program.config[CONFIG_ARENA_FLOATS]) << _SEED_SHIFT
        seed_header(header, voice // 2, np.int64(value) + shift)
    elif target == TARGET_RESET:
        reset_hidden(program, header, arena, voice)
    elif 0 <= target < program.config[CONFIG_PARAMETERS]:
        row = voice + HEADER_FLOATS + target * PARAMETER_FLOATS
        ramp = max(program.ramp_samples[target], 1)
        if arena[row + REMAINING] == np.float32(0.0):
            header[voice // 2 + RAMPS] += 1
        arena[row + TARGET] = np.float32(value)
        arena[row + STEP] = (np.float32(value) - arena[row + VALUE]) / np.float32(ramp)
        arena[row + REMAINING] = np.float32(ramp)


@jit()
def reset_hidden(program, header, arena, voice):
    """Put the hidden state and the sample history where a note starts."""
    start, end = program.config[CONFIG_HIDDEN_START], program.config[CONFIG_HIDDEN_END]
    for i in range(end - start):
        if program.config[CONFIG_RANDOM_START] == 1:
            number = uniform(header, voice // 2) * np.float32(0.1) - np.float32(0.05)
            # What is no number marks a value that is not there yet: it stays.
            arena[voice + start + i] = program.rest[i] if np.isnan(program.rest[i]) else number
        else:
            arena[voice + start + i] = program.rest[i]
    for _ in range(max(program.config[CONFIG_HISTORY], 1)):
        hear_code(program, header, arena, voice, program.config[CONFIG_SILENCE])
    refresh_state(program, arena, voice)
    route_parameters(program, arena, voice)


@jit()
def refresh_state(program, arena, voice):
    """Compute what follows from a hidden state that was written from outside the tape."""
    for index in range(program.config[CONFIG_REFRESH], program.config[CONFIG_REFRESH_END]):
        op = program.ops[index]
        kernels.quantise(arena, voice + op[1], op[2], voice + op[3])


@jit()
def hear_code(program, header, arena, voice, code):
    """Make `code` the last one drawn: what the network hears next and what is put out."""
    header[voice // 2 + CODE] = code
    arena[voice + program.config[CONFIG_INPUT]] = program.hear[code]
    arena[voice + program.config[CONFIG_AMPLITUDE]] = program.decode[code]
    count = program.config[CONFIG_HISTORY]
    if count > 0:
        codes = voice + program.config[CONFIG_CODES]
        heard = voice + program.config[CONFIG_HEARD]
        for i in range(count - 1):
            arena[codes + i] = arena[codes + i + 1]
            arena[heard + i] = arena[heard + i + 1]
        arena[codes + count - 1] = np.float32(code)
        arena[heard + count - 1] = program.hear[code]


@jit()
def advance_ramps(program, header, arena, voice):
    """Move every ramping parameter one sample on, then refresh the network's inputs."""
    for parameter in range(program.config[CONFIG_PARAMETERS]):
        row = voice + HEADER_FLOATS + parameter * PARAMETER_FLOATS
        if arena[row + REMAINING] > np.float32(0.0):
            arena[row + REMAINING] -= np.float32(1.0)
            arena[row + VALUE] += arena[row + STEP]
            if arena[row + REMAINING] == np.float32(0.0):
                arena[row + VALUE] = arena[row + TARGET]  # exactly, whatever the steps rounded to
                header[voice // 2 + RAMPS] -= 1
    route_parameters(program, arena, voice)


@jit()
def route_parameters(program, arena, voice):
    """Write the parameters, normalised, where the tiers read their conditioning."""
    for route in range(program.routes.shape[0]):
        value = value_of(arena, voice, program.routes[route, 0])
        low, high = program.route_map[route, 2], program.route_map[route, 3]
        value = shaped(arena, voice, value, program.routes[route, 2], low, high)
        normalised = value * program.route_map[route, 0] + program.route_map[route, 1]
        arena[voice + program.routes[route, 1]] = normalised


@jit(forceinline=True)
def is_shaped(arena, voice, by):
    """Whether `shaped` would change a value."""
    if by == BEND:
        return value_of(arena, voice, BEND) != np.float32(0.0)
    return by == EXPRESSION and value_of(arena, voice, EXPRESSION) != np.float32(1.0)


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
    return low + (value - low) * value_of(arena, voice, EXPRESSION)


@jit()
def step_tape(program, header, arena, now, helpers):
    """Step every tier that is due at sample `now`, counted from the last reset."""
    for tier in range(program.sections.shape[0]):
        section = program.sections[tier]
        if now % section[SECTION_DIVIDER] == 0:
            first, end = section[SECTION_START], section[SECTION_END]
            run_ops(program, header, arena, first, end, now, helpers)


@jit()
def run_ops(program, header, arena, first, end, now, helpers):
    """Execute ops [first, end) of the tape. Each op's arguments: `engine.program.builder`."""
    weights, size = program.weights, program.config[CONFIG_ARENA_FLOATS]
    voices = arena.size // size
    index = first
    while index < end:
        op = program.ops[index]
        code = op[0]
        index += 1
        if code == OP_MATRIX:
            matrix(
                weights, arena, size, voices, op[1], op[2], op[3], op[4], op[5], op[6], op[7],
                op[8], op[9], op[10], program.team, helpers,
            )  # fmt: skip
            continue
        if code == OP_AHEAD:
            team = program.team
            if helpers > 0 and now + op[2] < team[TEAM_END] and load_acquire(team, TEAM_AWAKE) > 0:
                other = program.ops[op[1]]
                post(
                    weights, arena, size, voices, other[1], other[2], other[3], other[4], other[5],
                    other[6], other[7], other[8], team, other[10],
                )  # fmt: skip
            continue
        if code == OP_RECALL:
            if recall(header, arena, size, op):
                index += op[9]
            continue
        voice = 0
        while voice < arena.size:
            if code == OP_QUANTISE:
                kernels.quantise(arena, voice + op[1], op[2], voice + op[3])
            elif code == OP_GRU_GATES:
                kernels.gru_gates(arena, voice + op[1], voice + op[2], voice + op[3], op[4])
            elif code == OP_LSTM_GATES:
                kernels.lstm_gates(
                    arena, voice + op[1], voice + op[2], voice + op[3], voice + op[4], op[5]
                )
            elif code == OP_ADD_SLICE:
                right = op[2] + now // op[4] % op[3] * op[6]
                kernels.add_slice(arena, voice + op[1], voice + right, voice + op[5], op[6], op[7])
            elif code == OP_EMBEDDING_SUM:
                if op[7] == 1:
                    kernels.embedding_sum_int8(
                        weights, op[1], arena, voice + op[2], op[3], op[4], voice + op[5], op[6]
                    )
                else:
                    kernels.embedding_sum(
                        weights, op[1], arena, voice + op[2], op[3], op[4], voice + op[5], op[6]
                    )
            elif code == OP_CATEGORICAL:
                drawn = sampling.categorical(
                    header,
                    voice // 2,
                    arena,
                    voice + op[1],
                    op[2],
                    voice + op[3],
                    value_of(arena, voice, TEMPERATURE),
                    value_of(arena, voice, TOP_K),
                    value_of(arena, voice, TOP_P),
                )
                hear_code(program, header, arena, voice, drawn)
            else:
                run_rare_op(program, header, arena, voice, op, now)
            voice += size


@jit()
def run_rare_op(program, header, arena, voice, op, now):
    """One op that is not in every plugin, for one voice."""
    code = op[0]
    if code == OP_COPY:
        kernels.copy(arena, voice + op[1], voice + op[2], op[3])
    elif code == OP_GRU_RESET:
        kernels.gru_reset(arena, voice + op[1], voice + op[2], voice + op[3], voice + op[4], op[5])
    elif code == OP_GRU_MOVE:
        kernels.gru_move(arena, voice + op[1], voice + op[2], voice + op[3], voice + op[4], op[5])
    elif code == OP_CLASS_WEIGHTS:
        kernels.class_weights(arena, voice + op[1], voice + op[2], op[3])
    elif code == OP_KEEP:
        known = header[voice // 2 + CODE]
        arena[voice + op[1] + known] = np.float32(1.0)
        kernels.copy(arena, voice + op[3], voice + op[2] + known * op[4], op[4])
    elif code == OP_UPSAMPLE:
        fetch_value(program, arena, voice, op, now)
    elif code == OP_NORMAL:
        values.draw_normal(
            header, voice // 2, arena, voice + op[1], voice + op[2], op[3], op[4], voice + op[5],
            voice + op[6], value_of(arena, voice, op[7]),
        )  # fmt: skip
    elif code == OP_MIXTURE_HEAD:
        beta = value_of(arena, voice, op[5])
        values.mixture_head(arena, voice + op[1], voice + op[2], op[3], op[4], beta)
    elif code == OP_MIXTURE:
        values.draw_mixture(
            header, voice // 2, arena, voice + op[1], voice + op[2], voice + op[3], op[4], op[5],
            voice + op[6], voice + op[7],
        )  # fmt: skip
    elif code == OP_TANH:
        kernels.apply_tanh(arena, voice + op[1], voice + op[2], op[3])
    elif code == OP_PHASED_GATES:
        phased_gates(
            program.weights, op[1], arena, voice + op[2], voice + op[3], voice + op[4],
            voice + op[5], op[6], voice + op[7], now // op[8],
        )  # fmt: skip


@jit()
def fetch_value(program, arena, voice, op, now):
    """Bring a value of a tier above to where a tier reads it: upsampled, as its controls say."""
    divider, take = op[5], op[8]
    position = np.float32(now % divider) / np.float32(divider)
    value = values.upsampled(arena[voice + op[2]], arena[voice + op[3]], position, op[6] == 1)
    low, span = program.weights[op[1]], program.weights[op[1] + 1]
    value = values.controlled(
        value,
        low,
        span,
        value_of(arena, voice, op[7]),
        value_of(arena, voice, take),
        value_of(arena, voice, take + 1),
        value_of(arena, voice, take + 2),
    )
    if is_shaped(arena, voice, op[9]):
        unit = low + value * span
        limits = program.weights[op[1] + 2], program.weights[op[1] + 3]
        value = (shaped(arena, voice, unit, op[9], limits[0], limits[1]) - low) / span
    arena[voice + op[4]] = value

"""Executing a tape: what each op of `rtsynth.engine.program.ops` does to all voices.

In what follows `voice` is the offset of a voice in the arena, in floats; its header words start at
half of that.
"""

import numpy as np

from rtsynth.engine.kernels import gates
from rtsynth.engine.kernels import matrix as kernels
from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.memory import load_acquire
from rtsynth.engine.kernels.phased import phased_gates
from rtsynth.engine.kernels.records import read_record
from rtsynth.engine.program import ops
from rtsynth.engine.program.layout import (
    CODE,
    CONFIG_AMPLITUDE,
    CONFIG_ARENA_FLOATS,
    CONFIG_CODES,
    CONFIG_HISTORY,
    CONFIG_INPUT,
    CONFIG_PAST_INPUTS,
    CONFIG_REFRESH,
    CONFIG_REFRESH_END,
    MIN_P,
    SECTION_DIVIDER,
    SECTION_END,
    SECTION_START,
    TEMPERATURE,
    TOP_K,
    TOP_P,
)
from rtsynth.engine.program.ops import FIELDS, code_of
from rtsynth.engine.run import sampling, values
from rtsynth.engine.run.hidden import alter, frozen, remember
from rtsynth.engine.run.parameters import is_shaped, shaped
from rtsynth.engine.run.recall import keep, recall
from rtsynth.engine.run.rows import modulated
from rtsynth.engine.run.team import matrix, post
from rtsynth.engine.run.team_words import TEAM_AWAKE, TEAM_END


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
    """Execute ops [first, end) of the tape."""
    weights, size, team = program.weights, program.config[CONFIG_ARENA_FLOATS], program.team
    voices = arena.size // size
    index = first
    while index < end:
        row = program.ops[index]
        code = row[0]
        index += 1
        if code == code_of(ops.Matrix):
            op = read_record(row, FIELDS, ops.Matrix)
            matrix(weights, arena, size, voices, op, team, helpers)
            continue
        if code == code_of(ops.Ahead):
            ahead = read_record(row, FIELDS, ops.Ahead)
            due = now + ahead.divider
            if helpers > 0 and due < team[TEAM_END] and load_acquire(team, TEAM_AWAKE) > 0:
                begun = read_record(program.ops[ahead.op], FIELDS, ops.Matrix)
                post(weights, arena, size, voices, begun, team, begun.task)
            continue
        if code == code_of(ops.Recall):
            kept = read_record(row, FIELDS, ops.Recall)
            if recall(header, arena, size, kept):
                index += kept.skip
            continue
        if code == code_of(ops.Freeze):
            section = read_record(row, FIELDS, ops.Freeze)
            if frozen(arena, size, section):
                index += section.skip
            continue
        voice = 0
        while voice < arena.size:
            run_op(program, header, arena, voice, row, code, now)
            voice += size


@jit(forceinline=True)
def run_op(program, header, arena, voice, row, code, now):
    """One op for one voice."""
    if code == code_of(ops.Quantise):
        op = read_record(row, FIELDS, ops.Quantise)
        kernels.quantise(arena, voice + op.source, op.inputs, voice + op.target)
    elif code == code_of(ops.GruGates):
        op = read_record(row, FIELDS, ops.GruGates)
        gates.gru_gates(
            arena, voice + op.from_input, voice + op.from_state, voice + op.state, op.hidden
        )
    elif code == code_of(ops.LstmGates):
        op = read_record(row, FIELDS, ops.LstmGates)
        gates.lstm_gates(
            arena, voice + op.from_input, voice + op.from_state, voice + op.cell, voice + op.state,
            op.hidden,
        )  # fmt: skip
    elif code == code_of(ops.AddSlice):
        op = read_record(row, FIELDS, ops.AddSlice)
        right = op.right + now // op.divider % op.slices * op.size
        kernels.add_slice(
            arena, voice + op.left, voice + right, voice + op.target, op.size, op.activation
        )
    elif code == code_of(ops.EmbeddingSum):
        op = read_record(row, FIELDS, ops.EmbeddingSum)
        codes, target = voice + op.codes, voice + op.target
        if op.small == 1:
            kernels.embedding_sum_int8(
                program.weights, op.weights, arena, codes, op.tables, op.levels, target, op.size
            )
        else:
            kernels.embedding_sum(
                program.weights, op.weights, arena, codes, op.tables, op.levels, target, op.size
            )
    elif code == code_of(ops.Categorical):
        op = read_record(row, FIELDS, ops.Categorical)
        drawn = sampling.categorical(
            header,
            voice // 2,
            arena,
            voice + op.logits,
            op.levels,
            voice + op.scratch,
            modulated(program, arena, voice, TEMPERATURE),
            modulated(program, arena, voice, TOP_K),
            modulated(program, arena, voice, TOP_P),
            modulated(program, arena, voice, MIN_P),
        )
        feed_code(program, header, arena, voice, drawn)
    else:
        run_rare_op(program, header, arena, voice, row, now)


@jit(forceinline=True)
def run_rare_op(program, header, arena, voice, row, now):
    """One op that is not in every plugin, for one voice. (A call of its own costs 4x48 2 %.)"""
    code = row[0]
    if code == code_of(ops.Copy):
        op = read_record(row, FIELDS, ops.Copy)
        kernels.copy(arena, voice + op.source, voice + op.target, op.size)
    elif code == code_of(ops.GruReset):
        op = read_record(row, FIELDS, ops.GruReset)
        gates.gru_reset(
            arena, voice + op.from_input, voice + op.from_state, voice + op.state,
            voice + op.target, op.hidden,
        )  # fmt: skip
    elif code == code_of(ops.GruMove):
        op = read_record(row, FIELDS, ops.GruMove)
        gates.gru_move(
            arena, voice + op.from_input, voice + op.from_state, voice + op.candidate,
            voice + op.state, op.hidden,
        )  # fmt: skip
    elif code == code_of(ops.ClassWeights):
        op = read_record(row, FIELDS, ops.ClassWeights)
        kernels.class_weights(arena, voice + op.source, voice + op.target, op.classes)
    elif code == code_of(ops.Keep):
        keep(header, arena, voice, read_record(row, FIELDS, ops.Keep))
    elif code == code_of(ops.Upsample):
        fetch_value(program, arena, voice, read_record(row, FIELDS, ops.Upsample), now)
    elif code == code_of(ops.Normal):
        op = read_record(row, FIELDS, ops.Normal)
        values.draw_normal(
            header, voice // 2, arena, voice + op.mu, voice + op.sigma, op.size, op.stride,
            voice + op.current, voice + op.previous, modulated(program, arena, voice, op.beta_row),
        )  # fmt: skip
    elif code == code_of(ops.MixtureHead):
        op = read_record(row, FIELDS, ops.MixtureHead)
        beta = modulated(program, arena, voice, op.beta_row)
        values.mixture_head(arena, voice + op.sigma, voice + op.pi, op.components, op.size, beta)
    elif code == code_of(ops.Mixture):
        op = read_record(row, FIELDS, ops.Mixture)
        values.draw_mixture(
            header, voice // 2, arena, voice + op.mu, voice + op.sigma, voice + op.pi,
            op.components, op.size, voice + op.current, voice + op.previous,
        )  # fmt: skip
    elif code == code_of(ops.Alter):
        alter(program, header, arena, voice, read_record(row, FIELDS, ops.Alter), now)
    elif code == code_of(ops.Remember):
        remember(arena, voice, read_record(row, FIELDS, ops.Remember))
    elif code == code_of(ops.Tanh):
        op = read_record(row, FIELDS, ops.Tanh)
        kernels.apply_tanh(arena, voice + op.source, voice + op.target, op.size)
    elif code == code_of(ops.PhasedGates):
        op = read_record(row, FIELDS, ops.PhasedGates)
        phased_gates(
            program.weights, op.weights, arena, voice + op.from_input, voice + op.from_state,
            voice + op.cell, voice + op.state, op.hidden, voice + op.scratch, now // op.divider,
        )  # fmt: skip


@jit()
def fetch_value(program, arena, voice, op, now):
    """Bring a value of a tier above to where a tier reads it: upsampled, as its controls say."""
    position = np.float32(now % op.divider) / np.float32(op.divider)
    value = values.upsampled(
        arena[voice + op.current], arena[voice + op.previous], position, op.linear == 1
    )
    low, span = program.weights[op.weights], program.weights[op.weights + 1]
    value = values.controlled(
        value,
        low,
        span,
        modulated(program, arena, voice, op.knob_row),
        modulated(program, arena, voice, op.take_row),
        modulated(program, arena, voice, op.take_row + 1),
        modulated(program, arena, voice, op.take_row + 2),
    )
    if is_shaped(arena, voice, op.shaped_by):
        unit = low + value * span
        limits = program.weights[op.weights + 2], program.weights[op.weights + 3]
        unit = shaped(arena, voice, unit, op.shaped_by, limits[0], limits[1])
        value = (unit - low) / span
    arena[voice + op.target] = value


@jit()
def feed_code(program, header, arena, voice, code):
    """Make `code` the last one drawn: the output, and the network's next input."""
    header[voice // 2 + CODE] = code
    arena[voice + program.config[CONFIG_INPUT]] = program.inputs[code]
    arena[voice + program.config[CONFIG_AMPLITUDE]] = program.decode[code]
    count = program.config[CONFIG_HISTORY]
    if count > 0:
        codes = voice + program.config[CONFIG_CODES]
        inputs = voice + program.config[CONFIG_PAST_INPUTS]
        for i in range(count - 1):
            arena[codes + i] = arena[codes + i + 1]
            arena[inputs + i] = arena[inputs + i + 1]
        arena[codes + count - 1] = np.float32(code)
        arena[inputs + count - 1] = program.inputs[code]


@jit()
def refresh_state(program, arena, voice):
    """Compute what follows from a hidden state that was written from outside the tape."""
    for index in range(program.config[CONFIG_REFRESH], program.config[CONFIG_REFRESH_END]):
        op = read_record(program.ops[index], FIELDS, ops.Quantise)
        kernels.quantise(arena, voice + op.source, op.inputs, voice + op.target)

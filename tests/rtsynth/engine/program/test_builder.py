"""What a `TapeBuilder` writes: which ops, in which order, between which places."""

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.kernels.packing import FLOAT32, INT8
from rtsynth.engine.program.builder import TapeBuilder, embedding_floats
from rtsynth.engine.program.layout import BUILT_IN, MAX_AHEAD, Program
from rtsynth.engine.program.ops import (
    Ahead,
    Copy,
    EmbeddingSum,
    GruGates,
    GruMove,
    GruReset,
    Keep,
    LstmGates,
    Matrix,
    Op,
    PhasedGates,
    Quantise,
    Recall,
    op_of,
)
from rtsynth.engine.run.team import team_words

F32 = NDArray[np.float32]


def _weights(gates: int, inputs: int, hidden: int) -> tuple[F32, F32, F32, F32]:
    shapes = (
        (gates * hidden, inputs),
        (gates * hidden, hidden),
        (gates * hidden,),
        (gates * hidden,),
    )
    ih, hh, bias_ih, bias_hh = (np.ones(shape, np.float32) for shape in shapes)
    return ih, hh, bias_ih, bias_hh


def _finished(builder: TapeBuilder) -> tuple[Program, list[Op]]:
    program = builder.finish(
        decode=np.zeros(2, np.float32),
        inputs=np.zeros(2, np.float32),
        silence=0,
        ramp_samples=np.zeros(BUILT_IN, np.int32),
        ranges=np.zeros(0, np.float32),
        rest=None,
        random_start=False,
        team=team_words(1),
        rate_hz=16_000,
        has_amplitude=False,
        pitch_row=-1,
    )
    return program, [op_of(row) for row in program.ops]


def _kinds(ops: list[Op]) -> list[type[Op]]:
    return [type(op) for op in ops]


def test_cells_are_two_matrices_and_their_gates() -> None:
    builder = TapeBuilder(0)
    source, states = builder.space(5), [builder.hidden(20) for _ in range(6)]
    clock = (np.ones(20, np.float32),) * 3
    builder.begin_tier()
    builder.gru(_weights(3, 5, 20), source, states[0])
    builder.lstm(_weights(4, 5, 20), source, states[1], states[2])
    builder.phased_lstm(_weights(4, 5, 20), clock, source, states[3], states[4], 8)
    builder.gru_reset_before(_weights(3, 5, 20), source, states[5])
    builder.end_tier(1)
    _, ops = _finished(builder)
    two = [Matrix, Matrix]
    reset_before = [*two, GruReset, Matrix, GruMove]
    assert _kinds(ops) == [*two, GruGates, *two, LstmGates, *two, PhasedGates, *reset_before]
    from_input, from_state, gates = ops[:3]
    assert isinstance(from_input, Matrix)
    assert isinstance(from_state, Matrix)
    assert gates == GruGates(from_input.target, from_state.target, states[0], 32)
    assert (from_input.source, from_state.source) == (source, states[0])
    assert (from_input.kind, from_input.inputs, from_input.panels) == (FLOAT32, 5, 6)
    phased = ops[8]
    assert isinstance(phased, PhasedGates)
    assert (phased.cell, phased.state, phased.divider) == (states[3], states[4], 8)


def test_a_state_is_turned_into_bytes_when_it_has_changed() -> None:
    """Once a step, however many matrices read it; and when it is set from outside."""
    builder = TapeBuilder(0, "int8")
    source, state = builder.space(40), builder.hidden(40)
    outputs = [builder.space(16) for _ in range(2)]
    builder.begin_tier()
    builder.gru(_weights(3, 40, 40), source, state)
    for output in outputs:
        builder.linear(np.ones((16, 40), np.float32), None, state, output)
    builder.end_tier(1)
    program, ops = _finished(builder)
    assert _kinds(ops) == [Quantise, Matrix, Matrix, GruGates, Quantise, Matrix, Matrix, Quantise]
    of_source, of_state, refresh = (op for op in ops if isinstance(op, Quantise))
    assert of_source.source == source
    assert of_state == refresh
    assert of_state.source == state
    matrices = [op for op in ops if isinstance(op, Matrix)]
    assert {op.kind for op in matrices} == {INT8}
    assert [op.source for op in matrices[1:]] == [of_state.target] * 3
    assert program.sections[0].tolist() == [0, 0, 7, 7, 1]  # the refresh is no part of it


def test_a_large_recurrent_matrix_is_begun_ahead() -> None:
    builder = TapeBuilder(0)
    source = builder.space(5)
    states = [builder.hidden(80) for _ in range(MAX_AHEAD + 1)]
    builder.begin_tier()
    for state in states:
        builder.gru(_weights(3, 5, 80), source, state)
    builder.end_tier(4)
    _, ops = _finished(builder)
    begun = [op for op in ops if isinstance(op, Ahead)]
    assert {op.divider for op in begun} == {4}
    matrices = [ops[op.op] for op in begun]
    assert [op.source for op in matrices if isinstance(op, Matrix)] == states[:MAX_AHEAD]
    tasks = [op.task for op in matrices if isinstance(op, Matrix)]
    assert tasks == list(range(1, MAX_AHEAD + 1))


def test_what_a_code_gives_is_kept() -> None:
    """From the lookup to the cell's first matrix; the op before them skips them."""
    builder = TapeBuilder(0, "int8")
    conditioning, codes, state = builder.space(3), builder.space(1), builder.hidden(40)
    looked_up = builder.space(embedding_floats(40))
    builder.begin_tier()
    builder.begin_recall(conditioning, 3, 8, 3 * 48)
    builder.embedding_sum(np.ones((1, 8, 40), np.float32), codes, looked_up)
    builder.gru(_weights(3, 40, 40), looked_up, state)
    builder.end_tier(1)
    _, ops = _finished(builder)
    assert _kinds(ops[:5]) == [Recall, EmbeddingSum, Quantise, Matrix, Keep]
    recall, matrix, keep = ops[0], ops[3], ops[4]
    assert isinstance(recall, Recall)
    assert isinstance(matrix, Matrix)
    assert (recall.conditioning, recall.inputs, recall.levels, recall.skip) == (
        conditioning,
        3,
        8,
        4,
    )
    assert keep == Keep(recall.stamps, recall.table, recall.target, recall.size)
    assert (recall.target, recall.size) == (matrix.target, 3 * 48)


def test_vectors_are_laid_one_behind_the_other() -> None:
    builder = TapeBuilder(0)
    source, target = builder.space(64), builder.space(48)
    builder.hidden(1)
    builder.begin_tier()
    builder.copy([(source + 3, 17), (source + 40, 5)], target)
    builder.end_tier(1)
    _, ops = _finished(builder)
    assert ops == [Copy(source + 3, target, 32), Copy(source + 40, target + 32, 16)]

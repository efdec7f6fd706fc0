"""Matrices at their precisions, and the program that comes out."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.engine.kernels.packing import FLOAT32, INT4, INT8
from rtsynth.engine.program.layout import (
    BUILT_IN,
    CONFIG_HAS_AMPLITUDE,
    CONFIG_HISTORY,
    CONFIG_LARGEST,
    CONFIG_PARAMETERS,
    CONFIG_PAST_INPUTS,
    CONFIG_PITCH,
    CONFIG_RATE_HZ,
    CONFIG_SILENCE,
    Program,
)
from rtsynth.engine.program.ops import Matrix, Quantise, op_of
from rtsynth.engine.program.program import ProgramBuilder
from rtsynth.engine.run.team import team_words

F32 = NDArray[np.float32]


def _finished(builder: ProgramBuilder) -> Program:
    return builder.finish(
        decode=np.zeros(4, np.float32),
        inputs=np.zeros(4, np.float32),
        silence=2,
        ramp_samples=np.zeros(BUILT_IN, np.int32),
        ranges=np.zeros(0, np.float32),
        rest=None,
        random_start=False,
        team=team_words(1),
        rate_hz=16_000,
        has_amplitude=True,
        pitch_row=BUILT_IN + 1,
    )


@pytest.mark.parametrize(
    ("precision", "inputs", "fewest_bits", "kind"),
    [
        ("float32", 300, 4, FLOAT32),
        ("int8", 32, 4, INT8),
        ("int8", 31, 4, FLOAT32),
        ("int8", 300, 32, FLOAT32),
        ("int4", 256, 4, INT4),
        ("int4", 255, 4, INT8),
        ("int4", 256, 8, INT8),
        ("int4", 31, 4, FLOAT32),
    ],
)
def test_a_matrix_of_few_inputs_keeps_its_digits(
    precision: str, inputs: int, fewest_bits: int, kind: int
) -> None:
    builder = ProgramBuilder(0, precision)
    builder.hidden(1)
    source, target = builder.space(inputs), builder.space(48)
    builder.begin_tier()
    weight = np.ones((40, inputs), np.float32)
    builder.linear(weight, None, source, target, fewest_bits=fewest_bits)
    builder.end_tier(1)
    ops = [op_of(row) for row in _finished(builder).ops]
    (matrix,) = (op for op in ops if isinstance(op, Matrix))
    assert (matrix.kind, matrix.inputs, matrix.panels, matrix.target) == (kind, inputs, 3, target)
    quantised = [op.target for op in ops if isinstance(op, Quantise)]
    assert [matrix.source] == (quantised or [source])
    assert bool(quantised) == (kind != FLOAT32)
    assert builder.sources == [(source, inputs)]


def test_a_program_says_where_everything_is() -> None:
    builder = ProgramBuilder(2)
    state, codes_and_inputs = builder.hidden(5), builder.history(3)
    source, target = builder.space(5), builder.space(64)
    builder.begin_tier()
    for outputs in (16, 64):
        builder.linear(np.ones((outputs, 5), np.float32), None, source, target)
    builder.end_tier(1)
    program = _finished(builder)
    small, large = (op_of(row) for row in program.ops)
    assert isinstance(small, Matrix)
    assert isinstance(large, Matrix)
    assert small.weight_bytes < large.weight_bytes == program.config[CONFIG_LARGEST]
    assert small.weights == 0
    assert large.weights * 4 == small.weight_bytes
    assert program.weights.ctypes.data % 64 == 0
    assert program.weights.nbytes == small.weight_bytes + large.weight_bytes
    assert program.config[CONFIG_PARAMETERS] == BUILT_IN + 2
    assert program.config[CONFIG_SILENCE] == 2
    assert program.config[CONFIG_RATE_HZ] == 16_000
    assert program.config[CONFIG_HAS_AMPLITUDE] == 1
    assert program.config[CONFIG_PITCH] == BUILT_IN + 1
    assert program.config[CONFIG_HISTORY] == 3
    assert program.config[CONFIG_PAST_INPUTS] == codes_and_inputs[1]
    assert program.rest.size == 16
    assert state < codes_and_inputs[0]

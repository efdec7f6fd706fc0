"""Recurrent cells over many steps, and the corners of the kernels; the rest is `test_parity`."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.engine.kernels.matrix import Q_SCALE, Q_SUM, RELU, q_bytes, quantise, quantised_floats
from rtsynth.engine.kernels.packing import padded
from rtsynth.engine.program.builder import TapeBuilder
from rtsynth.engine.program.layout import (
    BUILT_IN,
    CONFIG_ARENA_FLOATS,
    Program,
    aligned_floats,
    header_of,
)
from rtsynth.engine.run.tape import run_ops
from rtsynth.engine.run.team import team_words
from tests.rtsynth.engine.run.cells import lstm_gates
from tests.rtsynth.families.samplernn_reference import reset_before_cell
from tests.rtsynth.reference import gru_cell

F32 = NDArray[np.float32]

# (inputs, hidden, largest absolute error over 20 steps)
CELL_SIZES = [
    (1, 1, 5e-7),
    (1, 16, 1e-6),
    (4, 48, 2e-6),
    (5, 20, 1e-6),
    (16, 16, 1e-6),
    (17, 33, 1e-6),
    (48, 48, 2e-6),
    (100, 100, 2e-6),
]
RANDOM = np.random.default_rng(2)


def _normal(*shape: int) -> F32:
    return RANDOM.normal(0, 1, shape).astype(np.float32)


def _finish(builder: TapeBuilder) -> tuple[Program, F32]:
    program = builder.finish(
        decode=np.zeros(2, np.float32),
        inputs=np.zeros(2, np.float32),
        silence=0,
        ramp_samples=np.zeros(BUILT_IN, np.int32),
        rest=None,
        random_start=False,
        team=team_words(1),
    )
    return program, aligned_floats(int(program.config[CONFIG_ARENA_FLOATS]))


def _run(program: Program, arena: F32) -> None:
    first, end = program.sections[0, 0], program.sections[0, 2]
    run_ops(program, header_of(arena), arena, first, end, 0, 0)


def _cell_weights(gates: int, inputs: int, hidden: int) -> tuple[F32, F32, F32, F32]:
    return (
        _normal(gates * hidden, inputs) / np.float32(np.sqrt(inputs)),
        _normal(gates * hidden, hidden) / np.float32(np.sqrt(hidden)),
        _normal(gates * hidden),
        _normal(gates * hidden),
    )


@pytest.mark.parametrize(("inputs", "hidden", "tolerance"), CELL_SIZES)
def test_gru(inputs: int, hidden: int, tolerance: float) -> None:
    weights = _cell_weights(3, inputs, hidden)
    builder = TapeBuilder(0)
    source, state = builder.space(inputs), builder.hidden(hidden)
    builder.begin_tier()
    builder.gru(weights, source, state)
    builder.end_tier(1)
    program, arena = _finish(builder)
    arena[state : state + hidden] = _normal(hidden)
    h = arena[state : state + hidden].astype(np.float64)
    w_ih, w_hh, b_ih, b_hh = (part.astype(np.float64) for part in weights)
    for _ in range(20):  # errors of one step must not grow over many
        x = _normal(inputs)
        arena[source : source + inputs] = x
        _run(program, arena)
        h = gru_cell(x.astype(np.float64), h, w_ih, w_hh, b_ih, b_hh)
        assert np.max(np.abs(arena[state : state + hidden] - h)) < tolerance
        assert np.all(arena[state + hidden : state + padded(hidden)] == 0)


@pytest.mark.parametrize(("inputs", "hidden", "tolerance"), CELL_SIZES)
def test_lstm(inputs: int, hidden: int, tolerance: float) -> None:
    weights = _cell_weights(4, inputs, hidden)
    builder = TapeBuilder(0)
    source = builder.space(inputs)
    cell, state = builder.hidden(hidden), builder.hidden(hidden)
    builder.begin_tier()
    builder.lstm(weights, source, cell, state)
    builder.end_tier(1)
    program, arena = _finish(builder)
    arena[state : state + hidden] = _normal(hidden)
    arena[cell : cell + hidden] = _normal(hidden)
    h = arena[state : state + hidden].astype(np.float64)
    c = arena[cell : cell + hidden].astype(np.float64)
    w_ih, w_hh, b_ih, b_hh = (part.astype(np.float64) for part in weights)
    for _ in range(20):
        x = _normal(inputs)
        arena[source : source + inputs] = x
        _run(program, arena)
        from_input = np.einsum("gk,k->g", w_ih, x.astype(np.float64)) + b_ih
        c, h = lstm_gates(from_input, np.einsum("gk,k->g", w_hh, h) + b_hh, c)
        for at, exact in ((cell, c), (state, h)):
            assert np.max(np.abs(arena[at : at + hidden] - exact)) < tolerance
            assert np.all(arena[at + hidden : at + padded(hidden)] == 0)


def test_units_of_the_padding_have_no_influence() -> None:
    weights = _cell_weights(3, 3, 20)
    builder = TapeBuilder(0)
    source, state = builder.space(3), builder.hidden(20)
    builder.begin_tier()
    builder.gru(weights, source, state)
    builder.end_tier(1)
    program, arena = _finish(builder)
    arena[source : source + 3], arena[state : state + 20] = _normal(3), _normal(20)
    disturbed = arena.copy()
    disturbed[state + 20 : state + 32] = 1e3
    for voice in (arena, disturbed):
        _run(program, voice)
    np.testing.assert_array_equal(arena[state : state + 20], disturbed[state : state + 20])


def test_a_matrix_without_bias() -> None:
    builder = TapeBuilder(0)
    builder.hidden(1)
    source, target = builder.space(3), builder.space(16)
    weight = _normal(16, 3)
    builder.begin_tier()
    builder.linear(weight, None, source, target, RELU)
    builder.end_tier(1)
    program, arena = _finish(builder)
    arena[source : source + 3] = 1, 2, 3
    _run(program, arena)
    exact = weight.astype(np.float64) @ np.array([1.0, 2, 3])
    np.testing.assert_allclose(arena[target : target + 16], np.maximum(exact, 0), atol=1e-6)


def _quantised(values: NDArray[np.floating]) -> tuple[np.float32, NDArray[np.int8], int]:
    """(scale, bytes, sum) of a vector."""
    inputs = values.size
    target = padded(inputs)
    arena = np.zeros(target + quantised_floats(inputs), np.float32)
    arena[:inputs] = values
    quantise(arena, 0, inputs, target)
    place = target + q_bytes(inputs)
    codes = arena[place:].view(np.int8)[:inputs]
    return arena[target + Q_SCALE], codes, int(arena.view(np.int32)[target + Q_SUM])


@pytest.mark.parametrize("inputs", [1, 16, 33, 800])
def test_a_vector_of_zeros_as_bytes(inputs: int) -> None:
    scale, codes, total = _quantised(np.zeros(inputs))
    assert (scale, total) == (0, 0)
    assert not codes.any()


def test_the_largest_is_127_and_ties_go_to_even() -> None:
    values = np.array([-127, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 126.5, 126.4, 3, 0] + [1] * 30)
    for factor in (1.0, 2.0**-20, 2.0**20):
        scale, codes, total = _quantised(values * factor)
        assert scale == factor
        assert codes[:11].tolist() == [-127, 0, 2, 2, 0, -2, -2, 126, 126, 3, 0]
        assert total == codes.sum(dtype=int)
    scale, codes, _ = _quantised(np.array([3.0, -3.0, 1.0]))
    assert codes.tolist() == [127, -127, 42]
    assert scale == np.float32(3.0) / np.float32(127.0)


@pytest.mark.parametrize("exponent", [-30, -36, -37, -38, -44])
def test_a_vector_of_almost_nothing_as_bytes(exponent: int) -> None:
    """A decaying state goes through these; what comes out is no more than what went in."""
    values = np.array([1, -0.5, 0.25, 0] * 8) * 10.0**exponent
    scale, codes, total = _quantised(values)
    assert np.abs(codes * np.float64(scale)).max() <= 10.0**exponent * 1.01
    assert total == codes.sum(dtype=int)


@pytest.mark.parametrize(("inputs", "hidden", "tolerance"), CELL_SIZES)
def test_gru_reset_before(inputs: int, hidden: int, tolerance: float) -> None:
    weights = _cell_weights(3, inputs, hidden)
    builder = TapeBuilder(0)
    source, state = builder.space(inputs), builder.hidden(hidden)
    builder.begin_tier()
    builder.gru_reset_before(weights, source, state)
    builder.end_tier(1)
    program, arena = _finish(builder)
    arena[state : state + hidden] = _normal(hidden)
    h = arena[state : state + hidden].astype(np.float64)
    w_ih, w_hh, b_ih, b_hh = (part.astype(np.float64) for part in weights)
    for _ in range(20):
        x = _normal(inputs)
        arena[source : source + inputs] = x
        _run(program, arena)
        h = reset_before_cell(x.astype(np.float64), h, w_ih, w_hh, b_ih, b_hh)
        assert np.max(np.abs(arena[state : state + hidden] - h)) < tolerance


def test_vectors_are_laid_one_behind_the_other() -> None:
    """From any place, each to whole vectors."""
    builder = TapeBuilder(0)
    source, other, target = builder.space(40), builder.space(5), builder.space(48)
    builder.hidden(1)
    builder.begin_tier()
    builder.linear(_normal(1, 1), None, other, builder.space(1))  # a tape has weights
    builder.copy([(source + 3, 17), (other, 5)], target)
    builder.end_tier(1)
    program, arena = _finish(builder)
    arena[source : source + 40], arena[other : other + 5] = np.arange(40), np.arange(100, 105)
    _run(program, arena)
    assert arena[target : target + 17].tolist() == list(range(3, 20))
    assert arena[target + 32 : target + 48].tolist() == [*range(100, 105), *[0] * 11]

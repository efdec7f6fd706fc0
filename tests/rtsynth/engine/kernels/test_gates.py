"""Recurrent cells over many steps, against NumPy in float64; one step of each: `run.test_tape`."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.engine.kernels.packing import padded
from rtsynth.engine.program.builder import TapeBuilder
from tests.rtsynth.engine.kernels.one_section import finished, step
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
    program, arena = finished(builder)
    arena[state : state + hidden] = _normal(hidden)
    h = arena[state : state + hidden].astype(np.float64)
    w_ih, w_hh, b_ih, b_hh = (part.astype(np.float64) for part in weights)
    for _ in range(20):  # errors of one step must not grow over many
        x = _normal(inputs)
        arena[source : source + inputs] = x
        step(program, arena)
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
    program, arena = finished(builder)
    arena[state : state + hidden] = _normal(hidden)
    arena[cell : cell + hidden] = _normal(hidden)
    h = arena[state : state + hidden].astype(np.float64)
    c = arena[cell : cell + hidden].astype(np.float64)
    w_ih, w_hh, b_ih, b_hh = (part.astype(np.float64) for part in weights)
    for _ in range(20):
        x = _normal(inputs)
        arena[source : source + inputs] = x
        step(program, arena)
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
    program, arena = finished(builder)
    arena[source : source + 3], arena[state : state + 20] = _normal(3), _normal(20)
    disturbed = arena.copy()
    disturbed[state + 20 : state + 32] = 1e3
    for voice in (arena, disturbed):
        step(program, voice)
    np.testing.assert_array_equal(arena[state : state + 20], disturbed[state : state + 20])


@pytest.mark.parametrize(("inputs", "hidden", "tolerance"), CELL_SIZES)
def test_gru_reset_before(inputs: int, hidden: int, tolerance: float) -> None:
    weights = _cell_weights(3, inputs, hidden)
    builder = TapeBuilder(0)
    source, state = builder.space(inputs), builder.hidden(hidden)
    builder.begin_tier()
    builder.gru_reset_before(weights, source, state)
    builder.end_tier(1)
    program, arena = finished(builder)
    arena[state : state + hidden] = _normal(hidden)
    h = arena[state : state + hidden].astype(np.float64)
    w_ih, w_hh, b_ih, b_hh = (part.astype(np.float64) for part in weights)
    for _ in range(20):
        x = _normal(inputs)
        arena[source : source + inputs] = x
        step(program, arena)
        h = reset_before_cell(x.astype(np.float64), h, w_ih, w_hh, b_ih, b_hh)
        assert np.max(np.abs(arena[state : state + hidden] - h)) < tolerance

"""Dense layer and GRU cell against NumPy float64, for one table of sizes."""

import numpy as np
import pytest

from rtsynth.engine.kernels import LINEAR, RELU, TANH, gru, linear, pack_gru, pack_linear, padded
from tests.rtsynth.reference import gru_cell

# (inputs, outputs, largest absolute error): weights and inputs are normal, so a sum of K products
# is about sqrt(K) and its rounding error about 6e-8 K
LINEAR_SIZES = [
    (1, 1, 1e-6),
    (2, 16, 1e-6),
    (3, 17, 1e-6),
    (15, 15, 5e-6),
    (16, 64, 5e-6),
    (17, 65, 5e-6),
    (31, 80, 5e-6),
    (33, 127, 1e-5),
    (48, 256, 1e-5),
    (64, 100, 1e-5),
    (100, 257, 2e-5),
]
GRU_SIZES = [
    (1, 1, 1e-6),
    (1, 16, 1e-6),
    (4, 48, 2e-6),
    (5, 20, 2e-6),
    (16, 16, 2e-6),
    (17, 33, 2e-6),
    (48, 48, 2e-6),
    (100, 100, 4e-6),
]
RANDOM = np.random.default_rng(2)
EDGE = 7777.0  # left and right of what a kernel may touch


def _normal(*shape: int) -> np.ndarray:
    return RANDOM.normal(0, 1, shape).astype(np.float32)


@pytest.mark.parametrize(("inputs", "outputs", "tolerance"), LINEAR_SIZES)
@pytest.mark.parametrize("activation", [LINEAR, RELU, TANH])
def test_linear(inputs: int, outputs: int, tolerance: float, activation: int) -> None:
    weight, bias, x = _normal(outputs, inputs), _normal(outputs), _normal(inputs)
    offset = 32
    packed = np.concatenate([np.full(offset, EDGE, np.float32), pack_linear(weight, bias)])
    source, target = 16, 16 + padded(inputs) + 16
    arena = np.full(target + padded(outputs) + 16, EDGE, np.float32)
    arena[source : source + inputs] = x
    before = arena.copy()

    linear(packed, offset, arena, source, inputs, target, padded(outputs), activation)

    exact = (weight.astype(np.float64) * x.astype(np.float64)).sum(axis=1) + bias
    exact = {LINEAR: exact, RELU: np.maximum(exact, 0), TANH: np.tanh(exact)}[activation]
    assert np.max(np.abs(arena[target : target + outputs] - exact)) < tolerance
    # The padding is zero, and nothing else was written.
    assert np.all(arena[target + outputs : target + padded(outputs)] == 0)
    arena[target : target + padded(outputs)] = EDGE
    np.testing.assert_array_equal(arena, before)


def test_linear_without_bias() -> None:
    weight, arena = _normal(16, 3), np.zeros(48, np.float32)
    arena[:3] = 1, 2, 3
    linear(pack_linear(weight, None), 0, arena, 0, 3, 16, 16, LINEAR)
    np.testing.assert_allclose(arena[16:32], weight @ np.array([1.0, 2, 3]), atol=1e-5)


@pytest.mark.parametrize(("inputs", "hidden", "tolerance"), GRU_SIZES)
def test_gru(inputs: int, hidden: int, tolerance: float) -> None:
    w_ih, w_hh = _normal(3 * hidden, inputs), _normal(3 * hidden, hidden)
    b_ih, b_hh = _normal(3 * hidden), _normal(3 * hidden)
    w_ih *= 1 / np.sqrt(inputs)
    w_hh *= 1 / np.sqrt(hidden)
    offset = 16
    packed = np.concatenate([np.full(offset, EDGE, np.float32), pack_gru(w_ih, w_hh, b_ih, b_hh)])
    rows = padded(hidden)
    source, state = 16, 16 + padded(inputs) + 16
    scratch = state + rows + 16
    arena = np.full(scratch + rows + 16, EDGE, np.float32)
    arena[state : state + rows] = 0
    arena[state : state + hidden] = _normal(hidden)
    h = arena[state : state + hidden].astype(np.float64)
    wide = [part.astype(np.float64) for part in (w_ih, w_hh, b_ih, b_hh)]
    for _ in range(20):  # errors of one step must not grow over many
        x = _normal(inputs)
        arena[source : source + inputs] = x
        before = arena.copy()
        gru(packed, offset, arena, source, inputs, state, rows, scratch)
        h = gru_cell(x.astype(np.float64), h, *wide)
        assert np.max(np.abs(arena[state : state + hidden] - h)) < tolerance
        assert np.all(arena[state + hidden : state + rows] == 0)
        for at in (state, scratch):
            before[at : at + rows] = arena[at : at + rows]
        np.testing.assert_array_equal(arena, before)


def test_units_of_the_padding_have_no_influence() -> None:
    inputs, hidden = 3, 20
    shapes = (3 * hidden, inputs), (3 * hidden, hidden), (3 * hidden,), (3 * hidden,)
    packed = pack_gru(*(_normal(*shape) for shape in shapes))
    arena = np.zeros(16 + 32 + 32, np.float32)
    arena[:3], arena[16:36] = _normal(3), _normal(20)
    disturbed = arena.copy()
    disturbed[36:48] = 1e3  # what a random start leaves there
    for state in (arena, disturbed):
        gru(packed, 0, state, 0, inputs, 16, 32, 48)
    np.testing.assert_array_equal(arena[16:36], disturbed[16:36])

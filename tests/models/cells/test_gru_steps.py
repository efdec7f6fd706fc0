"""Activations to float32 rounding, and single steps against their formulas and differences."""

import numba
import numpy as np
import pytest

from rtsynth_models.cells import gru_steps

F32 = np.float32
UNITS = 6


@numba.njit
def tanh_of(x):
    return gru_steps.tanh(x)


@numba.njit
def sigmoid_of(x):
    return gru_steps.sigmoid(x)


def sigma(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def numbers(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype(F32)


@pytest.mark.parametrize("limit", [1e-3, 1.0, 30.0])
def test_activations(limit: float) -> None:
    for x in np.linspace(-limit, limit, 401, dtype=F32):
        assert tanh_of(x) == pytest.approx(np.tanh(np.float64(x)), rel=1e-6, abs=1e-12)
        assert sigmoid_of(x) == pytest.approx(sigma(np.float64(x)), rel=1e-5, abs=3e-7)


def test_activations_stay_in_range() -> None:
    for x in (F32(-1e30), F32(-8), F32(8), F32(1e30)):
        assert abs(tanh_of(x)) == pytest.approx(1, abs=1e-6)
        assert 0 <= sigmoid_of(x) <= 1


def test_pytorchs_step() -> None:
    gate, recurrent, bias_hn = numbers(3 * UNITS), numbers(1, 3 * UNITS)[0], numbers(UNITS)
    before, after, hn = numbers(2, UNITS)[0], np.empty(UNITS, F32), np.empty(UNITS, F32)
    (x_r, x_z, x_n), (h_r, h_z, h_n) = gate.reshape(3, -1).copy(), recurrent.reshape(3, -1)
    gru_steps.forward(gate, recurrent, bias_hn, before, after, hn)
    r, z = sigma(x_r + h_r), sigma(x_z + h_z)
    n = np.tanh(x_n + r * (h_n + bias_hn))
    np.testing.assert_allclose(gate, np.concatenate([r, z, n]), atol=1e-6)
    np.testing.assert_allclose(hn, h_n + bias_hn, atol=1e-6)
    np.testing.assert_allclose(after, (1 - z) * n + z * before, atol=1e-6)


def test_samplernns_step() -> None:
    gate, r_z, r_n = numbers(3 * UNITS), numbers(1, 2 * UNITS)[0], numbers(3, UNITS)[2]
    before, after, reset = numbers(2, UNITS)[1], np.empty(UNITS, F32), np.empty(UNITS, F32)
    (x_r, x_z, x_n), (h_r, h_z) = gate.reshape(3, -1).copy(), r_z.reshape(2, -1)
    gru_steps.reset_forward(gate, r_z, before, reset)
    gru_steps.candidate_forward(gate, r_n, before, after)
    r, z, n = sigma(x_r + h_r), sigma(x_z + h_z), np.tanh(x_n + r_n)
    np.testing.assert_allclose(reset, r * before, atol=1e-6)
    np.testing.assert_allclose(after, (1 - z) * n + z * before, atol=1e-6)


def test_pytorchs_step_backwards() -> None:
    """Against central differences of the loss `out . after`, the matrix left out."""
    gate, recurrent, bias_hn = numbers(3 * UNITS), numbers(1, 3 * UNITS)[0], numbers(UNITS)
    before, out = numbers(2, UNITS)[0], numbers(4, UNITS)[0]

    def loss(gate: np.ndarray, recurrent: np.ndarray, before: np.ndarray) -> float:
        (x_r, x_z, x_n), (h_r, h_z, h_n) = gate.reshape(3, -1), recurrent.reshape(3, -1)
        r, z = sigma(x_r + h_r), sigma(x_z + h_z)
        n = np.tanh(x_n + r * (h_n + bias_hn))
        return float(out @ ((1 - z) * n + z * before))

    at = [part.astype(np.float64) for part in (gate, recurrent, before)]
    expected = []
    for number, part in enumerate(at):
        slopes = np.empty_like(part)
        for j in range(part.size):
            moved = [p.copy() for p in at]
            moved[number][j] += 1e-5
            above = loss(*moved)
            moved[number][j] -= 2e-5
            slopes[j] = (above - loss(*moved)) / 2e-5
        expected.append(slopes)
    after, hn, into_hidden = np.empty(UNITS, F32), np.empty(UNITS, F32), np.empty(3 * UNITS, F32)
    state = np.zeros(UNITS, F32)
    gru_steps.forward(gate, recurrent, bias_hn, before, after, hn)
    gru_steps.backward(gate, before, hn, out, state, into_hidden)
    for found, wanted in zip((gate, into_hidden, state), expected, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5)

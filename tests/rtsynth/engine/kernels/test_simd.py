"""The vector functions against NumPy float64: the errors their docstrings promise."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.engine.kernels import simd
from rtsynth.engine.kernels.jit import jit

RANDOM = np.random.default_rng(1)


@jit()
def _apply_exp(x: Any, y: Any) -> None:
    for i in range(0, x.size, 16):
        simd.store(y, i, simd.exp(simd.load(x, i)))


@jit()
def _apply_sigmoid(x: Any, y: Any) -> None:
    for i in range(0, x.size, 16):
        simd.store(y, i, simd.sigmoid(simd.load(x, i)))


@jit()
def _apply_tanh(x: Any, y: Any) -> None:
    for i in range(0, x.size, 16):
        simd.store(y, i, simd.tanh(simd.load(x, i)))


@jit()
def _apply_relu(x: Any, y: Any) -> None:
    for i in range(0, x.size, 16):
        simd.store(y, i, simd.relu(simd.load(x, i)))


@jit()
def _fold(x: Any) -> Any:
    lanes = simd.load(x, 0)
    return simd.sum_lanes(lanes), simd.max_lanes(lanes)


def _sweep(low: float, high: float) -> NDArray[np.float32]:
    """A dense grid, random points, powers of two and zeros: a whole number of vectors."""
    small = 2.0 ** np.arange(-140, 3)
    points = np.concatenate(
        [np.linspace(low, high, 100_001), RANDOM.uniform(low, high, 20_000), small, -small, [-0.0]]
    )
    points = np.clip(points, low, high).astype(np.float32)
    return np.concatenate([points, np.zeros(-points.size % 16, np.float32)])


def _applied(function: Any, x: NDArray[np.float32]) -> NDArray[np.float64]:
    y = np.full_like(x, np.nan)
    function(x, y)
    return y.astype(np.float64)


def test_exp_is_within_its_relative_error() -> None:
    x = _sweep(-87.0, 88.0)
    exact = np.exp(x.astype(np.float64))
    assert np.max(np.abs(_applied(_apply_exp, x) / exact - 1)) < 2e-7


def test_exp_is_clamped_outside() -> None:
    x = np.array([-1e30, -87.5, -np.inf, 88.5, 1e30, np.inf] + [0.0] * 10, np.float32)
    y = _applied(_apply_exp, x)
    ends = np.exp([-87.0, 88.0])
    np.testing.assert_allclose(y[:6], np.repeat(ends, 3), rtol=2e-7)
    assert np.all(y[6:] == 1.0)  # exactly: the largest probability of a softmax is 1


@pytest.mark.parametrize(
    ("function", "exact", "bound"),
    [
        (_apply_sigmoid, lambda x: np.exp(-np.logaddexp(0, -x)), 1.5e-7),
        (_apply_tanh, np.tanh, 3e-7),
    ],
    ids=["sigmoid", "tanh"],
)
def test_gates_are_within_their_absolute_error(function: Any, exact: Any, bound: float) -> None:
    for reach in (1.0, 10.0, 1e4):
        x = _sweep(-reach, reach)
        assert np.max(np.abs(_applied(function, x) - exact(x.astype(np.float64)))) < bound


def test_gates_stay_in_their_range() -> None:
    x = np.array([-np.inf, np.inf, -1e30, 1e30, -100, 100, -20, 20] * 2, np.float32)
    for function, low in ((_apply_sigmoid, 0.0), (_apply_tanh, -1.0)):
        y = _applied(function, x)
        assert y.min() >= low
        assert y.max() <= 1.0


def test_relu() -> None:
    x = _sweep(-5.0, 5.0)
    np.testing.assert_array_equal(_applied(_apply_relu, x), np.where(x > 0, x, 0))


def test_folds() -> None:
    for _ in range(50):
        x = RANDOM.normal(0, 1, 16).astype(np.float32)
        total, peak = _fold(x)
        assert peak == x.max()
        assert abs(total - x.astype(np.float64).sum()) <= 4 * 6e-8 * np.abs(x).sum()

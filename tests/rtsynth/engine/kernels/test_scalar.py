"""Elementary functions of one number against NumPy and SciPy."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special

from rtsynth.engine.kernels import scalar
from rtsynth.engine.kernels.jit import jit

F64 = NDArray[np.float64]
RANDOM = np.random.default_rng(7)
EPSILON = float(np.finfo(np.float64).eps)
# Wichura (1988): PPND7 has about one part in 10^7, of the quantile itself or near 0 of its slope.
QUANTILE_ERROR = 3e-7


@jit()
def _log(x: Any, out: Any) -> None:
    for i in range(x.size):
        out[i] = scalar.log(x[i])


@jit()
def _exp(x: Any, out: Any) -> None:
    for i in range(x.size):
        out[i] = scalar.exp(x[i])


@jit()
def _softplus(x: Any, beta: Any, out: Any) -> None:
    for i in range(x.size):
        out[i] = scalar.softplus(x[i], beta)


@jit()
def _sine(x: Any, out: Any) -> None:
    for i in range(x.size):
        out[i] = scalar.sine(x[i])


@jit()
def _quantile(u: Any, out: Any) -> None:
    for i in range(u.size):
        out[i] = scalar.normal_quantile(u[i])


def _of(function: Any, x: F64, *more: float) -> F64:
    out = np.empty_like(x)
    function(x, *more, out)
    return out


def test_log() -> None:
    tiny = float(np.finfo(np.float64).tiny)
    x = np.concatenate(
        [
            RANDOM.uniform(0.5, 2.0, 20_000),
            1 + RANDOM.normal(0, 1e-6, 2000),
            np.exp(RANDOM.uniform(-700, 700, 20_000)),
            2.0 ** np.arange(-1022, 1024),
            [1.0, 2.0**-25, 1 - 2.0**-25, np.sqrt(2), tiny, np.finfo(np.float64).max],
        ]
    )
    np.testing.assert_allclose(_of(_log, x), np.log(x), rtol=4 * EPSILON, atol=0)
    assert _of(_log, np.ones(1))[0] == 0.0


def test_exp() -> None:
    x = np.concatenate([RANDOM.uniform(-700, 700, 20_000), RANDOM.normal(0, 1, 20_000), [0.0]])
    np.testing.assert_allclose(_of(_exp, x), np.exp(x), rtol=4 * EPSILON, atol=0)
    assert _of(_exp, np.zeros(1))[0] == 1.0


def test_exp_stops_where_a_double_would_overflow() -> None:
    far = _of(_exp, np.array([-np.inf, -1e9, 1e9, np.inf]))
    np.testing.assert_allclose(far, np.exp([-700.0, -700.0, 700.0, 700.0]), rtol=4 * EPSILON)


@pytest.mark.parametrize("beta", [1e-3, 0.05, 0.5, 1.0, 2.0, 20.0])
def test_softplus(beta: float) -> None:
    x = np.concatenate(
        [RANDOM.normal(0, 3, 5000), RANDOM.uniform(-1e4, 1e4, 1000), [0.0, 1e30, -1e30]]
    )
    exact = np.logaddexp(0.0, beta * x) / beta
    got = _of(_softplus, x, beta)
    # Below 1 - 2^-53 the logarithm's argument is rounded to 1: an absolute error, not a relative.
    np.testing.assert_allclose(got, exact, rtol=8 * EPSILON, atol=2 * EPSILON / beta)
    assert np.all(got >= 0)


def test_quantile() -> None:
    centre = np.arange(1, 2**25, 1001) * 2.0**-25
    tails = np.arange(1, 5000) * 2.0**-25
    u = np.concatenate([centre, tails, 1 - tails])
    exact = special.ndtri(u)
    np.testing.assert_allclose(_of(_quantile, u), exact, rtol=QUANTILE_ERROR, atol=QUANTILE_ERROR)


def test_quantile_is_odd_and_rises() -> None:
    u = np.sort(np.concatenate([np.arange(1, 4000) * 2.0**-25, RANDOM.uniform(1e-4, 0.5, 4000)]))
    low, high = _of(_quantile, u), _of(_quantile, 1 - u)
    np.testing.assert_allclose(low, -high, rtol=0, atol=1e-11)
    assert np.all(np.diff(low[np.diff(u, prepend=0) > 1e-9]) > 0)
    assert _of(_quantile, np.array([0.5]))[0] == 0.0


def test_the_pieces_of_the_quantile_meet() -> None:
    """At |u - 1/2| = 0.425 one rational function takes over from the other."""
    for edge in (0.075, 0.925):
        sides = _of(_quantile, np.array([np.nextafter(edge, 0), np.nextafter(edge, 1)]))
        assert abs(sides[1] - sides[0]) < 2 * QUANTILE_ERROR


def test_the_functions_agree_with_each_other() -> None:
    x = RANDOM.uniform(-30, 30, 5000)
    np.testing.assert_allclose(_of(_log, _of(_exp, x)), x, rtol=4 * EPSILON, atol=4 * EPSILON)
    u = RANDOM.uniform(1e-6, 1 - 1e-6, 5000)
    np.testing.assert_allclose(special.ndtr(_of(_quantile, u)), u, rtol=0, atol=2e-7)


def test_sine() -> None:
    turns = np.concatenate([RANDOM.uniform(-50, 50, 10_000), np.arange(-4, 4.01, 0.25)])
    np.testing.assert_allclose(_of(_sine, turns), np.sin(2 * np.pi * turns), atol=1e-13)
    assert np.array_equal(_of(_sine, np.array([0.0, 0.5, 1.0, -3.0])), np.zeros(4))

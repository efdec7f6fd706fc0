"""Phased LSTM cells against the paper's equations in NumPy float64."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.engine.kernels.packing import padded
from rtsynth.engine.kernels.phased import openness, phased_gates
from tests.rtsynth import reference_tiers

F64 = NDArray[np.float64]
RANDOM = np.random.default_rng(13)
LATE = 16_000 * 3600 * 24  # a day of audio


@pytest.mark.parametrize("first", [0, 1000, LATE])
def test_openness(first: int) -> None:
    """Units of many periods, some that start before and some after their phase."""
    period = RANDOM.uniform(1.5, 300, 64).astype(np.float32)
    phase = RANDOM.uniform(-300, 300, 64).astype(np.float32)
    ratio_on = RANDOM.uniform(0.02, 1.0, 64).astype(np.float32)
    clock = [x.astype(np.float64) for x in (period, phase, ratio_on)]
    for step in range(first, first + 700):
        exact = reference_tiers.openness(step, *clock)
        got = [openness(step, *unit) for unit in zip(period, phase, ratio_on, strict=True)]
        # Where the cycle ends, fmod and a quotient may fall on two sides of it.
        near_end = np.abs(np.fmod(step - clock[1] + 1e-4, clock[0])) < 2e-4
        np.testing.assert_allclose(np.array(got)[~near_end], exact[~near_end], rtol=0, atol=3e-5)


def test_a_unit_opens_and_closes_once_in_its_cycle() -> None:
    unit = (np.float32(100), np.float32(-7), np.float32(0.4))
    k = np.array([openness(step, *unit) for step in range(93, 193)])  # one cycle from its start
    assert k[0] == 0.0
    assert k.argmax() == 20
    assert k[20] == pytest.approx(1.0, abs=1e-6)
    assert np.all(np.diff(k[:21]) > 0)
    assert np.all(np.diff(k[20:40]) < 0)
    np.testing.assert_allclose(k[41:], 0.001 * np.arange(41, 100) / 100, rtol=1e-6)
    again = np.array([openness(step, *unit) for step in range(93 + 1000, 193 + 1000)])
    np.testing.assert_allclose(again, k, atol=1e-6)


def test_before_its_phase_a_gate_is_below_zero() -> None:
    """As in the published code; checkpoints were trained so."""
    unit = (np.float32(10), np.float32(4), np.float32(0.5))
    assert [openness(step, *unit) for step in range(4)] == pytest.approx(
        [2 * (step - 4) / 10 / 0.5 for step in range(4)]
    )
    assert openness(4, *unit) == 0.0


def _run(hidden: int, steps: int, seed: int) -> tuple[F64, F64]:
    """([steps, 2, hidden] of the kernel: state, cell; the same of the equations)."""
    random = np.random.default_rng(seed)
    wide = padded(hidden)
    arena = np.zeros(11 * wide, np.float32)
    x, h = 0, 4 * wide
    cell, state, scratch = 8 * wide, 9 * wide, 10 * wide
    clock = np.ones((3, wide), np.float32)
    clock[:, :hidden] = [random.uniform(*span, hidden) for span in ((2, 30), (-30, 0), (0.1, 1))]
    got, exact = np.empty((steps, 2, hidden)), np.empty((steps, 2, hidden))
    wanted = (np.zeros(hidden), np.zeros(hidden))
    for step in range(steps):
        rows = random.normal(0, 1.5, (2, 4, hidden)).astype(np.float32)
        for at, gates in zip((x, h), rows, strict=True):
            arena[at : at + 4 * wide].reshape(4, wide)[:, :hidden] = gates
        phased_gates(clock.ravel(), 0, arena, x, h, cell, state, wide, scratch, step)
        got[step] = arena[state : state + hidden], arena[cell : cell + hidden]
        k = reference_tiers.openness(step, *clock[:, :hidden].astype(np.float64))
        wanted = reference_tiers.phased_cell(
            rows.astype(np.float64).sum(axis=0).ravel(), *wanted, k
        )
        exact[step] = wanted
        for at in (cell, state):
            assert not arena[at + hidden : at + wide].any()  # what lies beside stays zero
    return got, exact


@pytest.mark.parametrize("hidden", [1, 16, 33, 64])
def test_cells_over_many_steps(hidden: int) -> None:
    got, exact = _run(hidden, 200, hidden)
    np.testing.assert_allclose(got, exact, rtol=0, atol=2e-6)


def test_a_closed_unit_hardly_moves() -> None:
    """Its leak is a thousandth."""
    _, exact = _run(33, 200, 1)
    got, _ = _run(33, 200, 1)
    closed = np.abs(np.diff(exact[:, 1], axis=0)) < 2e-3
    assert 0.2 < closed.mean() < 0.9
    assert np.abs(np.diff(got[:, 1], axis=0))[closed].max() < 2.1e-3

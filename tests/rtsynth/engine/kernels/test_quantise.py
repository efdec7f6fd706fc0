"""Rounding weights: what the small integers stand for, and that knowing the inputs pays."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.engine.kernels.panels import INT4_GROUP
from rtsynth.engine.kernels.quantise import Quantised, quantise, to_bfloat16

F64 = NDArray[np.float64]
LEVELS = {8: (-127, 127), 4: (-8, 7)}


def _weight(rows: int, columns: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0, 0.1, (rows, columns)).astype(np.float32)


def _inputs(count: int, columns: int, mean: float = 0.0) -> F64:
    """Inputs [count, columns] that go together: a few causes behind all of them."""
    random = np.random.default_rng(3)
    causes = random.normal(0, 1, (count, 6)) @ random.normal(0, 1, (6, columns))
    offset = mean * random.normal(0, 1, columns)
    return np.tanh(causes / 3) + 0.05 * random.normal(0, 1, (count, columns)) + offset


def _moments(inputs: F64) -> F64:
    wide = np.column_stack([inputs, np.ones(len(inputs))])
    return wide.T @ wide


def _loss(weight: NDArray[np.float32], small: Quantised, inputs: F64) -> float:
    """Mean squared error of the products."""
    wrong = weight.astype(np.float64) - small.dequantised().astype(np.float64)
    return float(np.mean((inputs @ wrong.T - small.shift) ** 2))


def _levels(small: Quantised) -> NDArray[np.float32]:
    """Steps that a weight is, said once more: bytes of 4-bit codes are multiplied whole."""
    levels = small.codes.astype(np.float32)
    if small.bits == 4:
        for column in range(levels.shape[1]):
            if column % 8 in (4, 5, 6, 7):
                byte = 16 * (small.codes[:, column].astype(int) + 8)
                byte += small.codes[:, column - 4] + 8
                levels[:, column] = byte / 16 - 8
    return levels


@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (3, 31), (48, 128), (20, 200)])
@pytest.mark.parametrize("knowing", [False, True])
def test_codes_and_scales_are_in_range(bits: int, rows: int, columns: int, knowing: bool) -> None:
    weight = _weight(rows, columns)
    group = INT4_GROUP if bits == 4 else columns
    moments = _moments(_inputs(500, columns)) if knowing else None
    small = quantise(weight, bits, group, moments)
    lowest, highest = LEVELS[bits]
    assert small.codes.dtype == np.int8
    assert small.codes.min() >= lowest
    assert small.codes.max() <= highest
    assert small.scales.shape == (rows, -(-columns // group))
    assert small.scales.dtype == small.shift.dtype == np.float32
    if bits == 4:
        # Their lower halves are nothing: bfloat16 numbers.
        assert not np.any(small.scales.view(np.uint32) & 0xFFFF)
    wide = _levels(small) * np.repeat(small.scales, small.group, axis=1)[:, :columns]
    np.testing.assert_array_equal(small.dequantised(), wide)


@pytest.mark.parametrize("bits", [8, 4])
def test_unknowing_it_rounds_to_the_nearest_level(bits: int) -> None:
    weight = _weight(20, 96)
    small = quantise(weight, bits, 32)
    scales = np.repeat(np.abs(small.scales), 32, axis=1)
    steps = np.abs(weight - small.dequantised()) / scales
    lowest, highest = LEVELS[bits]
    inside = (small.codes > lowest) & (small.codes < highest)
    assert inside.mean() > 0.8
    assert steps[inside].max() <= 0.5 + 1e-4
    assert not small.shift.any()
    # Not far from the smallest error there is: levels a uniform step apart lose step^2 / 12.
    assert np.mean(steps[inside] ** 2) == pytest.approx(1 / 12, rel=0.1)


def test_the_largest_of_a_row_is_127() -> None:
    small = quantise(_weight(30, 50), 8, 50)
    assert np.abs(small.codes).max(axis=1).tolist() == [127] * 30


@pytest.mark.parametrize(("bits", "gain"), [(8, 3.0), (4, 3.0)])
@pytest.mark.parametrize("mean", [0.0, 1.0])
def test_knowing_the_inputs_it_loses_much_less(bits: int, gain: float, mean: float) -> None:
    weight, inputs = _weight(48, 160), _inputs(4000, 160, mean)
    group = INT4_GROUP if bits == 4 else 160
    plain = _loss(weight, quantise(weight, bits, group), inputs)
    knowing = _loss(weight, quantise(weight, bits, group, _moments(inputs)), inputs)
    assert knowing * gain < plain


def test_the_mean_is_made_up_for_exactly() -> None:
    weight, inputs = _weight(48, 160), _inputs(4000, 160, mean=1.0)
    small = quantise(weight, 4, INT4_GROUP, _moments(inputs))
    lost = inputs @ (weight - small.dequantised()).T.astype(np.float64) - small.shift
    assert np.abs(small.shift).max() > 0.01
    assert np.abs(lost.mean(axis=0)).max() < 1e-6


@pytest.mark.parametrize("bits", [8, 4])
def test_only_the_proportions_of_the_moments_count(bits: int) -> None:
    weight, moments = _weight(16, 64), _moments(_inputs(300, 64))
    first, second = (quantise(weight, bits, 32, moments * factor) for factor in (1.0, 1024.0))
    np.testing.assert_array_equal(first.codes, second.codes)


@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("knowing", [False, True])
def test_rows_of_zeros_stay_zeros(bits: int, knowing: bool) -> None:
    weight = _weight(4, 64)
    weight[1] = 0
    weight[2, 32:] = 0  # a group of zeros
    moments = _moments(_inputs(300, 64)) if knowing else None
    small = quantise(weight, bits, 32, moments)
    assert np.all(np.isfinite(small.scales))
    assert bits == 4 or np.all(small.scales != 0)
    assert not small.dequantised()[1].any()
    assert not small.shift[1]
    if not knowing:
        assert not small.dequantised()[2, 32:].any()


@pytest.mark.parametrize("bits", [8, 4])
def test_inputs_that_never_move(bits: int) -> None:
    """Silent ones, constant ones: nothing to weigh errors by, and still good weights."""
    weight = _weight(16, 64)
    for constant in (0.0, 1.0, 0.3):
        small = quantise(weight, bits, 32, _moments(np.full((700, 64), constant)))
        error = weight - small.dequantised()
        plain = weight - quantise(weight, bits, 32).dequantised()
        assert np.sqrt(np.mean(error**2)) < 1.5 * np.sqrt(np.mean(plain**2))
        np.testing.assert_allclose(small.shift, error.sum(axis=1) * constant, atol=1e-6)


def test_bfloat16_is_rounded_to_the_nearest_ties_to_even() -> None:
    step = 2.0**-7  # between 1 and 2
    cases = {
        1.0: 1.0,
        1 + step / 2: 1.0,
        1 + 1.5 * step: 1 + 2 * step,
        1 + 0.51 * step: 1 + step,
        -(1 + 1.5 * step): -(1 + 2 * step),
        3.0e-39: float(np.float32(np.round(3.0e-39 / 2.0**-133) * 2.0**-133)),
        0.0: 0.0,
    }
    given = np.array(list(cases), np.float32)
    np.testing.assert_array_equal(to_bfloat16(given), np.array(list(cases.values()), np.float32))


def test_moments_that_float64_cannot_invert_round_to_the_nearest() -> None:
    random = np.random.default_rng(0)
    weight = random.normal(size=(4, 6)).astype(np.float32)
    moments = np.diag([1e300, 1e-300, 0.0, 1e150, 1.0, 1e-20, 1.0])
    moments[0, 3] = moments[3, 0] = 1e300
    plain = quantise(weight, 8, 6)
    np.testing.assert_array_equal(quantise(weight, 8, 6, moments).codes, plain.codes)

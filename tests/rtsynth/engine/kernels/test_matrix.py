"""The corners of the kernels; the rest is the parity table, `run.test_tape`."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.engine.kernels.matrix import Q_SCALE, Q_SUM, RELU, q_bytes, quantise, quantised_floats
from rtsynth.engine.kernels.packing import padded
from rtsynth.engine.program.builder import TapeBuilder
from tests.rtsynth.engine.kernels.one_section import finished, step

F32 = NDArray[np.float32]

RANDOM = np.random.default_rng(2)


def _normal(*shape: int) -> F32:
    return RANDOM.normal(0, 1, shape).astype(np.float32)


def test_a_matrix_without_bias() -> None:
    builder = TapeBuilder(0)
    builder.hidden(1)
    source, target = builder.space(3), builder.space(16)
    weight = _normal(16, 3)
    builder.begin_tier()
    builder.linear(weight, None, source, target, RELU)
    builder.end_tier(1)
    program, arena = finished(builder)
    arena[source : source + 3] = 1, 2, 3
    step(program, arena)
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


def test_vectors_are_laid_one_behind_the_other() -> None:
    """From any place, each to whole vectors."""
    builder = TapeBuilder(0)
    source, other, target = builder.space(40), builder.space(5), builder.space(48)
    builder.hidden(1)
    builder.begin_tier()
    builder.linear(_normal(1, 1), None, other, builder.space(1))  # a tape has weights
    builder.copy([(source + 3, 17), (other, 5)], target)
    builder.end_tier(1)
    program, arena = finished(builder)
    arena[source : source + 40], arena[other : other + 5] = np.arange(40), np.arange(100, 105)
    step(program, arena)
    assert arena[target : target + 17].tolist() == list(range(3, 20))
    assert arena[target + 32 : target + 48].tolist() == [*range(100, 105), *[0] * 11]

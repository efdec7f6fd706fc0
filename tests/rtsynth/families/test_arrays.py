"""Weights on their way to the tape keep their numbers."""

import numpy as np

from rtsynth.families.arrays import f32, f64


def test_types_and_order() -> None:
    turned = np.arange(6, dtype=np.float16).reshape(2, 3).T
    exact, stored = f64(turned), f32(turned)
    assert (exact.dtype, stored.dtype) == (np.float64, np.float32)
    assert stored.flags.c_contiguous
    np.testing.assert_array_equal(exact, turned)
    np.testing.assert_array_equal(stored, turned)


def test_what_fits_is_not_copied() -> None:
    weights = np.ones((2, 3), np.float32)
    assert f32(weights) is weights

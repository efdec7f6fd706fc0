"""Weights on their way to the tape: exact while they are folded, float32 when they are stored."""

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]


def f64(tensor: np.ndarray) -> F64:
    """To compute with."""
    return np.asarray(tensor, np.float64)


def f32(tensor: np.ndarray) -> F32:
    """To store."""
    return np.ascontiguousarray(tensor, np.float32)

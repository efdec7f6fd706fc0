"""The gates of recurrent cells in NumPy float64, given both matrices' results."""

import numpy as np
from numpy.typing import NDArray

from tests.rtsynth.reference import logistic

F64 = NDArray[np.float64]


def gru_gates(x: F64, h: F64, state: F64) -> F64:
    """The new state [..., hidden]; x, h [..., 3 hidden] are both matrices' results."""
    from_input, from_state = np.split(x, 3, axis=-1), np.split(h, 3, axis=-1)
    reset = logistic(from_input[0] + from_state[0])
    update = logistic(from_input[1] + from_state[1])
    new = np.tanh(from_input[2] + reset * from_state[2])
    return new + update * (state - new)


def lstm_gates(x: F64, h: F64, cell: F64) -> tuple[F64, F64]:
    """(cell, state) after one step of PyTorch's `nn.LSTM`: gate order input, forget, cell, out."""
    gates = np.split(x + h, 4, axis=-1)
    cell = logistic(gates[1]) * cell + logistic(gates[0]) * np.tanh(gates[2])
    return cell, logistic(gates[3]) * np.tanh(cell)

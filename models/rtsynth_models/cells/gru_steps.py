"""What compiled GRU layers share: how they are compiled, and one row's gates, forward and back.

PyTorch's gates r, z, n (Cho et al. 2014 as in torch.nn.GRU):

    r = sigmoid(x_r + h_r)   z = sigmoid(x_z + h_z)   n = tanh(x_n + r h_n)
    h' = (1 - z) n + z h
"""

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from rtsynth.engine.kernels.jit import in_own_cache

JIT: dict[str, Any] = {
    "nogil": True,
    "fastmath": {"contract", "nsz", "arcp", "afn"},
    "cache": True,
    "error_model": "numpy",
}


def trainer_jit(**overrides: Any) -> Callable[[Callable[..., Any]], Any]:
    """`numba.njit` for training: what it compiles may round differently, and is kept in our cache,
    which there is even where this package's folder cannot be written to.
    """
    return in_own_cache(numba.njit(**JIT | overrides))


@trainer_jit(inline="always")
def tanh(x):
    # A ratio of polynomials good to a few float32 roundings on |x| < 7.9, beyond which tanh
    # is 1 in float32; plain arithmetic, so the loops around it vectorise (libm's would not).
    x = min(max(x, np.float32(-7.90531110763549805)), np.float32(7.90531110763549805))
    s = x * x
    p = np.float32(-2.76076847742355e-16)
    p = p * s + np.float32(2.00018790482477e-13)
    p = p * s + np.float32(-8.60467152213735e-11)
    p = p * s + np.float32(5.12229709037114e-08)
    p = p * s + np.float32(1.48572235717979e-05)
    p = p * s + np.float32(6.37261928875436e-04)
    p = p * s + np.float32(4.89352455891786e-03)
    q = np.float32(1.19825839466702e-06)
    q = q * s + np.float32(1.18534705686654e-04)
    q = q * s + np.float32(2.26843463243900e-03)
    q = q * s + np.float32(4.89352518554385e-03)
    return x * p / q


@trainer_jit(inline="always")
def sigmoid(x):
    half = np.float32(0.5)
    return half + half * tanh(half * x)


@trainer_jit()
def gates_forward(gate, seen, bias_hn, before, after, hn):
    """One step of one row.

    `gate` [3H] holds the input's part (all biases but b_hn in it) and is left holding r, z, n;
    `seen` [3H] is the product of the state `before` [H] with the recurrent matrix; `after` [H]
    receives the new state and `hn` [H] h_n.
    """
    units = before.size
    one = np.float32(1)
    for j in range(2 * units):
        gate[j] = sigmoid(gate[j] + seen[j])
    for j in range(units):
        hn[j] = seen[2 * units + j] + bias_hn[j]
        new = tanh(gate[2 * units + j] + gate[j] * hn[j])
        gate[2 * units + j] = new
        z = gate[units + j]
        after[j] = (one - z) * new + z * before[j]


@trainer_jit()
def gates_backward(gate, before, hn, out, state, back):
    """One step of one row, backwards.

    `gate` (r, z, n) is overwritten with the gradient of the input's part, `back` [3H] receives
    that of the hidden part. `out` [H] is the gradient of what was put out, `state` [H] that of
    the state after the step, and is left holding what reaches the state before it past the matrix.
    """
    units = before.size
    one = np.float32(1)
    for j in range(units):
        r, z, n = gate[j], gate[units + j], gate[2 * units + j]
        d = state[j] + out[j]
        dn = d * (one - z) * (one - n * n)
        dz = d * (before[j] - n) * z * (one - z)
        dr = dn * hn[j] * r * (one - r)
        gate[j], gate[units + j], gate[2 * units + j] = dr, dz, dn
        back[j], back[units + j], back[2 * units + j] = dr, dz, dn * r
        state[j] = d * z

"""The gates of recurrent cells, after their matrices."""

import numpy as np

from rtsynth.engine.kernels import simd
from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.simd import LANES


@jit()
def gru_gates(arena, from_input, from_state, state, hidden):
    """The state of a GRU cell after its two matrices: arena[state : state + hidden] moves on.

    r = s(x_r + h_r), z = s(x_z + h_z), n = tanh(x_n + r h_n), h' = (1 - z) n + z h, where x and h
    are W x + b of the input and of the state, gates in the order r, z, n (PyTorch's `nn.GRU`).
    """
    one = simd.splat(np.float32(1.0))
    for unit in range(0, hidden, LANES):
        x, h = from_input + unit, from_state + unit
        r = simd.sigmoid(simd.add(simd.load(arena, x), simd.load(arena, h)))
        x, h = x + hidden, h + hidden
        z = simd.sigmoid(simd.add(simd.load(arena, x), simd.load(arena, h)))
        x, h = x + hidden, h + hidden
        n = simd.tanh(simd.fma(r, simd.load(arena, h), simd.load(arena, x)))
        old = simd.load(arena, state + unit)
        simd.store(arena, state + unit, simd.fma(z, old, simd.mul(simd.sub(one, z), n)))


@jit()
def gru_reset(arena, from_input, from_state, state, target, hidden):
    """The input of a GRU's candidate where the reset comes before its matrix: target = r h.

    r = s(x_r + h_r); gates lie in the order r, z.
    """
    for unit in range(0, hidden, LANES):
        x, h = simd.load(arena, from_input + unit), simd.load(arena, from_state + unit)
        r = simd.sigmoid(simd.add(x, h))
        simd.store(arena, target + unit, simd.mul(r, simd.load(arena, state + unit)))


@jit()
def gru_move(arena, from_input, from_state, candidate, state, hidden):
    """The state of such a cell moves on: n = tanh(x_n + W r h), h' = (1 - z) n + z h.

    z = s(x_z + h_z). (SampleRNN's, with z for 1 - z: Mehri et al. 2016.)
    """
    one = simd.splat(np.float32(1.0))
    for unit in range(0, hidden, LANES):
        x, h = from_input + hidden + unit, from_state + hidden + unit
        z = simd.sigmoid(simd.add(simd.load(arena, x), simd.load(arena, h)))
        n = simd.load(arena, x + hidden)
        n = simd.tanh(simd.add(n, simd.load(arena, candidate + unit)))
        old = simd.load(arena, state + unit)
        simd.store(arena, state + unit, simd.fma(z, old, simd.mul(simd.sub(one, z), n)))


@jit()
def lstm_gates(arena, from_input, from_state, cell, state, hidden):
    """The state of an LSTM cell after its two matrices.

    i, f, o = s(.), g = tanh(.) of x + h; c' = f c + i g; h' = o tanh(c'), gates in the order
    i, f, g, o (PyTorch's `nn.LSTM`).
    """
    for unit in range(0, hidden, LANES):
        x, h = from_input + unit, from_state + unit
        i = simd.sigmoid(simd.add(simd.load(arena, x), simd.load(arena, h)))
        x, h = x + hidden, h + hidden
        f = simd.sigmoid(simd.add(simd.load(arena, x), simd.load(arena, h)))
        x, h = x + hidden, h + hidden
        g = simd.tanh(simd.add(simd.load(arena, x), simd.load(arena, h)))
        x, h = x + hidden, h + hidden
        o = simd.sigmoid(simd.add(simd.load(arena, x), simd.load(arena, h)))
        c = simd.fma(f, simd.load(arena, cell + unit), simd.mul(i, g))
        simd.store(arena, cell + unit, c)
        simd.store(arena, state + unit, simd.mul(o, simd.tanh(c)))

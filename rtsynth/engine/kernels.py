"""The matrix kernels: dense layer and GRU cell, over weights packed in panels of 16 outputs.

Vectors live in one float32 arena and are padded to whole panels with zero weights, so that no
kernel has a remainder loop. Accumulation runs over the inputs in order with fused multiply-adds:
the result is fixed to the bit.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine import simd
from rtsynth.engine.jit import jit
from rtsynth.engine.simd import LANES

F32 = NDArray[np.float32]

LINEAR, RELU, TANH = 0, 1, 2  # activations of a dense layer
WIDE = 4  # panels accumulated together: hides the latency of the multiply-add


def padded(size: int) -> int:
    """`size` rounded up to whole vectors."""
    return -(-size // LANES) * LANES


def pack_linear(weight: NDArray[Any], bias: NDArray[Any] | None) -> F32:
    """Pack `weight` [M, K] and `bias` [M] for `linear`: bias, then groups of panels.

    A group of G panels is [K][G * 16]; all groups have 4 panels but the last, which has the rest.
    """
    outputs, inputs = weight.shape
    rows = padded(outputs)
    full = np.zeros((rows, inputs), np.float32)
    full[:outputs] = weight
    start = np.zeros(rows, np.float32)
    if bias is not None:
        start[:outputs] = bias
    group = WIDE * LANES
    wide_rows = rows // group * group
    parts = [start]
    parts += [full[row : row + group].T.ravel() for row in range(0, wide_rows, group)]
    parts += [full[row : row + LANES].T.ravel() for row in range(wide_rows, rows, LANES)]
    return np.concatenate(parts)


def pack_gru(weight_ih: F32, weight_hh: F32, bias_ih: F32, bias_hh: F32) -> F32:
    """Pack a GRU cell (PyTorch's gate order r, z, n; weights [3H, K], [3H, H]) for `gru`.

    For each block of 16 units: biases [4][16] (r, z, n of the input, n of the state), the
    input's weights [K][3][16], the state's weights [H padded][3][16].
    """
    hidden = weight_hh.shape[1]
    rows = padded(hidden)
    weight_hh = np.pad(weight_hh, ((0, 0), (0, rows - hidden)))

    def gates(matrix: F32) -> F32:
        full = np.zeros((3, rows, *matrix.shape[1:]), np.float32)
        full[:, :hidden] = matrix.reshape(3, hidden, *matrix.shape[1:])
        return full

    input_part, state_part = gates(weight_ih), gates(weight_hh)
    input_bias, state_bias = gates(bias_ih), gates(bias_hh)
    blocks = []
    for start in range(0, rows, LANES):
        units = slice(start, start + LANES)
        blocks += [
            (input_bias[0, units] + state_bias[0, units]),
            (input_bias[1, units] + state_bias[1, units]),
            input_bias[2, units],
            state_bias[2, units],
            input_part[:, units].transpose(2, 0, 1).ravel(),
            state_part[:, units].transpose(2, 0, 1).ravel(),
        ]
    return np.concatenate(blocks).astype(np.float32)


@jit(forceinline=True)
def activate(value, activation):
    """The activation of a dense layer on one vector."""
    if activation == RELU:
        return simd.relu(value)
    if activation == TANH:
        return simd.tanh(value)
    return value


@jit()
def linear(weights, offset, arena, source, inputs, target, outputs, activation):
    """arena[target : target + outputs] = activation(W arena[source : source + inputs] + b).

    `outputs` is a multiple of 16; `offset` is where `pack_linear` put W and b in `weights`.
    """
    bias = offset
    panel = offset + outputs
    row = 0
    while row + WIDE * LANES <= outputs:
        a0 = simd.load(weights, bias + row)
        a1 = simd.load(weights, bias + row + LANES)
        a2 = simd.load(weights, bias + row + 2 * LANES)
        a3 = simd.load(weights, bias + row + 3 * LANES)
        for k in range(inputs):
            x = simd.splat(arena[source + k])
            a0 = simd.fma(simd.load(weights, panel), x, a0)
            a1 = simd.fma(simd.load(weights, panel + LANES), x, a1)
            a2 = simd.fma(simd.load(weights, panel + 2 * LANES), x, a2)
            a3 = simd.fma(simd.load(weights, panel + 3 * LANES), x, a3)
            panel += WIDE * LANES
        simd.store(arena, target + row, activate(a0, activation))
        simd.store(arena, target + row + LANES, activate(a1, activation))
        simd.store(arena, target + row + 2 * LANES, activate(a2, activation))
        simd.store(arena, target + row + 3 * LANES, activate(a3, activation))
        row += WIDE * LANES
    while row < outputs:
        a0 = simd.load(weights, bias + row)
        for k in range(inputs):
            a0 = simd.fma(simd.load(weights, panel), simd.splat(arena[source + k]), a0)
            panel += LANES
        simd.store(arena, target + row, activate(a0, activation))
        row += LANES


@jit()
def gru(weights, offset, arena, source, inputs, state, hidden, scratch):
    """One step of a GRU cell: arena[state : state + hidden] is replaced by the new state.

    r = s(W_ir x + b_ir + W_hr h + b_hr), z likewise, n = tanh(W_in x + b_in + r (W_hn h + b_hn)),
    h' = (1 - z) n + z h (PyTorch's `nn.GRU`). `hidden` is a multiple of 16; `scratch` is room for
    `hidden` floats, because every unit needs the old state of all others.
    """
    panel = offset
    one = simd.splat(np.float32(1.0))
    for unit in range(0, hidden, LANES):
        r = simd.load(weights, panel)
        z = simd.load(weights, panel + LANES)
        n = simd.load(weights, panel + 2 * LANES)
        m = simd.load(weights, panel + 3 * LANES)
        panel += 4 * LANES
        for k in range(inputs):
            x = simd.splat(arena[source + k])
            r = simd.fma(simd.load(weights, panel), x, r)
            z = simd.fma(simd.load(weights, panel + LANES), x, z)
            n = simd.fma(simd.load(weights, panel + 2 * LANES), x, n)
            panel += 3 * LANES
        for k in range(hidden):
            h = simd.splat(arena[state + k])
            r = simd.fma(simd.load(weights, panel), h, r)
            z = simd.fma(simd.load(weights, panel + LANES), h, z)
            m = simd.fma(simd.load(weights, panel + 2 * LANES), h, m)
            panel += 3 * LANES
        z = simd.sigmoid(z)
        n = simd.tanh(simd.fma(simd.sigmoid(r), m, n))
        old = simd.load(arena, state + unit)
        simd.store(arena, scratch + unit, simd.fma(z, old, simd.mul(simd.sub(one, z), n)))
    for unit in range(0, hidden, LANES):
        simd.store(arena, state + unit, simd.load(arena, scratch + unit))

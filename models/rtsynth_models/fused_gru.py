"""`torch.nn.GRU` on a CPU, with each layer's time loop as one compiled kernel.

PyTorch steps a GRU on a CPU with about fifteen small operations a step and layer, and their
overhead outweighs the arithmetic of a 48-unit network. Here the steps of a whole chunk
are one Numba function: a BLAS product and one fused pass over the gates. Weights, results
and gradients are nn.GRU's own to float32 rounding; the module stays an nn.GRU.

Per layer and step (PyTorch's gates r, z, n; Cho et al. 2014 as in torch.nn.GRU):

    r = sigmoid(x_r + h_r)   z = sigmoid(x_z + h_z)   n = tanh(x_n + r h_n)
    h' = (1 - z) n + z h
"""

from typing import Any

import numba
import numpy as np
import torch
from torch import Tensor, nn

_JIT = {
    "nogil": True,
    "fastmath": {"contract", "nsz", "arcp", "afn"},
    "cache": True,
    "error_model": "numpy",
}


@numba.njit(inline="always", **_JIT)
def _tanh(x):
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


@numba.njit(inline="always", **_JIT)
def _sigmoid(x):
    half = np.float32(0.5)
    return half + half * _tanh(half * x)


@numba.njit(**_JIT)
def _forward(gates, bias_hn, weight_hh_t, hidden, candidate):
    """Step one layer through time.

    `gates` [T, B, 3H] holds the input's part (all biases but b_hn in it) and is left holding
    r, z, n; `hidden` [T + 1, B, H] has the initial state in row 0; `candidate` [T, B, H]
    receives h_n.
    """
    steps, batch, width = gates.shape
    units = width // 3
    product = np.empty((batch, width), np.float32)
    one = np.float32(1)
    for t in range(steps):
        np.dot(hidden[t], weight_hh_t, product)
        for b in range(batch):
            gate, seen = gates[t, b], product[b]
            before, after, hn = hidden[t, b], hidden[t + 1, b], candidate[t, b]
            for j in range(units):
                gate[j] = _sigmoid(gate[j] + seen[j])
            for j in range(units):
                gate[units + j] = _sigmoid(gate[units + j] + seen[units + j])
            for j in range(units):
                hn[j] = seen[2 * units + j] + bias_hn[j]
                new = _tanh(gate[2 * units + j] + gate[j] * hn[j])
                gate[2 * units + j] = new
                z = gate[units + j]
                after[j] = (one - z) * new + z * before[j]


@numba.njit(**_JIT)
def _backward(gates, hidden, candidate, weight_hh, grad_out, grad_state, grad_hidden):
    """Walk back through time.

    `gates` (r, z, n) is overwritten with the gradient of the input's part; `grad_hidden`
    [T, B, 3H] receives that of the hidden part; `grad_state` [B, H] has the gradient of the
    last state on entry and of the initial state on return. `grad_out` is [T, B, H].
    """
    steps, batch, width = gates.shape
    units = width // 3
    through = np.empty((batch, units), np.float32)
    one = np.float32(1)
    for t in range(steps - 1, -1, -1):
        for b in range(batch):
            gate, back, state = gates[t, b], grad_hidden[t, b], grad_state[b]
            before, hn, out = hidden[t, b], candidate[t, b], grad_out[t, b]
            for j in range(units):
                r, z, n = gate[j], gate[units + j], gate[2 * units + j]
                d = state[j] + out[j]
                dn = d * (one - z) * (one - n * n)
                dz = d * (before[j] - n) * z * (one - z)
                dr = dn * hn[j] * r * (one - r)
                gate[j], gate[units + j], gate[2 * units + j] = dr, dz, dn
                back[j], back[units + j], back[2 * units + j] = dr, dz, dn * r
                state[j] = d * z
        np.dot(grad_hidden[t], weight_hh, through)
        for b in range(batch):
            for j in range(units):
                grad_state[b, j] += through[b, j]


class _Layer(torch.autograd.Function):
    """One layer over a whole chunk: (x, h0, four weights) -> (outputs, last state)."""

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        h0: Tensor,
        weight_ih: Tensor,
        weight_hh: Tensor,
        bias_ih: Tensor,
        bias_hh: Tensor,
    ) -> tuple[Tensor, Tensor]:
        steps, batch, inputs = x.shape
        units = weight_hh.shape[1]
        bias = bias_ih.clone()
        bias[: 2 * units] += bias_hh[: 2 * units]
        flat = x.reshape(-1, inputs)
        gates = torch.addmm(bias, flat, weight_ih.t()).view(steps, batch, 3 * units)
        hidden = torch.empty(steps + 1, batch, units)
        hidden[0] = h0
        candidate = torch.empty(steps, batch, units)
        _forward(
            gates.numpy(),
            bias_hh[2 * units :].numpy(),
            weight_hh.t().contiguous().numpy(),
            hidden.numpy(),
            candidate.numpy(),
        )
        ctx.save_for_backward(flat, weight_ih, weight_hh)
        ctx.kept = (gates, hidden, candidate)
        return hidden[1:].clone(), hidden[-1].clone()

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        grad_out, grad_last = grads
        flat, weight_ih, weight_hh = ctx.saved_tensors
        gates, hidden, candidate = ctx.kept
        ctx.kept = None  # overwritten below: good for one backward pass
        steps, batch, width = gates.shape
        units = width // 3
        grad_state = grad_last.clone().contiguous()
        grad_hidden = torch.empty(steps, batch, width)
        _backward(
            gates.numpy(),
            hidden.numpy(),
            candidate.numpy(),
            weight_hh.contiguous().numpy(),
            grad_out.contiguous().numpy(),
            grad_state.numpy(),
            grad_hidden.numpy(),
        )
        into_input, into_hidden = gates.view(-1, width), grad_hidden.view(-1, width)
        grad_x = (into_input @ weight_ih).view(steps, batch, -1)
        return (
            grad_x,
            grad_state,
            into_input.t() @ flat,
            into_hidden.t() @ hidden[:-1].reshape(-1, units),
            into_input.sum(0),
            into_hidden.sum(0),
        )


def fused_gru(gru: nn.GRU, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
    """What `gru(x, state)` gives for a time-major nn.GRU on a CPU in float32: outputs
    [T, B, H] and last states [layers, B, H]; differentiable, dropout between layers included.
    """
    last = []
    for layer in range(gru.num_layers):
        weights = [
            getattr(gru, f"{kind}_l{layer}")
            for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        ]
        if layer and gru.dropout:
            x = nn.functional.dropout(x, gru.dropout, gru.training)
        x, final = _Layer.apply(x, state[layer], *weights)
        last.append(final)
    return x, torch.stack(last)

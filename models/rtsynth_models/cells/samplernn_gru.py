"""The original SampleRNN's GRU on a CPU, a whole chunk as one compiled kernel.

As `rtsynth_models.cells.fused_gru`, but the reset gate comes before the matrix, so that a step
takes two products: one for the gates, then one of the reset state for the candidate.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from rtsynth_models.cells.gru_steps import sigmoid, tanh, trainer_jit


@trainer_jit()
def _forward(gates, weight_rz_t, weight_n_t, hidden, reset):
    """Step one layer through time.

    `gates` [T, B, 3H] holds the input's part, all biases in it, and is left holding r, z, n;
    `hidden` [T + 1, B, H] has the initial state in row 0; `reset` [T, B, H] receives r h.
    """
    steps, batch, width = gates.shape
    units = width // 3
    product = np.empty((batch, 2 * units), np.float32)
    candidate = np.empty((batch, units), np.float32)
    one = np.float32(1)
    for t in range(steps):
        np.dot(hidden[t], weight_rz_t, product)
        for b in range(batch):
            gate, seen, before, kept = gates[t, b], product[b], hidden[t, b], reset[t, b]
            for j in range(2 * units):
                gate[j] = sigmoid(gate[j] + seen[j])
            for j in range(units):
                kept[j] = gate[j] * before[j]
        np.dot(reset[t], weight_n_t, candidate)
        for b in range(batch):
            gate, seen, before, after = gates[t, b], candidate[b], hidden[t, b], hidden[t + 1, b]
            for j in range(units):
                new = tanh(gate[2 * units + j] + seen[j])
                gate[2 * units + j] = new
                z = gate[units + j]
                after[j] = (one - z) * new + z * before[j]


@trainer_jit()
def _backward(gates, hidden, weight_rz, weight_n, grad_out, grad_state):
    """Walk back through time.

    `gates` (r, z, n) is overwritten with the gradient of what was before them; `grad_state`
    [B, H] has the gradient of the last state on entry and of the initial state on return.
    """
    steps, batch, width = gates.shape
    units = width // 3
    through = np.empty((batch, units), np.float32)
    into_new = np.empty((batch, units), np.float32)
    into_rz = np.empty((batch, 2 * units), np.float32)
    one = np.float32(1)
    for t in range(steps - 1, -1, -1):
        for b in range(batch):
            gate, state, out, before = gates[t, b], grad_state[b], grad_out[t, b], hidden[t, b]
            for j in range(units):
                z, n = gate[units + j], gate[2 * units + j]
                d = state[j] + out[j]
                dn = d * (one - z) * (one - n * n)
                gate[units + j] = d * (before[j] - n) * z * (one - z)
                gate[2 * units + j] = dn
                into_new[b, j] = dn
                state[j] = d * z
        np.dot(into_new, weight_n, through)  # the gradient of r h
        for b in range(batch):
            gate, state, before = gates[t, b], grad_state[b], hidden[t, b]
            for j in range(units):
                r = gate[j]
                state[j] += through[b, j] * r
                gate[j] = through[b, j] * before[j] * r * (one - r)
            for j in range(2 * units):
                into_rz[b, j] = gate[j]
        np.dot(into_rz, weight_rz, through)
        for b in range(batch):
            for j in range(units):
                grad_state[b, j] += through[b, j]


class FusedResetBefore(torch.autograd.Function):
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
        flat = x.reshape(-1, inputs)
        gates = torch.addmm(bias_ih + bias_hh, flat, weight_ih.t()).view(steps, batch, 3 * units)
        hidden, reset = torch.empty(steps + 1, batch, units), torch.empty(steps, batch, units)
        hidden[0] = h0
        _forward(
            gates.numpy(),
            weight_hh[: 2 * units].t().contiguous().numpy(),
            weight_hh[2 * units :].t().contiguous().numpy(),
            hidden.numpy(),
            reset.numpy(),
        )
        ctx.save_for_backward(flat, weight_ih, weight_hh)
        ctx.kept = (gates, hidden, reset)
        return hidden[1:].clone(), hidden[-1].clone()

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        grad_out, grad_last = grads
        flat, weight_ih, weight_hh = ctx.saved_tensors
        gates, hidden, reset = ctx.kept
        ctx.kept = None  # overwritten below: good for one backward pass
        steps, batch, width = gates.shape
        units = width // 3
        grad_state = grad_last.clone().contiguous()
        _backward(
            gates.numpy(),
            hidden.numpy(),
            weight_hh[: 2 * units].contiguous().numpy(),
            weight_hh[2 * units :].contiguous().numpy(),
            grad_out.contiguous().numpy(),
            grad_state.numpy(),
        )
        into = gates.view(-1, width)
        grad_hh = torch.cat(
            [
                into[:, : 2 * units].t() @ hidden[:-1].reshape(-1, units),
                into[:, 2 * units :].t() @ reset.view(-1, units),
            ]
        )
        bias = into.sum(0)
        grad_x = (into @ weight_ih).view(steps, batch, -1)
        return grad_x, grad_state, into.t() @ flat, grad_hh, bias, bias.clone()

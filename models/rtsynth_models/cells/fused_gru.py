"""`torch.nn.GRU` on a CPU, with each layer's time loop as one compiled kernel.

PyTorch steps a GRU on a CPU with about fifteen small operations a step and layer, and their
overhead outweighs the arithmetic of a 48-unit network. Here the steps of a whole chunk
are one Numba function: a BLAS product and one fused pass over the gates. Weights, results
and gradients are nn.GRU's own to float32 rounding; the module stays an nn.GRU.

The gates: `rtsynth_models.cells.gru_steps`.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from rtsynth_models.cells.gru_steps import gates_backward, gates_forward, trainer_jit


@trainer_jit()
def _forward(gates, bias_hn, weight_hh_t, hidden, candidate):
    """Step one layer through time.

    `gates` [T, B, 3H] holds the input's part (all biases but b_hn in it) and is left holding
    r, z, n; `hidden` [T + 1, B, H] has the initial state in row 0; `candidate` [T, B, H]
    receives h_n.
    """
    steps, batch, width = gates.shape
    product = np.empty((batch, width), np.float32)
    for t in range(steps):
        np.dot(hidden[t], weight_hh_t, product)
        for b in range(batch):
            gates_forward(
                gates[t, b], product[b], bias_hn, hidden[t, b], hidden[t + 1, b], candidate[t, b]
            )


@trainer_jit()
def _backward(gates, hidden, candidate, weight_hh, grad_out, grad_state, grad_hidden):
    """Walk back through time.

    `gates` (r, z, n) is overwritten with the gradient of the input's part; `grad_hidden`
    [T, B, 3H] receives that of the hidden part; `grad_state` [B, H] has the gradient of the
    last state on entry and of the initial state on return. `grad_out` is [T, B, H].
    """
    steps, batch, width = gates.shape
    units = width // 3
    through = np.empty((batch, units), np.float32)
    for t in range(steps - 1, -1, -1):
        for b in range(batch):
            gates_backward(
                gates[t, b], hidden[t, b], candidate[t, b], grad_out[t, b], grad_state[b],
                grad_hidden[t, b],
            )  # fmt: skip
        np.dot(grad_hidden[t], weight_hh, through)
        for b in range(batch):
            for j in range(units):
                grad_state[b, j] += through[b, j]


class FusedGru(torch.autograd.Function):
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
        x, final = FusedGru.apply(x, state[layer], *weights)
        last.append(final)
    return x, torch.stack(last)

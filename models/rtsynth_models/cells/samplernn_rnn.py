"""The recurrent layers of a SampleRNN: GRU, the original's GRU, LSTM; with skip connections.

`gru_reset_before` is the GRU of the original SampleRNN, whose reset gate comes before the matrix
(Cho et al. 2014, the first version):

    r = sigmoid(W_r x + U_r h)   z = sigmoid(W_z x + U_z h)   n = tanh(W_n x + U_n (r h))
    h' = (1 - z) n + z h
"""

from typing import NamedTuple

import torch
from torch import Tensor

from rtsynth.families.samplernn.spec import STATES
from rtsynth_models.cells.gru_layer import fusible, gru_layer


class Layer(NamedTuple):
    """Weights of one layer, in PyTorch's orientation and gate order."""

    weight_ih: Tensor
    weight_hh: Tensor
    bias_ih: Tensor
    bias_hh: Tensor


def _gru(x: Tensor, state: Tensor, layer: Layer) -> tuple[Tensor, Tensor]:
    if fusible(x):
        out, last = gru_layer(x, state[0], layer)
        return out, last[None]
    return torch.gru(x, state, list(layer), True, 1, 0.0, True, False, False)


def _gru_reset_before(x: Tensor, state: Tensor, layer: Layer) -> tuple[Tensor, Tensor]:
    if fusible(x):
        out, last = gru_layer(x, state[0], layer, reset_first=True)
        return out, last[None]
    hidden, outs = state[0], []
    units = hidden.shape[-1]
    seen = torch.nn.functional.linear(x, layer.weight_ih, layer.bias_ih + layer.bias_hh)
    for step in seen:
        gates = torch.sigmoid(step[:, : 2 * units] + hidden @ layer.weight_hh[: 2 * units].t())
        r, z = gates.chunk(2, dim=1)
        n = torch.tanh(step[:, 2 * units :] + (r * hidden) @ layer.weight_hh[2 * units :].t())
        hidden = (1 - z) * n + z * hidden
        outs.append(hidden)
    return torch.stack(outs), hidden[None]


def _lstm(x: Tensor, state: Tensor, layer: Layer) -> tuple[Tensor, Tensor]:
    # The state is [c, h], PyTorch's is (h, c).
    start = (state[1:].contiguous(), state[:1].contiguous())
    out, hidden, cell = torch.lstm(x, start, list(layer), True, 1, 0.0, True, False, False)
    return out, torch.cat([cell, hidden])


CELLS = {"gru": _gru, "gru_reset_before": _gru_reset_before, "lstm": _lstm}


def run_stack(
    kind: str, layers: list[Layer], skip: bool, x: Tensor, state: Tensor
) -> tuple[list[Tensor], Tensor]:
    """Every layer's outputs [T, B, H] for inputs x [T, B, I], and the last state.

    `state` [states, B, H] is per layer h, or c and h of an LSTM. With `skip` every layer above
    the first reads [the output of the layer below, x].
    """
    each, outs, last = STATES[kind], list[Tensor](), list[Tensor]()
    for number, layer in enumerate(layers):
        inputs = x
        if number:
            inputs = torch.cat([outs[-1], x], dim=-1) if skip else outs[-1]
        out, after = CELLS[kind](inputs, state[number * each : (number + 1) * each], layer)
        outs.append(out)
        last.append(after)
    return outs, torch.cat(last)

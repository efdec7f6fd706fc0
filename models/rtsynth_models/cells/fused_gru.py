"""`torch.nn.GRU` on a CPU with compiled layers; the module stays an nn.GRU.

The layers: `rtsynth_models.cells.gru_layer`.
"""

import torch
from torch import Tensor, nn

from rtsynth_models.cells.gru_layer import fusible, gru_layer

__all__ = ["fused_gru", "fusible", "layer_weights"]


def layer_weights(gru: nn.GRU, layer: int) -> list[Tensor]:
    """Weights of one layer: weight_ih, weight_hh, bias_ih, bias_hh."""
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    return [getattr(gru, f"{name}_l{layer}") for name in names]


def fused_gru(gru: nn.GRU, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
    """What `gru(x, state)` gives for a time-major nn.GRU on a CPU in float32: outputs
    [T, B, H] and last states [layers, B, H]; differentiable, dropout between layers included.
    """
    last = []
    for layer in range(gru.num_layers):
        if layer and gru.dropout:
            x = nn.functional.dropout(x, gru.dropout, gru.training)
        x, final = gru_layer(x, state[layer], layer_weights(gru, layer))
        last.append(final)
    return x, torch.stack(last)

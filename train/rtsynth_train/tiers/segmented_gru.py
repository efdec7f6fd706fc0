"""GRU stacks that are run through a chunk in pieces, then back-propagated through in one go.

Scheduled sampling has to stop at every step whose input it must draw first. Without drawn steps a
chunk is one piece. The layers: `rtsynth_models.cells.gru_layer`.
"""

import torch
from torch import Tensor, nn

from rtsynth_models.cells.fused_gru import layer_weights
from rtsynth_models.cells.gru_layer import GruLayer


class Recorder:
    """What GRU stacks do in one chunk of `steps` steps of `batch` rows, on a CPU in float32."""

    def __init__(self, steps: int, batch: int) -> None:
        self._steps, self._batch = steps, batch
        self._layers: dict[nn.GRU, list[GruLayer]] = {}
        self.begin = 0  # the step that the next piece starts with

    def run(self, stack: nn.GRU, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """The next piece of a stack, without gradients: outputs [n, B, H], states [L, B, H]."""
        if stack not in self._layers:
            self._layers[stack] = [
                GruLayer(layer_weights(stack, layer), self._steps, self._batch)
                for layer in range(stack.num_layers)
            ]
        last = []
        for layer, start in zip(self._layers[stack], state, strict=True):
            x, end = layer.run(x, start, self.begin)
            last.append(end)
        return x, torch.stack(last)

    def replay(self, stack: nn.GRU, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """The whole chunk of a stack, which has been run: differentiable by `x` [T, B, H], the
        initial state [L, B, H] and the weights.
        """
        last = []
        for layer, start in zip(self._layers[stack], state, strict=True):
            x, end = layer.outputs(x, start)
            last.append(end)
        return x, torch.stack(last)

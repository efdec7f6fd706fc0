"""GRU layers that are run through a chunk in pieces, then back-propagated through in one go.

Scheduled sampling has to stop at every step whose input it must draw first. `Recorder.run` steps
the layers through one piece after the other and keeps what back-propagation needs of every step;
`Recorder.replay` then is the whole chunk as one differentiable function that has nothing left to
compute. Without drawn steps it is one piece.

The gates are those of `rtsynth_models.cells.gru_steps`, the product of every step
with the recurrent matrix that of `panel_product`.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from rtsynth_models.cells.gru_steps import gates_backward, gates_forward, trainer_jit
from rtsynth_train.tiers.panel_product import pack, product


@trainer_jit()
def _forward(gates, bias_hn, panels, hidden, candidate):
    """Steps of one layer; see `rtsynth_models.cells.fused_gru`.

    `gates` [T, B, 3H] holds the input's part and is left holding r, z, n; `hidden` [T + 1, B, H]
    has the initial state in row 0; `candidate` [T, B, H] receives h_n.
    """
    steps, batch, _ = gates.shape
    seen = np.empty((batch, panels.shape[0] * panels.shape[2]), np.float32)
    for t in range(steps):
        product(hidden[t], panels, seen)
        for b in range(batch):
            gates_forward(
                gates[t, b], seen[b], bias_hn, hidden[t, b], hidden[t + 1, b], candidate[t, b]
            )


@trainer_jit()
def _backward(gates, hidden, candidate, panels, grad_out, grad_state, grad_hidden):
    """Walk back through time; see `rtsynth_models.cells.fused_gru`.

    `gates` is overwritten with the gradient of the input's part, `grad_hidden` [T, B, 3H] receives
    that of the hidden part; `grad_state` [B, H] goes from the last state's to the first one's.
    """
    steps, batch, width = gates.shape
    units = width // 3
    through = np.empty((batch, panels.shape[0] * panels.shape[2]), np.float32)
    for t in range(steps - 1, -1, -1):
        for b in range(batch):
            gates_backward(
                gates[t, b], hidden[t, b], candidate[t, b], grad_out[t, b], grad_state[b],
                grad_hidden[t, b],
            )  # fmt: skip
        product(grad_hidden[t], panels, through)
        for b in range(batch):
            for j in range(units):
                grad_state[b, j] += through[b, j]


class _KeptLayer:
    """One layer's weights and what it did in a chunk of T steps of B rows."""

    def __init__(self, stack: nn.GRU, layer: int, steps: int, batch: int) -> None:
        units = stack.hidden_size
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        self.weights = [getattr(stack, f"{name}_l{layer}") for name in names]
        weight_ih, weight_hh, bias_ih, bias_hh = (weight.detach() for weight in self.weights)
        self.weight_ih, self.weight_hh = weight_ih, weight_hh
        self.bias = bias_ih.clone()
        self.bias[: 2 * units] += bias_hh[: 2 * units]
        self.bias_hn = bias_hh[2 * units :].numpy()
        self.panels = pack(weight_hh.t().numpy())
        self.gates = torch.empty(steps, batch, 3 * units)
        self.hidden = torch.empty(steps + 1, batch, units)
        self.candidate = torch.empty(steps, batch, units)

    def run(self, x: Tensor, state: Tensor, begin: int) -> tuple[Tensor, Tensor]:
        """Steps `begin`, ... of the chunk: outputs [n, B, H] and the last state [B, H]."""
        piece = slice(begin, begin + len(x))
        gates, hidden = self.gates[piece], self.hidden[begin : piece.stop + 1]
        gates.copy_(functional.linear(x, self.weight_ih, self.bias))
        hidden[0] = state
        _forward(
            gates.numpy(), self.bias_hn, self.panels, hidden.numpy(), self.candidate[piece].numpy()
        )
        return hidden[1:], hidden[-1]


class _Replayed(torch.autograd.Function):
    """(x, the four weights) -> outputs [T, B, H] that were computed already."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, kept: _KeptLayer, *weights: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        ctx.kept = kept
        # By way of NumPy, so that autograd takes it for no view of anything.
        return torch.from_numpy(kept.hidden.numpy()[1:])

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        (x,) = ctx.saved_tensors
        kept: _KeptLayer = ctx.kept
        ctx.kept = None  # its gates are overwritten below: good for one backward pass
        steps, batch, width = kept.gates.shape
        grad_hidden = torch.empty(steps, batch, width)
        _backward(
            kept.gates.numpy(),
            kept.hidden.numpy(),
            kept.candidate.numpy(),
            pack(kept.weight_hh.numpy()),
            grads[0].contiguous().numpy(),
            np.zeros((batch, width // 3), np.float32),  # nothing comes from after the chunk
            grad_hidden.numpy(),
        )
        into_input, into_hidden = kept.gates.view(-1, width), grad_hidden.view(-1, width)
        return (
            (into_input @ kept.weight_ih).view(x.shape),
            None,
            into_input.t() @ x.reshape(-1, x.shape[-1]),
            into_hidden.t() @ kept.hidden[:-1].reshape(-1, width // 3),
            into_input.sum(0),
            into_hidden.sum(0),
        )


class Recorder:
    """What GRU stacks do in one chunk of `steps` steps of `batch` rows, on a CPU in float32."""

    def __init__(self, steps: int, batch: int) -> None:
        self._steps, self._batch = steps, batch
        self._kept: dict[nn.GRU, list[_KeptLayer]] = {}
        self.begin = 0  # the step that the next piece starts with

    def run(self, stack: nn.GRU, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """The next piece of a stack, without gradients: outputs [n, B, H], states [L, B, H]."""
        if stack not in self._kept:
            self._kept[stack] = [
                _KeptLayer(stack, layer, self._steps, self._batch)
                for layer in range(stack.num_layers)
            ]
        last = []
        for layer, start in zip(self._kept[stack], state, strict=True):
            x, end = layer.run(x, start, self.begin)
            last.append(end)
        return x, torch.stack(last)

    def replay(self, stack: nn.GRU, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """The whole chunk of a stack, differentiable by `x` [T, B, H] and the weights; the state
        is handed through.
        """
        for layer in self._kept[stack]:
            x = _Replayed.apply(x, layer, *layer.weights)
        return x, state

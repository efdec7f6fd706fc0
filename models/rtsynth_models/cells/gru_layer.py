"""A GRU layer on a CPU: a chunk of time as compiled loops, forward and back.

PyTorch steps a GRU on a CPU with about fifteen small operations a step, whose overhead outweighs
the arithmetic of a small layer. Here the steps of a whole chunk are one Numba function: a product
with the packed recurrent matrix and one fused pass over the gates. Results and gradients are
PyTorch's to float32 rounding.

The steps may also be run in pieces (scheduled sampling has to stop wherever it must draw the next
input): `GruLayer.run` keeps what back-propagation needs of every step, and `GruLayer.outputs` then
is the whole chunk as one differentiable function that has nothing left to compute.

Rows of a batch know nothing of each other, so threads share them out and never wait for each other
within a chunk; results do not depend on the number of threads.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rtsynth_models.cells import gru_steps
from rtsynth_models.cells.jit import trainer_jit
from rtsynth_models.cells.panel_product import BLOCK, pack, product, product_onto
from rtsynth_models.cells.products import outer, own_products, padded
from rtsynth_models.cells.row_threads import over_rows

_NOTHING = np.empty((0, 0), np.float32)
_NO_INPUT = np.empty((0, 0, 0), np.float32)


@trainer_jit()
def _forward(
    reset_first, x, bias, packed_x, gates, bias_hn, packed, packed_n, hidden, kept, first, last
):
    """Step rows `first` .. `last` of a layer through time.

    `gates` [T, B, 3H] holds the input's contribution and is left holding r, z, n; or, where
    `packed_x` is not empty, that is computed here from `x` [T, B, I] and `bias`. `hidden`
    [T + 1, B, H] has the initial state in row 0. PyTorch's GRU: `packed` is the recurrent matrix
    and `kept` [T, B, H] receives h_n. With `reset_first`, SampleRNN's: `packed` is the matrix's
    part for r and z, `packed_n` the one for n, and `kept` receives r h.
    """
    recurrent = np.empty((last - first, packed.shape[1]), np.float32)
    recurrent_n = np.empty((last - first, packed_n.shape[1]), np.float32)
    seen = np.empty((last - first, packed_x.shape[1]), np.float32)
    for t in range(gates.shape[0]):
        if packed_x.size:
            product_onto(bias, x[t, first:last], 0, packed_x, seen)
            for b in range(first, last):
                gate, given = gates[t, b], seen[b - first]
                for j in range(gate.size):
                    gate[j] = given[j]
        product(hidden[t, first:last], 0, packed, recurrent)
        if reset_first:
            for b in range(first, last):
                gru_steps.reset_forward(gates[t, b], recurrent[b - first], hidden[t, b], kept[t, b])
            product(kept[t, first:last], 0, packed_n, recurrent_n)
            for b in range(first, last):
                gru_steps.candidate_forward(
                    gates[t, b], recurrent_n[b - first], hidden[t, b], hidden[t + 1, b]
                )
        else:
            for b in range(first, last):
                gru_steps.forward(
                    gates[t, b], recurrent[b - first], bias_hn, hidden[t, b], hidden[t + 1, b],
                    kept[t, b],
                )  # fmt: skip


@trainer_jit()
def _backward(
    reset_first,
    gates,
    hidden,
    kept,
    packed,
    packed_n,
    packed_x,
    into_out,
    into_state,
    into_hidden,
    into_x,
    first,
    last,
):
    """Walk back through time with rows `first` .. `last`.

    `gates` is overwritten with the gradient of the input's contribution, `into_hidden` [T, B, 3H]
    receives that of the state's (SampleRNN's are the same, and it is not used); `into_state`
    [B, H] goes from the last state's to the first one's. `into_out` is [T, B, H]. `into_x`
    [T, B, I] receives the gradient of the input, where `packed_x` is not empty.
    """
    units = hidden.shape[2]
    through = np.empty((last - first, packed.shape[1]), np.float32)
    for t in range(gates.shape[0] - 1, -1, -1):
        if reset_first:
            for b in range(first, last):
                gru_steps.candidate_backward(
                    gates[t, b], hidden[t, b], into_out[t, b], into_state[b]
                )
            product(gates[t, first:last], 2 * units, packed_n, through)
            for b in range(first, last):
                gru_steps.reset_backward(
                    gates[t, b], hidden[t, b], through[b - first], into_state[b]
                )
            product(gates[t, first:last], 0, packed, through)
        else:
            for b in range(first, last):
                gru_steps.backward(
                    gates[t, b], hidden[t, b], kept[t, b], into_out[t, b], into_state[b],
                    into_hidden[t, b],
                )  # fmt: skip
            product(into_hidden[t, first:last], 0, packed, through)
        for b in range(first, last):
            for j in range(units):
                into_state[b, j] += through[b - first, j]
        if packed_x.size:
            product(gates[t, first:last], 0, packed_x, into_x[t, first:last])


class GruLayer:
    """One layer's weights, and what back-propagation needs of T steps of B rows."""

    def __init__(
        self, weights: Sequence[Tensor], steps: int, batch: int, reset_first: bool = False
    ) -> None:
        """Weights as of torch.nn.GRU: weight_ih, weight_hh, bias_ih, bias_hh."""
        self.weights, self.reset_first = tuple(weights), reset_first
        weight_ih, weight_hh, bias_ih, bias_hh = (weight.detach() for weight in weights)
        units = weight_hh.shape[1]
        self._weight_ih_t, self._bias = weight_ih.t(), bias_ih.clone()
        self._own = own_products(weight_ih)
        folded = 3 * units if reset_first else 2 * units
        self._bias[:folded] += bias_hh[:folded]
        self._bias_hn = bias_hh[2 * units :].numpy()
        self._matrices = self._packed(weight_hh.t(), dim=1)
        self._packed_x = pack(self._weight_ih_t.numpy()) if self._own else _NOTHING
        self._start = padded(self._bias.numpy())
        self.gates = torch.empty(steps, batch, 3 * units)
        self.hidden = torch.empty(steps + 1, batch, units)
        self.kept = torch.empty(steps, batch, units)
        self._flat_gates = self.gates.flatten(0, 1)
        self._arrays = tuple(part.numpy() for part in (self.gates, self.hidden, self.kept))

    def _packed(self, matrix: Tensor, dim: int) -> tuple[np.ndarray, np.ndarray]:
        """The recurrent matrix's part for r and z and the one for n; or all of it and nothing."""
        if not self.reset_first:
            return pack(matrix.numpy()), _NOTHING
        units = min(matrix.shape)
        r_z, n = matrix.split([2 * units, units], dim)
        return pack(r_z.numpy()), pack(n.numpy())

    def _multiply_adds(self, steps: int) -> int:
        _, batch, width = self.gates.shape
        return steps * batch * width * width // 3

    def run(self, x: Tensor, state: Tensor, begin: int = 0) -> tuple[Tensor, Tensor]:
        """Steps `begin`, ... of the chunk: outputs [n, B, H] and the last state [B, H]."""
        steps, batch, inputs = x.shape
        end = begin + steps
        # Slices of arrays rather than of tensors: a piece may be a single step, and these are
        # quicker to make.
        gates, hidden, kept = self._arrays
        if not self._own:
            torch.addmm(
                self._bias, x.reshape(-1, inputs), self._weight_ih_t,
                out=self._flat_gates[begin * batch : end * batch],
            )  # fmt: skip
        self.hidden[begin] = state
        given = x.detach().contiguous().numpy() if self._own else _NO_INPUT
        step_rows = partial(
            _forward, self.reset_first, given, self._start, self._packed_x, gates[begin:end],
            self._bias_hn, *self._matrices, hidden[begin : end + 1], kept[begin:end],
        )  # fmt: skip
        over_rows(step_rows, batch, BLOCK, self._multiply_adds(steps))
        return self.hidden[begin + 1 : end + 1], self.hidden[end]

    def walk_back(
        self, weight_ih: Tensor, weight_hh: Tensor, into_out: Tensor, into_state: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Leave gradients in `gates` and `into_state`; return those of the state's contribution
        [T, B, 3H] and of the input [T, B, I].
        """
        into_hidden = self.gates if self.reset_first else torch.empty_like(self.gates)
        steps, batch, _ = self.gates.shape
        packed_x = pack(weight_ih.detach().numpy()) if self._own else _NOTHING
        into_x = np.empty((steps, batch, packed_x.shape[1]), np.float32)
        walk_rows = partial(
            _backward, self.reset_first, *self._arrays, *self._packed(weight_hh, dim=0), packed_x,
            into_out.contiguous().numpy(), into_state.numpy(), into_hidden.numpy(), into_x,
        )  # fmt: skip
        over_rows(walk_rows, batch, BLOCK, self._multiply_adds(steps))
        inputs = weight_ih.shape[1]
        if not self._own:
            return into_hidden, (self.gates.flatten(0, 1) @ weight_ih).view(steps, batch, inputs)
        return into_hidden, torch.from_numpy(into_x[..., :inputs])

    def into_weight(self, gradient: Tensor, factor: Tensor) -> Tensor:
        """Of a matrix whose product with `factor` [R, C] has the gradient [R, N]: [N, C]."""
        return outer(gradient, factor) if self._own else gradient.t() @ factor

    def outputs(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """Outputs [T, B, H] and the last state [B, H] of the whole chunk, which has been run:
        differentiable by its inputs `x` [T, B, I], its initial state [B, H] and the weights.
        """
        return _Chunk.apply(self, x, state, *self.weights)


class _Chunk(torch.autograd.Function):
    """(layer, x, initial state, four weights) -> outputs and last state, computed already."""

    @staticmethod
    def forward(
        ctx: Any, layer: GruLayer, x: Tensor, state: Tensor, *weights: Tensor
    ) -> tuple[Tensor, Tensor]:
        ctx.save_for_backward(x, *weights)
        ctx.layer = layer
        # By way of NumPy, so that autograd takes it for no view of anything.
        return torch.from_numpy(layer.hidden.numpy()[1:]), layer.hidden[-1].clone()

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        x, weight_ih, weight_hh, _, _ = ctx.saved_tensors
        layer: GruLayer = ctx.layer
        ctx.layer = None  # its gates are overwritten below: good for one backward pass
        units = weight_hh.shape[1]
        into_state = grads[1].clone().contiguous()
        walked, into_x = layer.walk_back(weight_ih, weight_hh, grads[0], into_state)
        into_hidden = walked.flatten(0, 1)
        into_input = layer.gates.flatten(0, 1)
        before = layer.hidden[:-1].flatten(0, 1)
        if layer.reset_first:
            into_r_z, into_n = into_hidden.split([2 * units, units], dim=1)
            into_weight_hh = torch.cat(
                [
                    layer.into_weight(into_r_z, before),
                    layer.into_weight(into_n, layer.kept.flatten(0, 1)),
                ]
            )
        else:
            into_weight_hh = layer.into_weight(into_hidden, before)
        return (
            None,
            into_x,
            into_state,
            layer.into_weight(into_input, x.reshape(-1, x.shape[-1])),
            into_weight_hh,
            into_input.sum(0),
            into_hidden.sum(0),
        )


def fusible(x: Tensor) -> bool:
    """Whether layers of such inputs are computed here: on a CPU, in float32, and not where
    PyTorch's automatic mixed precision is on.
    """
    return (
        x.device.type == "cpu" and x.dtype == torch.float32 and not torch.is_autocast_enabled("cpu")
    )


def gru_layer(
    x: Tensor, state: Tensor, weights: Sequence[Tensor], reset_first: bool = False
) -> tuple[Tensor, Tensor]:
    """One layer over a whole chunk: outputs [T, B, H] and the last state [B, H] of time-major
    inputs [T, B, I] on a CPU in float32; differentiable.
    """
    steps, batch, _ = x.shape
    layer = GruLayer(weights, steps, batch, reset_first)
    with torch.no_grad():
        layer.run(x, state)
    return layer.outputs(x, state)

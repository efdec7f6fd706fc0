"""A step computed by PyTorch, to be traced. See `Ops`."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from rtsynth_models.exports.ops import Array


class TorchOps:
    """Every operation as the function of PyTorch that it is."""

    def constant(self, array: Array) -> Tensor:
        return torch.from_numpy(np.array(array))  # a copy: it outlives the plugin

    def linear(self, x: Tensor, weight: Array, bias: Array | None = None) -> Tensor:
        added = None if bias is None else self.constant(bias)
        return torch.nn.functional.linear(x, self.constant(weight), added)

    def lookup(self, table: Array, codes: Tensor) -> Tensor:
        return torch.nn.functional.embedding(codes, self.constant(table))

    def flat(self, x: Tensor) -> Tensor:
        return x.flatten(1)

    def apart(self, x: Tensor, shape: Sequence[int]) -> Tensor:
        return x.reshape(-1, *shape)

    def add(self, x: Tensor, y: Tensor) -> Tensor:
        return x + y

    def subtract(self, x: Tensor, y: Tensor) -> Tensor:
        return x - y

    def multiply(self, x: Tensor, y: Tensor) -> Tensor:
        return x * y

    def divide(self, x: Tensor, y: Tensor) -> Tensor:
        return x / y

    def remainder(self, x: Tensor, y: Tensor) -> Tensor:
        return torch.fmod(x, y)

    def choose(self, x: Tensor, y: Tensor, below: Tensor, otherwise: Tensor) -> Tensor:
        return torch.where(x < y, below, otherwise)

    def sigmoid(self, x: Tensor) -> Tensor:
        return torch.sigmoid(x)

    def tanh(self, x: Tensor) -> Tensor:
        return torch.tanh(x)

    def relu(self, x: Tensor) -> Tensor:
        return torch.relu(x)

    def absolute(self, x: Tensor) -> Tensor:
        return x.abs()

    def double(self, x: Tensor) -> Tensor:
        return x.double()

    def single(self, x: Tensor) -> Tensor:
        return x.float()

    def join(self, parts: Sequence[Tensor]) -> Tensor:
        return torch.cat(list(parts), dim=-1)

    def columns(self, x: Tensor, start: int, end: int) -> Tensor:
        return x[..., start:end]

    def row(self, x: Tensor, number: int) -> Tensor:
        return x[number]

    def stack(self, parts: Sequence[Tensor], axis: int) -> Tensor:
        return torch.stack(list(parts), dim=axis)

    def gru(self, x: Tensor, hidden: Tensor, weights: Sequence[Array]) -> Tensor:
        return torch.gru_cell(x, hidden, *map(self.constant, weights))

"""The operations that a step of a network is written in, whatever then computes them.

A step is a function of these alone, so what is exported to one format is what is exported to the
other. Vectors are [N, size]: N independent rows. Weights are arrays of the plugin.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

Value = Any  # a tensor of whoever computes
Array = np.ndarray


class Ops(Protocol):
    """What a format has to offer."""

    def constant(self, array: Array) -> Value:
        """A tensor of numbers that are known now, of the array's type."""
        ...

    def linear(self, x: Value, weight: Array, bias: Array | None = None) -> Value:
        """x [N, I] times weight [O, I] transposed, and bias [O]."""
        ...

    def lookup(self, table: Array, codes: Value) -> Value:
        """Rows of table [Q, E] for codes int64 [N, W]: [N, W, E]."""
        ...

    def flat(self, x: Value) -> Value:
        """[N, A, B] as [N, A B]."""
        ...

    def apart(self, x: Value, shape: Sequence[int]) -> Value:
        """[N, ...] as [N, *shape]."""
        ...

    def add(self, x: Value, y: Value) -> Value:
        """Their sum, broadcast."""
        ...

    def subtract(self, x: Value, y: Value) -> Value:
        """x - y, broadcast."""
        ...

    def multiply(self, x: Value, y: Value) -> Value:
        """Their product, broadcast."""
        ...

    def divide(self, x: Value, y: Value) -> Value:
        """x / y, broadcast."""
        ...

    def remainder(self, x: Value, y: Value) -> Value:
        """fmod(x, y), with the sign of x."""
        ...

    def choose(self, x: Value, y: Value, below: Value, otherwise: Value) -> Value:
        """`below` where x < y, else `otherwise`."""
        ...

    def sigmoid(self, x: Value) -> Value:
        """1 / (1 + exp(-x))."""
        ...

    def tanh(self, x: Value) -> Value:
        """The hyperbolic tangent."""
        ...

    def relu(self, x: Value) -> Value:
        """max(0, x)."""
        ...

    def absolute(self, x: Value) -> Value:
        """|x|."""
        ...

    def double(self, x: Value) -> Value:
        """As float64."""
        ...

    def single(self, x: Value) -> Value:
        """As float32."""
        ...

    def join(self, parts: Sequence[Value]) -> Value:
        """Side by side, along the last axis."""
        ...

    def columns(self, x: Value, start: int, end: int) -> Value:
        """x[..., start:end]."""
        ...

    def row(self, x: Value, number: int) -> Value:
        """x[number] of x [S, N, H]."""
        ...

    def stack(self, parts: Sequence[Value], axis: int) -> Value:
        """Along a new axis."""
        ...

    def gru(self, x: Value, hidden: Value, weights: Sequence[Array]) -> Value | None:
        """PyTorch's GRU in one operation; None where a format is given the parts of it."""
        ...

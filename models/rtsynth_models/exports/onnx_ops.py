"""A step written as a graph of ONNX."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper

from rtsynth_models.exports.ops import Array


class OnnxOps:
    """Collects `nodes` and `initializers`; a value is the name of a tensor. See `Ops`."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.initializers: list[TensorProto] = []
        self._known: dict[tuple[Any, ...], tuple[str, Array]] = {}

    def _node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        name = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def constant(self, array: Array) -> str:
        """An initializer; the same array is one."""
        key = (array.__array_interface__["data"][0], array.shape, array.strides, array.dtype.str)
        if key not in self._known:
            name = f"constant_{len(self.initializers)}"
            self.initializers.append(numpy_helper.from_array(np.asarray(array, order="C"), name))
            self._known[key] = (name, array)  # which keeps its memory from becoming another's
        return self._known[key][0]

    def linear(self, x: str, weight: Array, bias: Array | None = None) -> str:
        inputs = [x, self.constant(weight), *([] if bias is None else [self.constant(bias)])]
        return self._node("Gemm", *inputs, transB=1)

    def lookup(self, table: Array, codes: str) -> str:
        return self._node("Gather", self.constant(table), codes, axis=0)

    def flat(self, x: str) -> str:
        return self._node("Flatten", x, axis=1)

    def apart(self, x: str, shape: Sequence[int]) -> str:
        return self._node("Reshape", x, self.constant(np.array([-1, *shape], np.int64)))

    def add(self, x: str, y: str) -> str:
        return self._node("Add", x, y)

    def subtract(self, x: str, y: str) -> str:
        return self._node("Sub", x, y)

    def multiply(self, x: str, y: str) -> str:
        return self._node("Mul", x, y)

    def divide(self, x: str, y: str) -> str:
        return self._node("Div", x, y)

    def remainder(self, x: str, y: str) -> str:
        return self._node("Mod", x, y, fmod=1)

    def choose(self, x: str, y: str, below: str, otherwise: str) -> str:
        return self._node("Where", self._node("Less", x, y), below, otherwise)

    def sigmoid(self, x: str) -> str:
        return self._node("Sigmoid", x)

    def tanh(self, x: str) -> str:
        return self._node("Tanh", x)

    def relu(self, x: str) -> str:
        return self._node("Relu", x)

    def absolute(self, x: str) -> str:
        return self._node("Abs", x)

    def double(self, x: str) -> str:
        return self._node("Cast", x, to=TensorProto.DOUBLE)

    def single(self, x: str) -> str:
        return self._node("Cast", x, to=TensorProto.FLOAT)

    def join(self, parts: Sequence[str]) -> str:
        return self._node("Concat", *parts, axis=-1)

    def columns(self, x: str, start: int, end: int) -> str:
        limits = (self.constant(np.array([number], np.int64)) for number in (start, end, -1))
        return self._node("Slice", x, *limits)

    def row(self, x: str, number: int) -> str:
        return self._node("Gather", x, self.constant(np.array(number, np.int64)), axis=0)

    def stack(self, parts: Sequence[str], axis: int) -> str:
        axes = self.constant(np.array([axis], np.int64))
        return self._node(
            "Concat", *(self._node("Unsqueeze", part, axes) for part in parts), axis=axis
        )

    def gru(self, x: str, hidden: str, weights: Sequence[Array]) -> None:
        """Runtimes differ in theirs."""

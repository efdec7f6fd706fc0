"""What the names in pickles of arrays mean: NumPy's own, of Python 2 and 3, NumPy 1 and 2."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from rtsynth_models.checkpoints.pickles.machine import PickleMachine
from rtsynth_models.checkpoints.pickles.values import (
    Buildable,
    Damaged,
    Global,
    Meanings,
    Placeholder,
    key_of,
)

MOST_AXES = 32
_KINDS = {"f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"}
_ORDERS = ("<", ">", "|", "=")
_SCALARS = {"f": float, "i": int, "u": int, "b": bool}


class PickledType(Buildable):
    """A pickled dtype of numbers: dtype(kind, align, copy), then a state with the byte order."""

    def __init__(self, kind: str) -> None:
        self._kind, self.numpy = kind, np.dtype(kind)

    def build(self, state: Any) -> None:
        order = _text(state[1]) if isinstance(state, tuple) and len(state) >= 2 else None
        if order not in _ORDERS:
            raise Damaged("an array is not of a numeric type")
        self.numpy = np.dtype(f"{order}{self._kind}")


class PickledArray(Buildable):
    """A pickled array; its state is (version, shape, dtype, whether Fortran's order, bytes)."""

    def __init__(self) -> None:
        self._numpy: np.ndarray | None = None

    def build(self, state: Any) -> None:
        match state:
            case (int(), shape, PickledType(numpy=dtype), bool() | int() as fortran, data):
                self._numpy = _array(data, dtype, shape, "F" if fortran else "C")
            case (int(), _, Placeholder(), _, _):  # of objects, texts, records
                self._numpy = None
            case _:
                raise Damaged("an array has no shape, type and numbers")

    def read(self) -> np.ndarray:
        """The array. Raises Damaged where it has no numbers."""
        if self._numpy is None:
            raise Damaged("is not an array of numbers")
        return self._numpy

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return 0 if self._numpy is None else self._numpy.size

    @property
    def nbytes(self) -> int:
        """Of all its numbers."""
        return 0 if self._numpy is None else self._numpy.nbytes


def sizes(values: Any) -> tuple[int, ...]:
    """A shape or strides. Raises Damaged where they are none."""
    if not isinstance(values, tuple | list) or len(values) > MOST_AXES:
        raise Damaged("an array has an invalid shape")
    if any(type(n) is not int or not 0 <= n < 1 << 62 for n in values):
        raise Damaged("an array has a negative or impossible size")
    return tuple(values)


def _text(value: Any) -> str:
    """A short text; Python 2's are bytes."""
    if isinstance(value, bytes) and len(value) < 100:
        return value.decode("latin-1")
    return value if isinstance(value, str) else ""


def _array(data: Any, dtype: np.dtype, shape: Any, order: Any) -> np.ndarray:
    shape = sizes(shape)
    if not isinstance(data, bytes) or len(data) != math.prod(shape) * dtype.itemsize:
        raise Damaged(f"an array {list(shape)} does not match the length of its data")
    flat = np.frombuffer(data, dtype) if data else np.empty(0, dtype)
    return flat.reshape(shape, order="F" if order == "F" else "C")


def _dtype(_machine: PickleMachine, kind: Any, *_unused: Any) -> Any:
    kind = _text(kind)
    if kind in _KINDS:
        return PickledType(kind)
    return Placeholder("numpy.dtype", reason=f"of the type {kind[:20]!r}, not of numbers")


def _reconstruct(_machine: PickleMachine, kind: Any, *_unused: Any) -> Any:
    """An array that its state will fill."""
    if isinstance(kind, Global) and kind.name == "numpy.ndarray":
        return PickledArray()
    return Placeholder("an array of an unknown class")


def _from_buffer(
    _machine: PickleMachine, data: Any, dtype: Any, shape: Any, order: Any, axes: Any = None
) -> Any:
    """numpy.core.numeric._frombuffer: a contiguous array in protocol 5."""
    if not isinstance(dtype, PickledType):
        return Placeholder("numpy.ndarray", reason="an array of something other than numbers")
    order = _text(order)
    if order not in ("C", "F") or axes is not None:
        return Placeholder("numpy.ndarray", reason="an array with its axes in another order")
    array = PickledArray()
    array.build((1, shape, dtype, order == "F", data))
    return array


def _scalar(_machine: PickleMachine, dtype: Any, data: Any = b"") -> Any:
    """A NumPy number becomes one of Python."""
    if not isinstance(dtype, PickledType) or not isinstance(data, bytes):
        return Placeholder("numpy.scalar")
    number = _array(data, dtype.numpy, (), "C")
    return _SCALARS[number.dtype.kind](number[()])


def _encode(machine: PickleMachine, text: Any, encoding: Any = "utf-8", *_unused: Any) -> Any:
    """codecs.encode: how Python 3 writes bytes where the protocol has none."""
    if isinstance(text, str) and encoding in ("latin1", "latin-1"):
        machine.copy(len(text))
        return text.encode("latin-1")
    return Placeholder("codecs.encode")


def _bytes(machine: PickleMachine, data: Any = b"", *encoding: Any) -> Any:
    if isinstance(data, bytes):
        return data
    return _encode(machine, data, *encoding)


def _ordered(machine: PickleMachine, pairs: Any = (), *_unused: Any) -> Any:
    """A table, from another one or (Python 2) from pairs."""
    if isinstance(pairs, dict):
        machine.spend(len(pairs))
        return dict(pairs)
    return dict(_pairs(machine, pairs))


def _pairs(machine: PickleMachine, pairs: Any) -> Iterator[tuple[Any, Any]]:
    if not isinstance(pairs, tuple | list):
        raise Damaged("a table does not consist of pairs of key and value")
    machine.spend(len(pairs))
    for pair in pairs:
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise Damaged("a table does not consist of pairs of key and value")
        yield key_of(pair[0]), pair[1]


def _default(machine: PickleMachine, _factory: Any = None, *pairs: Any) -> Any:
    return _ordered(machine, *pairs)


ARRAYS: Meanings = {
    "collections.OrderedDict": _ordered,
    "collections.Counter": _ordered,
    "collections.defaultdict": _default,
    "_codecs.encode": _encode,
    "builtins.bytes": _bytes,
    "__builtin__.bytes": _bytes,
    "builtins.bytearray": _bytes,
    "__builtin__.bytearray": _bytes,
    "numpy.dtype": _dtype,
    **{
        f"numpy.{core}.{name}": meaning
        for core in ("core", "_core")
        for name, meaning in (
            ("multiarray._reconstruct", _reconstruct),
            ("multiarray.scalar", _scalar),
            ("numeric._frombuffer", _from_buffer),
        )
    },
}

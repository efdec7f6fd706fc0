"""What the names in pickles of torch mean. A tensor is a description of where its numbers lie.

Nothing is read, and no view is made, before an importer asks for a tensor: then its storage is
read, and its offset, shape and strides are checked against the bytes that are really there.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from rtsynth_models.checkpoints.pickles.arrays import ARRAYS, PickledArray, sizes
from rtsynth_models.checkpoints.pickles.machine import PickleMachine
from rtsynth_models.checkpoints.pickles.values import (
    Damaged,
    Global,
    Meanings,
    Placeholder,
    key_of,
)

# torch's name of a type of numbers -> NumPy's; bfloat16 is the upper half of a float32.
BFLOAT16 = "bfloat16"
_TYPES = {
    "float32": "<f4",
    "float64": "<f8",
    "float16": "<f2",
    BFLOAT16: "<u2",
    "int64": "<i8",
    "int32": "<i4",
    "int16": "<i2",
    "int8": "<i1",
    "uint8": "<u1",
    "uint16": "<u2",
    "uint32": "<u4",
    "uint64": "<u8",
    "bool": "?",
}
# Classes of storages, by their names in pickles -> torch's name of the type.
_STORAGES = {
    "FloatStorage": "float32",
    "DoubleStorage": "float64",
    "HalfStorage": "float16",
    "BFloat16Storage": BFLOAT16,
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
}
# Bytes of the numbers of storages that NumPy, or no plain array, has anything for.
_OTHERS = {
    "UntypedStorage": 1,
    "ComplexFloatStorage": 8,
    "ComplexDoubleStorage": 16,
    "QInt8Storage": 1,
    "QUInt8Storage": 1,
    "QUInt4x2Storage": 1,
    "QUInt2x4Storage": 1,
    "QInt32Storage": 4,
}
# What no plain array of numbers can stand for, and what to do about it.
_REFUSED = {
    "_rebuild_sparse_tensor": "a sparse tensor; save it with .to_dense()",
    "_rebuild_sparse_csr_tensor": "a sparse tensor; save it with .to_dense()",
    "_rebuild_qtensor": "a quantised tensor; save it with .dequantize()",
    "_rebuild_meta_tensor_no_storage": "a tensor without data (on the meta device)",
    "_rebuild_nested_tensor": "a nested tensor; save it with .to_padded_tensor()",
    "_rebuild_wrapper_subclass": "a tensor subclass; save a plain tensor",
}


class Storage(NamedTuple):
    """A row of numbers somewhere in the file."""

    key: str
    type: str  # torch's name of the type, or its own where it is none that can be read
    size: int  # in numbers

    @property
    def itemsize(self) -> int:
        """Bytes of a number."""
        return _OTHERS.get(self.type) or np.dtype(_TYPES[self.type]).itemsize

    @property
    def nbytes(self) -> int:
        """Bytes of all of it."""
        return self.size * self.itemsize


# Gives the bytes of a storage.
Numbers = Callable[[Storage], bytes | memoryview]


class StoredTensor(NamedTuple):
    """A tensor of a file. Offset and strides count numbers."""

    storage: Storage
    type: str  # torch's name
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many numbers it has, however often it says the same one."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of all of them."""
        return self.size * np.dtype(_TYPES[self.type]).itemsize

    def read(self, numbers: Numbers) -> np.ndarray:
        """The tensor.

        Raises:
            Damaged: it reaches beyond its storage.
        """
        dtype = np.dtype(_TYPES[self.type])
        if math.prod(self.shape) == 0:
            return np.empty(self.shape, np.float32 if self.type == BFLOAT16 else dtype)
        raw = numbers(self.storage)
        last = self.offset + sum((n - 1) * s for n, s in zip(self.shape, self.strides, strict=True))
        if (last + 1) * dtype.itemsize > len(raw):
            raise Damaged(f"a tensor {list(self.shape)} reaches beyond its storage")
        # NumPy checks the same once more: it does not for a view of an array.
        view: np.ndarray = np.ndarray(
            self.shape,
            dtype,
            raw,
            self.offset * dtype.itemsize,
            tuple(stride * dtype.itemsize for stride in self.strides),
        )
        if self.type == BFLOAT16:
            return (view.astype("<u4") << 16).view("<f4")
        return view.copy()


def _tensor(
    _machine: PickleMachine, storage: Any, offset: Any, shape: Any, strides: Any, *_unused: Any
) -> Any:
    """torch._utils._rebuild_tensor and _rebuild_tensor_v2."""
    return _described(storage, None, offset, shape, strides)


def _tensor_of_type(
    _machine: PickleMachine,
    storage: Any,
    offset: Any,
    shape: Any,
    strides: Any,
    _requires_grad: Any,
    _hooks: Any,
    dtype: Any,
    *_unused: Any,
) -> Any:
    """torch._utils._rebuild_tensor_v3: of a storage of bytes."""
    name = dtype.name.removeprefix("torch.") if isinstance(dtype, Global) else ""
    return _described(storage, name, offset, shape, strides)


def _described(storage: Any, name: str | None, offset: Any, shape: Any, strides: Any) -> Any:
    if not isinstance(storage, Storage):
        raise Damaged("a tensor has no storage")
    name = storage.type if name is None else name
    if name not in _TYPES:
        numbers = name.removesuffix("Storage").lower()[:20]
        return Placeholder("a tensor", reason=f"a tensor of {numbers}; save it as float32")
    (offset,), shape, strides = sizes((offset,)), sizes(shape), sizes(strides)
    if len(shape) != len(strides):
        raise Damaged("a tensor's strides do not match its shape")
    return StoredTensor(storage, name, offset, shape, strides)


def _first(_machine: PickleMachine, data: Any, *_unused: Any) -> Any:
    """A parameter is its tensor; a tensor of a device that was saved as an array is that."""
    return data


def _from_type(machine: PickleMachine, make: Any, _kind: Any, arguments: Any, *_unused: Any) -> Any:
    """torch._tensor._rebuild_from_type_v2: a tensor with attributes."""
    return machine.call(make, arguments)


def _size(_machine: PickleMachine, values: Any = ()) -> Any:
    """torch.Size."""
    return sizes(values)


def _refusal(name: str) -> Callable[..., Any]:
    return lambda _machine, *_unused: Placeholder(f"torch._utils.{name}", reason=_REFUSED[name])


TENSORS: Meanings = {
    **ARRAYS,
    "torch._utils._rebuild_tensor": _tensor,
    "torch._utils._rebuild_tensor_v2": _tensor,
    "torch._utils._rebuild_tensor_v3": _tensor_of_type,
    "torch._utils._rebuild_parameter": _first,
    "torch._utils._rebuild_parameter_with_state": _first,
    "torch._utils._rebuild_device_tensor_from_numpy": _first,
    "torch._utils._rebuild_xla_tensor": _first,
    "torch.nn.parameter.Parameter": _first,
    "torch._tensor._rebuild_from_type_v2": _from_type,
    "torch.Size": _size,
    **{f"torch._utils.{name}": _refusal(name) for name in _REFUSED},
}


def storage_of(identity: Any) -> Storage | Global:
    """What a persistent id means: a storage, or (before 1.6) a network's class, with its source.

    Raises:
        Damaged: it is not that of a storage.
    """
    match identity:
        # Before 1.6 a last entry says what it is a view of.
        case (word, Global(name=kind), key, _, count) | (
            word,
            Global(name=kind),
            key,
            _,
            count,
            None,
        ) if word in ("storage", b"storage"):
            pass
        case (word, Global() as network, _, _) if word in ("module", b"module"):
            return network
        case _:
            raise Damaged("refers to something that is not a storage")
    kind = kind.rpartition(".")[2]
    key = key_of(key)
    if not isinstance(key, str) or (kind not in _STORAGES and kind not in _OTHERS):
        raise Damaged("refers to a storage of an unknown type")
    return Storage(key, _STORAGES.get(kind, kind), *sizes((count,)))


def array_of(value: Any, numbers: Numbers) -> np.ndarray:
    """A tensor or array of a file. Raises Damaged, or with the reason why it cannot be read."""
    if isinstance(value, StoredTensor):
        return value.read(numbers)
    if isinstance(value, PickledArray):
        return value.read()
    raise Damaged(f"is {value}" if isinstance(value, Placeholder) else "is not a tensor")

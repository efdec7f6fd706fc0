"""The pickles in files of `torch.save`, read without torch and without running anything in them.

A pickle is a program that may call any function it names. Here it may name only the few in
`_allowed`, all of them ours; the classes that the caller lists become plain `Record`s; anything
else is refused before it is looked up.
"""

import io
import math
import pickle
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from rtsynth_models.pickle_scan import checked_pickle

_DTYPES = {
    "FloatStorage": "<f4",
    "DoubleStorage": "<f8",
    "HalfStorage": "<f2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "<i1",
    "ByteStorage": "<u1",
    "BoolStorage": "?",
}
# A tensor may say the same number many times over (stride 0), but only so many.
_SHARED_NUMBERS = 1 << 20


class Record:
    """Stands for a pickled instance of a foreign class: its attributes and nothing else."""

    def __init__(self, *arguments: Any) -> None:
        self.arguments = arguments

    def __setstate__(self, state: Any) -> None:
        if not isinstance(state, dict):
            raise pickle.UnpicklingError("the state of an object is not a table of attributes")
        self.fields = state

    fields: dict[str, Any] = {}  # noqa: RUF012 (replaced whole, never changed in place)


class Dtype:
    """The name of a torch storage class, which pickles refer to as if it were a function."""

    def __init__(self, name: str) -> None:
        self.numpy = np.dtype(_DTYPES[name])


def _rebuild_tensor(
    storage: np.ndarray,
    offset: int,
    shape: tuple[int, ...],
    strides: tuple[int, ...],
    *_unused: Any,
) -> np.ndarray:
    """torch._utils._rebuild_tensor_v2, with bounds checked: a copy as a numpy array."""
    numbers = (offset, *shape, *strides)
    if not isinstance(storage, np.ndarray) or len(shape) != len(strides):
        raise pickle.UnpicklingError("a tensor has no storage or no strides")
    if any(not isinstance(n, int) or n < 0 for n in numbers):
        raise pickle.UnpicklingError("a tensor has a negative offset, size or stride")
    if math.prod(shape) > max(storage.size, _SHARED_NUMBERS):
        raise pickle.UnpicklingError(f"a tensor {shape} has more numbers than its storage")
    last = offset + sum((n - 1) * s for n, s in zip(shape, strides, strict=True))
    if 0 not in shape and last >= storage.size:
        raise pickle.UnpicklingError(f"a tensor {shape} reaches beyond its storage")
    if 0 in shape:
        return np.empty(shape, storage.dtype)
    steps = tuple(s * storage.itemsize for s in strides)
    return np.lib.stride_tricks.as_strided(storage[offset:], shape, steps).copy()


def _no_tensor(*_unused: Any) -> None:
    return None


def _rebuild_parameter(data: np.ndarray, *_unused: Any) -> np.ndarray:
    return data


def _allowed() -> dict[tuple[str, str], Any]:
    """What a pickle may name. Made anew for every file: a pickle can set attributes on these."""
    return {
        ("collections", "OrderedDict"): OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): partial(_rebuild_tensor),
        ("torch._utils", "_rebuild_parameter"): partial(_rebuild_parameter),
        **{("torch", name): Dtype(name) for name in _DTYPES},
    }


class Reader(pickle.Unpickler):
    """The restricted unpickler."""

    def __init__(
        self,
        data: bytes,
        storage: Callable[[str, np.dtype, int], np.ndarray],
        records: frozenset[str] = frozenset(),
        with_tensors: bool = True,
    ) -> None:
        """`storage(key, type, count)` gives numbers; without tensors there is none in their place,
        and all that is done is to ask for them.
        """
        super().__init__(io.BytesIO(checked_pickle(data)))
        self._storage, self._records, self._allowed = storage, records, _allowed()
        if not with_tensors:
            self._allowed["torch._utils", "_rebuild_tensor_v2"] = partial(_no_tensor)

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in self._allowed:
            return self._allowed[module, name]
        if f"{module}.{name}" in self._records:
            return Record
        raise pickle.UnpicklingError(f"it wants to call {module}.{name}, which is not allowed")

    def persistent_load(self, pid: Any) -> np.ndarray:
        match pid:
            # Before 1.6 a last entry says what it is a view of.
            case ("storage", Dtype(numpy=dtype), str(key), str(), int(count)) | (
                "storage",
                Dtype(numpy=dtype),
                str(key),
                str(),
                int(count),
                None,
            ):
                return self._storage(key, dtype, count)
        raise pickle.UnpicklingError("it refers to something that is not a storage")

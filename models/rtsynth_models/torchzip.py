"""Reads the .pt files of `torch.save` without torch, and without running anything in them.

Such a file is a zip: `NAME/data.pkl`, a pickle, and `NAME/data/K`, raw storages. A pickle is a
program that may call any function it names. Here it may name only the few in `_allowed`, all of
them ours; the classes that the caller lists become plain `Record`s; anything else is refused
before it is looked up.
"""

import io
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from rtsynth.errors import InputError

# Far above any checkpoint of the five systems; a zip bomb stops here.
LARGEST_BYTES = 4 << 30

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


class Record:
    """Stands for a pickled instance of a foreign class: its attributes and nothing else."""

    def __init__(self, *arguments: Any) -> None:
        self.arguments = arguments

    def __setstate__(self, state: Any) -> None:
        if not isinstance(state, dict):
            raise pickle.UnpicklingError("the state of an object is not a table of attributes")
        self.fields = state

    fields: dict[str, Any] = {}  # noqa: RUF012 (replaced whole, never changed in place)


class _Dtype:
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
    last = offset + sum((n - 1) * s for n, s in zip(shape, strides, strict=True))
    if 0 not in shape and last >= storage.size:
        raise pickle.UnpicklingError(f"a tensor {shape} reaches beyond its storage")
    if 0 in shape:
        return np.empty(shape, storage.dtype)
    steps = tuple(s * storage.itemsize for s in strides)
    return np.lib.stride_tricks.as_strided(storage[offset:], shape, steps).copy()


def _rebuild_parameter(data: np.ndarray, *_unused: Any) -> np.ndarray:
    return data


def _allowed() -> dict[tuple[str, str], Any]:
    """What a pickle may name. Made anew for every file: a pickle can set attributes on these."""
    return {
        ("collections", "OrderedDict"): OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): partial(_rebuild_tensor),
        ("torch._utils", "_rebuild_parameter"): partial(_rebuild_parameter),
        **{("torch", name): _Dtype(name) for name in _DTYPES},
    }


class _Reader(pickle.Unpickler):
    """The restricted unpickler."""

    def __init__(
        self,
        data: bytes,
        storage: Callable[[str, np.dtype, int], np.ndarray],
        records: frozenset[str],
    ) -> None:
        super().__init__(io.BytesIO(data))
        self._storage, self._records, self._allowed = storage, records, _allowed()

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in self._allowed:
            return self._allowed[module, name]
        if f"{module}.{name}" in self._records:
            return Record
        raise pickle.UnpicklingError(f"it wants to call {module}.{name}, which is not allowed")

    def persistent_load(self, pid: Any) -> np.ndarray:
        match pid:
            case ("storage", _Dtype(numpy=dtype), str(key), str(), int(count)):
                return self._storage(key, dtype, count)
        raise pickle.UnpicklingError("it refers to something that is not a storage")


def read_torch_file(path: Path, records: frozenset[str] = frozenset()) -> Any:
    """What `torch.load(path)` gives, with numpy arrays for tensors.

    `records` are the classes ("module.Class") that may appear, as plain Records.
    Raises InputError (one line) for anything unreadable, damaged or not allowed.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {info.filename: info.file_size for info in archive.infolist()}
            if sum(sizes.values()) > LARGEST_BYTES:
                raise InputError(f"{path}: unpacks to more than {LARGEST_BYTES >> 30} GiB")
            pickles = [n for n in sizes if n.count("/") == 1 and n.endswith("/data.pkl")]
            if len(pickles) != 1:
                raise InputError(f"{path}: not a file of torch.save (no data.pkl in it)")
            folder = pickles[0].removesuffix("data.pkl")
            if f"{folder}byteorder" in sizes and archive.read(f"{folder}byteorder") != b"little":
                raise InputError(
                    f"{path}: written on a big-endian machine; save it again on another"
                )

            def storage(key: str, dtype: np.dtype, count: int) -> np.ndarray:
                values = np.frombuffer(archive.read(f"{folder}data/{key}"), dtype)
                if values.size != count:
                    raise pickle.UnpicklingError(
                        f"storage {key} holds {values.size} numbers, not {count}"
                    )
                return values

            return _Reader(archive.read(pickles[0]), storage, records).load()
    except OSError as error:
        raise InputError(f"{path}: cannot read it ({error.strerror or error})") from error
    except zipfile.BadZipFile as error:
        raise InputError(
            f"{path}: damaged, truncated, or not a file of torch.save ({error})"
        ) from error
    except InputError:
        raise
    # A hostile or broken pickle can make the unpickler raise nearly anything.
    except Exception as error:
        raise InputError(f"{path}: refused: {str(error) or type(error).__name__}") from error

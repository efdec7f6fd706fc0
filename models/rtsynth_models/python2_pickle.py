"""Reads pickled tables of NumPy arrays, as Python 2 wrote them, without running anything in them.

A pickle is a program that may call any function it names. Here it may name only what an array is
made of, and what that names are classes of ours; anything else is refused before it is looked up.
Python 2's strings are bytes: they are read as latin-1, which keeps every byte.
"""

import io
import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np

from rtsynth.errors import InputError
from rtsynth_models.pickle_scan import checked_pickle

LARGEST_BYTES = 4 << 30
_KINDS = {"f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"}
_ORDERS = ("<", ">", "|", "=")
_MOST_AXES = 32


class _Dtype:
    """A pickled dtype of numbers: dtype(kind, align, copy), then a state with the byte order."""

    __slots__ = ("_kind", "numpy")

    def __init__(self, kind: Any, *_unused: Any) -> None:
        if kind not in _KINDS:
            raise pickle.UnpicklingError(f"it has arrays of {str(kind)[:20]!r}, not of numbers")
        self._kind, self.numpy = kind, np.dtype(kind)

    def __setstate__(self, state: Any) -> None:
        if not (isinstance(state, tuple) and len(state) >= 2 and state[1] in _ORDERS):
            raise pickle.UnpicklingError("an array's type is not one of numbers")
        order = "=" if state[1] == "|" else state[1]
        self.numpy = np.dtype(self._kind).newbyteorder(order)


class _Array:
    """A pickled array: (version, shape, dtype, whether Fortran's order, bytes)."""

    __slots__ = ("numpy",)

    def __setstate__(self, state: Any) -> None:
        match state:
            case (int(), tuple(shape), _Dtype(numpy=dtype), bool() | int() as fortran, data):
                pass
            case _:
                raise pickle.UnpicklingError("an array has no shape, type and numbers")
        if len(shape) > _MOST_AXES or any(type(n) is not int or n < 0 for n in shape):
            raise pickle.UnpicklingError("an array has a shape that is none")
        raw = data.encode("latin-1") if isinstance(data, str) else data
        if not isinstance(raw, bytes) or len(raw) != math.prod(shape) * dtype.itemsize:
            raise pickle.UnpicklingError(f"an array {shape} does not have as many numbers")
        flat = np.frombuffer(raw, dtype)
        self.numpy = flat.reshape(shape, order="F" if fortran else "C")


class _ArrayClass:
    """Stands for numpy.ndarray, which is only named."""

    __slots__ = ()


class _Reconstruct:
    """numpy.core.multiarray._reconstruct(ndarray, (0,), 'b'): an array that its state will fill."""

    __slots__ = ()

    def __call__(self, kind: Any, *_unused: Any) -> _Array:
        if not isinstance(kind, _ArrayClass):
            raise pickle.UnpicklingError("it makes an array of an unknown class")
        return _Array()


class _DtypeClass:
    """numpy.dtype."""

    __slots__ = ()

    def __call__(self, *arguments: Any) -> _Dtype:
        return _Dtype(*arguments)


_ALLOWED: dict[tuple[str, str], Any] = {
    ("numpy.core.multiarray", "_reconstruct"): _Reconstruct(),
    ("numpy._core.multiarray", "_reconstruct"): _Reconstruct(),
    ("numpy", "ndarray"): _ArrayClass(),
    ("numpy", "dtype"): _DtypeClass(),
}


class _Reader(pickle.Unpickler):
    """The restricted unpickler. What it may name has no attributes, so none can be set on it."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _ALLOWED:
            return _ALLOWED[module, name]
        raise pickle.UnpicklingError(f"it wants to call {module}.{name}, which is not allowed")

    def persistent_load(self, pid: Any) -> Any:
        raise pickle.UnpicklingError("it refers to something outside the file")


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """{name: array} of a pickled table of arrays.

    Raises:
        InputError: unreadable, damaged, truncated, or with anything else in it; one line.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise InputError(f"{path}: is larger than {LARGEST_BYTES >> 30} GiB")
        data = checked_pickle(path.read_bytes())
        table = _Reader(io.BytesIO(data), encoding="latin-1").load()
    except OSError as error:
        raise InputError(f"{path}: cannot read it ({error.strerror or error})") from error
    except InputError:
        raise
    except EOFError as error:
        raise InputError(f"{path}: truncated, or not a pickle; copy it again") from error
    # A hostile or broken pickle can make the unpickler raise nearly anything.
    except Exception as error:
        reason = " ".join((str(error) or type(error).__name__).split())
        raise InputError(f"{path}: refused (damaged, or not a pickle): {reason}") from error
    if not isinstance(table, dict) or not table:
        raise InputError(f"{path}: not a table of arrays")
    arrays = {}
    for name, value in table.items():
        numbers = getattr(value, "numpy", None) if isinstance(value, _Array) else None
        if not isinstance(name, str) or numbers is None:
            raise InputError(f"{path}: entry {str(name)[:80]!r} is not an array with a name")
        arrays[name] = numbers
    return arrays

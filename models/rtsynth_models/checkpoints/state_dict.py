"""The table of tensors in a checkpoint, whatever is around it and around its names."""

from pathlib import Path
from typing import Any

import numpy as np

from rtsynth.common.errors import InputError
from rtsynth_models.checkpoints.pickle_arrays import PickledArray
from rtsynth_models.checkpoints.pickle_machine import Damaged, Placeholder
from rtsynth_models.checkpoints.torch_tensors import Numbers, StoredTensor, array_of

# What torch puts into names: DataParallel around a network or a part of it, torch.compile.
_WRAPPERS = {"module", "_orig_mod"}
# A tensor may say the same number many times over, and several may share their numbers, but no
# network makes much more of its checkpoint than is in it.
LARGEST_FACTOR = 3
SPARE_BYTES = 16 << 20
NUMBER_BYTES = 4  # of a plugin
# Far above any checkpoint of the five systems.
LARGEST_FILE_BYTES = 4 << 30


def check_file(path: Path) -> None:
    """Raise InputError where there is no ordinary file that can be read as a whole."""
    if path.exists() and not path.is_file():
        raise InputError(f"{path}: not a file")
    if path.is_file() and path.stat().st_size > LARGEST_FILE_BYTES:
        raise InputError(f"{path}: is larger than {LARGEST_FILE_BYTES >> 30} GiB")


def largest_bytes(path: Path) -> int:
    """How much may be unpacked from a file."""
    return LARGEST_FACTOR * path.stat().st_size + SPARE_BYTES


def find_table(path: Path, saved: Any, *names: str) -> dict[str, Any]:
    """saved[names[0]][names[1]]..., a table.

    Raises InputError where there is none.
    """
    value = saved
    for name in names:
        table = _table_of(value)
        value = None if table is None else table.get(name)
    table = _table_of(value)
    if table is None:
        what = (
            f"no table of tensors called {names[-1]!r} in it"
            if names
            else "not a table of tensors (a state dict)"
        )
        found = f" (it is {value})" if isinstance(value, Placeholder) else ""
        raise InputError(f"{path}: {what}{found}")
    return table


def read_tensors(path: Path, table: dict[str, Any], numbers: Numbers) -> dict[str, np.ndarray]:
    """{name: tensor}, without the prefixes that torch puts before names.

    Raises InputError where an entry is no tensor of numbers, or damaged, or all are more than
    their file can hold.
    """
    named: dict[str, Any] = {}
    for key, value in table.items():
        if not isinstance(key, str):
            raise InputError(f"{path}: an entry of the state dict has no name")
        name = ".".join(part for part in key.split(".") if part not in _WRAPPERS)
        if name in named:
            raise InputError(f"{path}: has two tensors called {name[:80]!r}")
        named[name] = value
    check_total(path, named)
    tensors = {}
    for name, value in named.items():
        try:
            tensors[name] = array_of(value, numbers)
        except Damaged as error:
            raise InputError(f"{path}: tensor {name[:80]!r}: refused: {error}") from error
    return tensors


def check_total(path: Path, named: dict[str, Any]) -> None:
    """Raise InputError where tensors hold far more numbers than there can be in their file.

    A number smaller than float32 counts as one: that is what it becomes.
    """
    stored = [v for v in named.values() if isinstance(v, StoredTensor | PickledArray)]
    if sum(max(v.nbytes, NUMBER_BYTES * v.size) for v in stored) > largest_bytes(path):
        raise InputError(f"{path}: refused: its tensors claim far more numbers than the file holds")


def check_weights(path: Path, name: str, tensor: np.ndarray) -> None:
    """Raise InputError where a tensor is not of finite numbers that float32 can hold."""
    if tensor.dtype.kind != "f" or not np.isfinite(tensor).all():
        raise InputError(f"{path}: {name} has values that are not finite numbers")
    if np.abs(tensor).max(initial=0) > np.finfo(np.float32).max:
        raise InputError(f"{path}: {name} has values too large for float32")


def _table_of(value: Any) -> dict[str, Any] | None:
    """A table, or an instance of a class derived from one."""
    if isinstance(value, Placeholder) and value.items:
        return value.items
    return value if isinstance(value, dict) else None

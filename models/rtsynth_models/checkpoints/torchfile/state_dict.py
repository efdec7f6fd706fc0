"""The table of tensors in a checkpoint, whatever is around it and around its names."""

from pathlib import Path
from typing import Any

import numpy as np

from rtsynth.common.errors import InputError
from rtsynth_models.checkpoints.common.bounds import check_total
from rtsynth_models.checkpoints.pickles.arrays import PickledArray
from rtsynth_models.checkpoints.pickles.values import Damaged, Placeholder
from rtsynth_models.checkpoints.torchfile.tensors import Numbers, StoredTensor, array_of

# What torch puts into names: DataParallel around a network or a part of it, torch.compile.
_WRAPPERS = {"module", "_orig_mod"}


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
    check_total(path, (v for v in named.values() if isinstance(v, StoredTensor | PickledArray)))
    tensors = {}
    for name, value in named.items():
        try:
            tensors[name] = array_of(value, numbers)
        except Damaged as error:
            raise InputError(f"{path}: tensor {name[:80]!r}: refused: {error}") from error
    return tensors


def _table_of(value: Any) -> dict[str, Any] | None:
    """A table, or an instance of a class derived from one."""
    if isinstance(value, Placeholder) and value.items:
        return value.items
    return value if isinstance(value, dict) else None

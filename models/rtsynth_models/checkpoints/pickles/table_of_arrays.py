"""Reads pickled tables of NumPy arrays, of Python 2 and 3, without running anything in them."""

from pathlib import Path

import numpy as np

from rtsynth.common.errors import InputError
from rtsynth_models.checkpoints.common.bounds import check_file, check_total
from rtsynth_models.checkpoints.pickles.arrays import ARRAYS, PickledArray
from rtsynth_models.checkpoints.pickles.machine import PickleMachine
from rtsynth_models.checkpoints.pickles.values import Damaged, Placeholder


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """{name: array} of a pickled table of arrays.

    Raises:
        InputError: unreadable, damaged, truncated, or with anything else in it; one line.
    """
    try:
        check_file(path)
        table, _ = PickleMachine(path.read_bytes(), ARRAYS).load()
    except OSError as error:
        raise InputError(f"{path}: cannot read it ({error.strerror or error})") from error
    except Damaged as error:
        raise InputError(f"{path}: refused: {error}") from error
    table = table.items if isinstance(table, Placeholder) else table
    if not isinstance(table, dict) or not table:
        raise InputError(f"{path}: not a table of arrays")
    check_total(path, (v for v in table.values() if isinstance(v, PickledArray)))
    arrays = {}
    for name, value in table.items():
        if not isinstance(name, str):
            raise InputError(f"{path}: an entry of the table has no name")
        if not isinstance(value, PickledArray):
            what = f" ({value})" if isinstance(value, Placeholder) else ""
            raise InputError(f"{path}: entry {name[:80]!r} is not an array{what}")
        try:
            arrays[name] = value.read()
        except Damaged as error:
            raise InputError(f"{path}: entry {name[:80]!r} {error}") from error
    return arrays

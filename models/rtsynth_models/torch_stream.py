"""Files of `torch.save` as PyTorch wrote them before 1.6: five pickles, then raw storages.

    magic number    version    table about the machine    what was saved    keys of its storages
    for every key, in that order: how many numbers (int64), and the numbers

What was saved refers to its storages by key, type and size; they lie behind it. So it is read
twice: once to learn their types, and once with the numbers.
"""

import pickle
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from rtsynth_models.pickle_scan import end_of_pickle
from rtsynth_models.torch_pickle import Reader

MAGIC = 0x1950A86A20F9469CFC6C
VERSION = 1001
# The magic number as a pickle, after two bytes that say which protocol.
_START = pickle.LONG1 + b"\x0a" + MAGIC.to_bytes(10, "little")


def is_stream(path: Path) -> bool:
    """Whether a file is one of these, by its first bytes."""
    with path.open("rb") as file:
        return file.read(2 + len(_START))[2:] == _START


def read_stream(data: bytes, records: frozenset[str] = frozenset()) -> Any:
    """What was saved, with numpy arrays for tensors; see `torchzip.read_torch_file`.

    Raises:
        UnpicklingError, EOFError and what else a damaged pickle makes the unpickler raise.
    """
    ends = [0]
    for _ in range(5):
        ends.append(end_of_pickle(data, ends[-1]))
    _, version, machine, saved, keys = (data[begin:end] for begin, end in pairwise(ends))

    def nothing(key: str, dtype: np.dtype, count: int) -> np.ndarray:
        raise pickle.UnpicklingError("it has a tensor where none belongs")

    if Reader(version, nothing).load() != VERSION:
        raise pickle.UnpicklingError(f"it is not of the version {VERSION} of the old format")
    if Reader(machine, nothing).load().get("little_endian") is not True:
        raise pickle.UnpicklingError("it was written on a big-endian machine; save it on another")
    wanted: dict[str, tuple[np.dtype, int]] = {}

    def note(key: str, dtype: np.dtype, count: int) -> np.ndarray:
        wanted[key] = (dtype, count)
        return np.zeros(0, dtype)

    Reader(saved, note, records, with_tensors=False).load()
    storages: dict[str, np.ndarray] = {}
    at = ends[-1]
    for key in Reader(keys, nothing).load():
        dtype, count = wanted[key]
        if int.from_bytes(data[at : at + 8], "little") != count:
            raise pickle.UnpicklingError(f"storage {key} does not hold {count} numbers")
        if at + 8 + count * dtype.itemsize > len(data):
            raise pickle.UnpicklingError("truncated; copy it again")
        storages[key] = np.frombuffer(data, dtype, count, at + 8)
        at += 8 + count * dtype.itemsize
    return Reader(saved, lambda key, _dtype, _count: storages[key], records).load()

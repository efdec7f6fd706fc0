"""What a checkpoint may be, so that reading it is bounded by the size of its file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import numpy as np

from rtsynth.common.errors import InputError

# A tensor may say the same number many times over, and several may share their numbers, but no
# network makes much more of its checkpoint than is in it.
LARGEST_FACTOR = 3
SPARE_BYTES = 16 << 20
NUMBER_BYTES = 4  # of a plugin
# Far above any checkpoint of the five systems.
LARGEST_FILE_BYTES = 4 << 30


class Numbers(Protocol):
    """A tensor or array in a file that is not read yet."""

    @property
    def size(self) -> int:
        """How many numbers it has."""
        ...

    @property
    def nbytes(self) -> int:
        """Bytes of all of them."""
        ...


def check_file(path: Path) -> None:
    """Raise InputError where there is no ordinary file that can be read as a whole."""
    if path.exists() and not path.is_file():
        raise InputError(f"{path}: not a file")
    if path.is_file() and path.stat().st_size > LARGEST_FILE_BYTES:
        raise InputError(f"{path}: is larger than {LARGEST_FILE_BYTES >> 30} GiB")


def largest_bytes(path: Path) -> int:
    """How much may be unpacked from a file."""
    return LARGEST_FACTOR * path.stat().st_size + SPARE_BYTES


def check_total(path: Path, stored: Iterable[Numbers]) -> None:
    """Raise InputError where tensors hold far more numbers than there can be in their file.

    A number smaller than float32 counts as one: that is what it becomes.
    """
    if sum(max(v.nbytes, NUMBER_BYTES * v.size) for v in stored) > largest_bytes(path):
        raise InputError(f"{path}: refused: its tensors claim far more numbers than the file holds")


def check_weights(path: Path, name: str, tensor: np.ndarray) -> None:
    """Raise InputError where a tensor is not of finite numbers that float32 can hold."""
    if tensor.dtype.kind != "f" or not np.isfinite(tensor).all():
        raise InputError(f"{path}: {name} has values that are not finite numbers")
    if np.abs(tensor).max(initial=0) > np.finfo(np.float32).max:
        raise InputError(f"{path}: {name} has values too large for float32")

"""How vectors that a matrix reads lie in the arena, and matrices that read them there.

Vectors lie one behind the other, each with room for whole SIMD vectors; a matrix gets columns of
zeros for the gaps.
"""

from typing import NamedTuple

import numpy as np

from rtsynth.engine.kernels.packing import padded
from rtsynth.families.arrays import f32

Array = np.ndarray


class Input(NamedTuple):
    """What a stack reads: vectors one behind the other, each with room of its own."""

    source: int
    columns: list[int]  # the size of each vector
    room: list[int]  # floats that it takes; behind the last one may lie anything

    @property
    def floats(self) -> int:
        """Of all of it."""
        return sum(self.room)

    def matrix(self, weight: Array) -> Array:
        """A matrix on the vectors, as one on what lies there: up to the end of the last one."""
        return spread(weight, self.columns, [*self.room[:-1], self.columns[-1]])


def rows_of_slices(tensor: Array) -> Array:
    """[slices, size, ...] as rows, every slice padded to whole vectors."""
    missing = padded(tensor.shape[1]) - tensor.shape[1]
    full = np.pad(tensor, ((0, 0), (0, missing), *((0, 0),) * (tensor.ndim - 2)))
    return f32(full.reshape(-1, *tensor.shape[2:]))


def spread(weight: Array, sizes: list[int], room: list[int]) -> Array:
    """The columns of parts of these sizes, each part padded to the room that it has."""
    parts = np.split(weight, np.cumsum(sizes)[:-1], axis=-1)
    gaps = [
        [(0, 0)] * (weight.ndim - 1) + [(0, floats - size)]
        for size, floats in zip(sizes, room, strict=True)
    ]
    padded_parts = [np.pad(part, gap) for part, gap in zip(parts, gaps, strict=True)]
    return np.concatenate(padded_parts, axis=-1)

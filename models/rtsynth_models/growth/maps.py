"""Maps of indices: for each place in a larger tensor the place in the smaller one, NEW for none."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.int64]
F64 = NDArray[np.float64]
NEW = -1


def same(count: int) -> Index:
    """Every place as it was, [count]."""
    return np.arange(count, dtype=np.int64)


def units(old: int, new: int) -> Index:
    """The first `old` of `new` are the old ones, [new]."""
    return np.concatenate([same(old), np.full(new - old, NEW, np.int64)])


def blocks(count: int, inner: Index, size: int) -> Index:
    """`count` blocks in a row (gates, slices), each mapped by `inner`; old blocks have `size`."""
    return side_by_side([(inner, size)] * count)


def side_by_side(parts: Sequence[tuple[Index, int]]) -> Index:
    """Parts in a row: each its map, and how many old places it has."""
    out, first = [np.empty(0, np.int64)], 0
    for inner, size in parts:
        out.append(np.where(inner == NEW, NEW, inner + first))
        first += size
    return np.concatenate(out)


def chosen(old: Sequence[str], new: Sequence[str]) -> Index:
    """By name, [len(new)]."""
    return np.array([old.index(name) if name in old else NEW for name in new], np.int64)


def placed(fresh: F64, old: F64, rows: Index, columns: Index | None = None) -> F64:
    """The larger tensor: old rows have their old weights, and none by new columns; new rows are
    `fresh`. What is read by old rows only computes as before, whatever new rows do.
    """
    out = fresh.copy()
    kept = rows != NEW
    if columns is None:
        out[kept] = old[rows[kept]]
        return out
    out[kept] = 0.0
    known = columns != NEW
    out[np.ix_(kept, known)] = old[np.ix_(rows[kept], columns[known])]
    return out

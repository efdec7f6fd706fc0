"""Laying out a weight matrix the way the matrix kernels read it, at three precisions.

A packed matrix, in float32 words from its start, every part at a whole vector:

    groups   int32 [G, 3]   panels in the group, its first panel, where its weights are
    bias     float32 [rows]
    scales   float32 [rows]                           (int8 only)
    weights  per group of g panels, one stream that is read front to back:
             float32  [inputs][g][16 outputs]
             int8     [inputs / 4][g][16 outputs][4 inputs], unsigned: the weight plus an offset
             int4     per 64 inputs (at the end maybe 32), [8 or 4][g][16 outputs][4 bytes]: of
                      every 8 inputs, 0-3 in the low halves of the bytes and 4-7 in the high ones;
                      then a sixteenth of the scales, bfloat16 [ceil(g / 2)][16 outputs][2 panels]
"""

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.panels import (
    INT4_COLUMNS,
    INT4_GROUP,
    INT4_OFFSET,
    INT8_OFFSET,
    LARGEST_GROUP,
    LARGEST_INT4_GROUP,
)
from rtsynth.engine.quantise import HALF, Quantised
from rtsynth.engine.simd import LANES

F32 = NDArray[np.float32]

FLOAT32, INT8, INT4 = 0, 1, 2  # kinds of packed matrix
GROUP_WORDS = 3
# By kind: the largest group, and the size below which one waits for the multiply-add.
_SIZES = {FLOAT32: (LARGEST_GROUP, 8), INT8: (LARGEST_GROUP, 8), INT4: (LARGEST_INT4_GROUP, 4)}


def padded(size: int) -> int:
    """`size` rounded up to whole vectors."""
    return padded_to(size, LANES)


def padded_to(size: int, multiple: int) -> int:
    """`size` rounded up to a multiple."""
    return -(-size // multiple) * multiple


@cache
def group_sizes(panels: int, kind: int) -> tuple[int, ...]:
    """How many panels each group has, so that as few multiply-adds as possible are waited for.

    The smallest come first: threads share the groups, and the one that asks, which begins
    earliest and has the odd group more, takes the first.
    """
    largest, chains = _SIZES[kind]
    best: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    for count in range(1, panels + 1):
        choices = (
            (best[count - size][0] + max(size, chains), (*best[count - size][1], size))
            for size in range(1, min(largest, count) + 1)
        )
        best.append(min(choices, key=lambda choice: (choice[0], len(choice[1]))))
    return tuple(sorted(best[panels][1]))


def _words(array: NDArray[Any]) -> F32:
    """The bytes of an array as float32 words, padded to whole vectors."""
    raw = np.ascontiguousarray(array).tobytes()
    raw += bytes(-len(raw) % (4 * LANES))
    return np.frombuffer(raw, np.float32)


def _full(matrix: NDArray[Any], columns: int) -> NDArray[Any]:
    """The matrix with rows padded to whole panels, and columns to a multiple of `columns`."""
    rows = padded(matrix.shape[0]) - matrix.shape[0]
    return np.pad(matrix, ((0, rows), (0, -matrix.shape[1] % columns)))


def _panels(matrix: NDArray[Any], columns: int) -> NDArray[Any]:
    """[rows, inputs] as [inputs / columns, panels, 16, columns]."""
    rows, inputs = matrix.shape
    shaped = matrix.reshape(rows // LANES, LANES, inputs // columns, columns)
    return shaped.transpose(2, 0, 1, 3)


def bfloat16_bits(values: F32) -> NDArray[np.uint16]:
    """The upper halves of float32 values that are bfloat16 numbers already."""
    return (np.ascontiguousarray(values, np.float32).view(np.uint32) >> 16).astype(np.uint16)


def pack_matrix(weight: F32 | Quantised, bias: F32 | None) -> tuple[int, F32]:
    """(kind, packed words) of a matrix [M, K] and its bias [M]."""
    if isinstance(weight, Quantised):
        kind = INT8 if weight.bits == 8 else INT4
        outputs = weight.codes.shape[0]
    else:
        kind, outputs = FLOAT32, weight.shape[0]
    rows = padded(outputs)
    start = np.zeros(rows, np.float32)
    if bias is not None:
        start[:outputs] = bias
    if isinstance(weight, Quantised):
        start[:outputs] += weight.shift
    parts = [start]
    if isinstance(weight, Quantised) and kind == INT8:
        scales = np.zeros(rows, np.float32)
        scales[:outputs] = weight.scales[:, 0]
        parts.append(scales)
    streams: list[list[NDArray[Any]]] = []
    sizes = group_sizes(rows // LANES, kind)
    edges = np.cumsum((0, *sizes))
    for first, end in pairwise(edges):
        streams.append(_group(kind, weight, slice(first, end)))
    table = np.zeros((len(sizes), GROUP_WORDS), np.int32)
    at = padded(table.size) + sum(part.size for part in parts)
    for row, size, first, stream in zip(table, sizes, edges, streams, strict=False):
        row[:] = size, first, at
        words = [_words(part) for part in stream]
        parts += words
        at += sum(part.size for part in words)
    return kind, np.concatenate([_words(table), *parts])


def _group(kind: int, weight: F32 | Quantised, panels: slice) -> list[NDArray[Any]]:
    if not isinstance(weight, Quantised):
        return [_panels(_full(weight, 1), 1)[:, panels]]
    if kind == INT8:
        codes = _full(weight.codes.astype(np.int16), 4) + INT8_OFFSET
        stream = codes if INT8_OFFSET == 0 else codes.astype(np.uint8)
        return [_panels(stream.astype(np.int8 if INT8_OFFSET == 0 else np.uint8), 4)[:, panels]]
    nibbles = (_full(weight.codes, INT4_COLUMNS) + INT4_OFFSET).astype(np.uint8)
    low, high = (_panels(nibbles, 2 * HALF)[:, panels, :, side : side + HALF] for side in (0, HALF))
    weights = low | (high << np.uint8(4))
    vectors = INT4_GROUP // (2 * HALF)
    parts: list[NDArray[Any]] = []
    for part, factors in enumerate(_int4_factors(weight.scales, panels)):
        parts += [weights[part * vectors : (part + 1) * vectors], factors]
    return parts


def _int4_factors(scales: F32, panels: slice) -> NDArray[np.uint8]:
    """A sixteenth of the scales [M, parts], of two panels in each vector: [parts, bytes]."""
    parts, count = scales.shape[1], panels.stop - panels.start
    bits = bfloat16_bits(_full(scales / 16, 1))[panels.start * LANES : panels.stop * LANES]
    pairs = np.zeros((parts, padded_to(count, 2), LANES), np.uint16)
    pairs[:, :count] = bits.T.reshape(parts, count, LANES)
    woven = pairs.reshape(parts, -1, 2, LANES).transpose(0, 1, 3, 2)
    return np.ascontiguousarray(woven).reshape(parts, -1).view(np.uint8)


def pack_table(tables: F32) -> F32:
    """Byte tables for `kernels.embedding_sum_int8`, of tables [count, levels, size].

    Every row has a scale: float32 [count * levels], then int8 [count * levels, size].
    """
    rows = tables.reshape(-1, tables.shape[-1])
    peak = np.abs(rows).max(axis=1)
    scales = np.where(peak > 0, peak / 127, 1.0).astype(np.float32)
    codes = np.round(rows / scales[:, None].astype(np.float64)).astype(np.int8)
    return np.concatenate([_words(scales), _words(codes)])

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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.kernels.panels import (
    INT4_COLUMNS,
    INT4_GROUP,
    INT4_OFFSET,
    INT8_OFFSET,
    LARGEST_GROUP,
    LARGEST_INT4_GROUP,
)
from rtsynth.engine.kernels.quantise import HALF, Quantised
from rtsynth.engine.kernels.simd import LANES

F32 = NDArray[np.float32]

FLOAT32, INT8, INT4 = 0, 1, 2  # kinds of packed matrix
GROUP_WORDS = 3
_MANY = 4096  # panels
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
    if panels > _MANY:  # the largest ones are the best, and only their rest is a question
        whole = (panels - _MANY // 2) // largest
        return tuple(sorted((*group_sizes(panels - whole * largest, kind), *(largest,) * whole)))
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
    raw = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    if gap := -raw.size % (4 * LANES):
        raw = np.concatenate([raw, np.zeros(gap, np.uint8)])
    return raw.view(np.float32)


def _full(matrix: NDArray[Any], columns: int) -> NDArray[Any]:
    """The matrix with rows padded to whole panels, and columns to a multiple of `columns`."""
    rows = padded(matrix.shape[0]) - matrix.shape[0]
    if rows == 0 and matrix.shape[1] % columns == 0:
        return matrix
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
    heads = [start]
    if isinstance(weight, Quantised) and kind == INT8:
        scales = np.zeros(rows, np.float32)
        scales[:outputs] = weight.scales[:, 0]
        heads.append(scales)
    sizes = group_sizes(rows // LANES, kind)
    edges = np.cumsum((0, *sizes)).tolist()
    table = np.zeros((len(sizes), GROUP_WORDS), np.int32)
    at = padded(table.size) + sum(head.size for head in heads)
    parts: list[F32] = []
    for row, size, first in zip(table, sizes, edges, strict=False):
        row[:] = size, first, at
        words = [_words(stream) for stream in _group(kind, weight, slice(first, first + size))]
        parts += words
        at += sum(part.size for part in words)
    return kind, np.concatenate([_words(table), *heads, *parts])


def _group(kind: int, weight: F32 | Quantised, panels: slice) -> list[NDArray[Any]]:
    rows = slice(panels.start * LANES, panels.stop * LANES)
    if not isinstance(weight, Quantised):
        return [_panels(_full(weight[rows], 1), 1)]
    codes = weight.codes[rows]
    if kind == INT8:
        stream = _full(codes.astype(np.int16), 4) + INT8_OFFSET
        return [_panels(stream.astype(np.int8 if INT8_OFFSET == 0 else np.uint8), 4)]
    nibbles = (_full(codes, INT4_COLUMNS) + INT4_OFFSET).astype(np.uint8)
    low, high = (_panels(nibbles, 2 * HALF)[..., side : side + HALF] for side in (0, HALF))
    weights = low | (high << np.uint8(4))
    vectors = INT4_GROUP // (2 * HALF)
    parts: list[NDArray[Any]] = []
    for part, factors in enumerate(_int4_factors(weight.scales[rows])):
        parts += [weights[part * vectors : (part + 1) * vectors], factors]
    return parts


def _int4_factors(scales: F32) -> NDArray[np.uint8]:
    """A sixteenth of the scales [M, parts], of two panels in each vector: [parts, bytes]."""
    parts, count = scales.shape[1], padded(scales.shape[0]) // LANES
    bits = bfloat16_bits(_full(scales / 16, 1))
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

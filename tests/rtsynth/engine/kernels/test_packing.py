"""The layout of packed matrices, read back as the module's docstring describes it."""

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.engine.kernels.packing import (
    FLOAT32,
    INT4,
    INT8,
    bfloat16_bits,
    group_sizes,
    pack_matrix,
    pack_table,
    padded,
)
from rtsynth.engine.kernels.panels import (
    INT4_GROUP,
    INT4_OFFSET,
    INT8_OFFSET,
    LARGEST_GROUP,
    LARGEST_INT4_GROUP,
    SIGNED_BYTES,
)
from rtsynth.engine.kernels.quantise import quantise

F32 = NDArray[np.float32]
SHAPES = [(1, 1), (16, 4), (20, 37), (144, 32), (300, 70), (100, 128)]


@cache
def _partitions(panels: int, largest: int) -> list[tuple[int, ...]]:
    """Every way of cutting `panels` into groups of at most `largest`, the largest first."""
    if panels == 0:
        return [()]
    return [
        (size, *rest)
        for size in range(min(panels, largest), 0, -1)
        for rest in _partitions(panels - size, size)
    ]


@pytest.mark.parametrize(
    ("kind", "largest", "chains"),
    [(FLOAT32, LARGEST_GROUP, 8), (INT8, LARGEST_GROUP, 8), (INT4, LARGEST_INT4_GROUP, 4)],
)
@pytest.mark.parametrize("panels", [*range(1, 26), 64, 144, 400])
def test_groups_cover_the_panels_and_wait_as_little_as_can_be(
    panels: int, kind: int, largest: int, chains: int
) -> None:
    sizes = group_sizes(panels, kind)
    assert sum(sizes) == panels
    assert all(1 <= size <= largest for size in sizes)

    def cost(groups: tuple[int, ...]) -> tuple[int, int]:
        return sum(max(size, chains) for size in groups), len(groups)

    if panels <= 25:
        assert cost(sizes) == min(map(cost, _partitions(panels, largest)))
    else:
        assert cost(sizes)[0] == panels


@pytest.mark.parametrize(("size", "whole"), [(0, 0), (1, 16), (16, 16), (17, 32), (800, 800)])
def test_padded(size: int, whole: int) -> None:
    assert padded(size) == whole


def _groups(packed: F32, panels: int, kind: int) -> Iterator[tuple[int, int, int]]:
    """(panels of the group, its first row, where its weights are)."""
    count = len(group_sizes(panels, kind))
    table = packed.view(np.int32)[: 3 * count].reshape(count, 3)
    first = 0
    for size, panel, at in table.tolist():
        assert panel == first
        assert at % 16 == 0
        yield size, 16 * panel, at
        first += size
    assert first == panels


def _bias(packed: F32, panels: int, kind: int, part: int = 0) -> F32:
    """The vectors of rows that follow the table of groups: the bias, then the scales of int8."""
    at = padded(3 * len(group_sizes(panels, kind))) + part * 16 * panels
    return packed[at : at + 16 * panels]


def _weight(outputs: int, inputs: int) -> tuple[F32, F32]:
    random = np.random.default_rng([outputs, inputs])
    weight = random.normal(0, 1, (outputs, inputs)).astype(np.float32)
    return weight, random.normal(0, 1, outputs).astype(np.float32)


@pytest.mark.parametrize(("outputs", "inputs"), SHAPES)
def test_float32(outputs: int, inputs: int) -> None:
    weight, bias = _weight(outputs, inputs)
    kind, packed = pack_matrix(weight, bias)
    panels = padded(outputs) // 16
    full = np.zeros((16 * panels, inputs), np.float32)
    for size, row, at in _groups(packed, panels, kind):
        stream = packed[at : at + size * 16 * inputs].reshape(inputs, size * 16)
        full[row : row + size * 16] = stream.T
    assert kind == FLOAT32
    np.testing.assert_array_equal(full[:outputs], weight)
    np.testing.assert_array_equal(_bias(packed, panels, kind)[:outputs], bias)
    assert not full[outputs:].any()
    assert not _bias(packed, panels, kind)[outputs:].any()


@pytest.mark.parametrize(("outputs", "inputs"), SHAPES)
def test_int8(outputs: int, inputs: int) -> None:
    weight, bias = _weight(outputs, inputs)
    small = quantise(weight, 8, inputs)
    kind, packed = pack_matrix(small, bias)
    panels, quads = padded(outputs) // 16, -(-inputs // 4)
    full = np.zeros((16 * panels, 4 * quads), np.int64)
    for size, row, at in _groups(packed, panels, kind):
        stored = packed[at : at + size * 16 * quads].view(np.int8 if SIGNED_BYTES else np.uint8)
        stream = stored.reshape(quads, size * 16, 4).transpose(1, 0, 2).astype(np.int64)
        full[row : row + size * 16] = stream.reshape(size * 16, -1) - INT8_OFFSET
    assert kind == INT8
    np.testing.assert_array_equal(full[:outputs, :inputs], small.codes)
    assert not full[outputs:].any()
    assert not full[:, inputs:].any()
    np.testing.assert_array_equal(_bias(packed, panels, kind)[:outputs], bias)
    np.testing.assert_array_equal(_bias(packed, panels, kind, 1)[:outputs], small.scales[:, 0])
    assert not _bias(packed, panels, kind, 1)[outputs:].any()


@pytest.mark.parametrize(("outputs", "inputs"), SHAPES)
def test_int4(outputs: int, inputs: int) -> None:
    weight, bias = _weight(outputs, inputs)
    small = quantise(weight, 4, INT4_GROUP)
    kind, packed = pack_matrix(small, bias)
    panels = padded(outputs) // 16
    width = -(-inputs // 32) * 32
    codes = np.zeros((16 * panels, width), np.int64)
    scales = np.zeros_like(small.scales, shape=(16 * panels, small.scales.shape[1]))
    for size, row, at in _groups(packed, panels, kind):
        rows, pairs = slice(row, row + size * 16), -(-size // 2)
        for part, first in enumerate(range(0, width, 64)):
            vectors = min(64, width - first) // 8  # of 8 inputs each, in every panel
            stored = packed[at : at + vectors * size * 16].view(np.uint8)
            at += stored.size // 4
            stream = stored.reshape(vectors, size * 16, 4).transpose(1, 0, 2).astype(np.int64)
            bytes_of_8 = np.concatenate([stream & 15, stream >> 4], axis=2) - INT4_OFFSET
            codes[rows, first : first + 8 * vectors] = bytes_of_8.reshape(size * 16, -1)
            halves = packed[at : at + pairs * 16].view(np.uint16).reshape(pairs, 16, 2)
            at += pairs * 16
            bits = halves.transpose(0, 2, 1).reshape(-1)[: size * 16].astype(np.uint32) << 16
            scales[rows, part] = 16 * bits.view(np.float32)
    assert kind == INT4
    np.testing.assert_array_equal(codes[:outputs, :inputs], small.codes)
    assert not codes[outputs:].any()
    assert not codes[:, inputs:].any()
    np.testing.assert_array_equal(scales[:outputs], small.scales)
    assert not scales[outputs:].any()
    np.testing.assert_array_equal(_bias(packed, panels, kind)[:outputs], bias)


def test_a_shift_is_added_to_the_bias() -> None:
    weight, bias = _weight(20, 40)
    inputs = np.random.default_rng(1).normal(1, 0.3, (200, 41))
    inputs[:, -1] = 1
    small = quantise(weight, 4, INT4_GROUP, inputs.T @ inputs)
    assert small.shift.all()
    for given, expected in ((bias, bias + small.shift), (None, small.shift)):
        kind, packed = pack_matrix(small, given)
        np.testing.assert_array_equal(_bias(packed, 2, kind)[:20], expected)


@pytest.mark.parametrize(("count", "levels", "size"), [(1, 2, 64), (3, 17, 128)])
def test_tables_of_bytes(count: int, levels: int, size: int) -> None:
    tables = np.random.default_rng(5).normal(0, 1, (count, levels, size)).astype(np.float32)
    tables[-1, 1] = 0
    packed, rows = pack_table(tables), count * levels
    scales = packed[:rows]
    codes = packed[padded(rows) :].view(np.int8).reshape(rows, size)
    wide = codes * scales[:, None].astype(np.float64)
    flat = tables.reshape(rows, size)
    assert np.max(np.abs(wide - flat) / scales[:, None]) <= 0.5 + 1e-4
    moving = flat.any(axis=1)
    assert np.abs(codes[moving].astype(int)).max(axis=1).tolist() == [127] * (rows - 1)
    assert not codes[~moving].any()


def test_bfloat16_bits_are_the_upper_halves() -> None:
    values = np.array([1.0, -2.0, 0.15625, 0.0], np.float32)
    assert bfloat16_bits(values).tolist() == [0x3F80, 0xC000, 0x3E20, 0]

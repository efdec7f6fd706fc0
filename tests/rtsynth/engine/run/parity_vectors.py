"""Rows of the parity table: vectors added, looked up, copied, kept, and weights of classes."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from rtsynth.engine.kernels.matrix import LINEAR, RELU, TANH
from rtsynth.engine.kernels.packing import pack_table
from rtsynth.engine.program.layout import CODE
from rtsynth.engine.program.ops import (
    AddSlice,
    ClassWeights,
    Copy,
    EmbeddingSum,
    Keep,
    Recall,
    Tanh,
)
from tests.rtsynth.engine.run.parity_bench import (
    ACTIVATIONS,
    EDGE,
    VOICES,
    Bench,
    Results,
    Row,
    normal,
)


def _add_slice(size: int, activation: int) -> Results:
    random = np.random.default_rng(size)
    slices, divider = 3, 4
    left, right = normal(random, VOICES, size), normal(random, VOICES, slices * size)
    for now in (0, 3, 4, 11, 12, 23, 4 * 10**9 + 8):
        bench = Bench()
        left_at, right_at, target = bench.input(left), bench.input(right), bench.target(size)
        op = AddSlice(left_at, right_at, slices, divider, target, size, activation)
        arena = bench.run(op, now=now)
        part = right.reshape(VOICES, slices, size)[:, (now // divider) % slices]
        exact = left.astype(np.float64) + part.astype(np.float64)
        yield arena[:, target : target + size], ACTIVATIONS[activation](exact)


def _embedding_sum(count: int, size: int, small: bool) -> Results:
    random = np.random.default_rng([count, size])
    for levels in (2, 17, 256):
        tables = normal(random, count, levels, size) / np.float32(np.sqrt(count))
        tables[0, 1] = 0  # a row of nothing has a scale too
        codes = random.integers(0, levels, (VOICES, count))
        codes[0, 0], codes[1] = 1, levels - 1
        wide = tables.astype(np.float64)
        if small:
            peak = np.abs(wide).max(axis=2, keepdims=True)
            scale = (np.where(peak > 0, peak, 127.0) / 127).astype(np.float32).astype(np.float64)
            wide = np.round(wide / scale) * scale
        offset = 16
        packed = pack_table(tables) if small else tables.ravel()
        bench = Bench(np.concatenate([np.full(offset, EDGE, np.float32), packed]))
        codes_at, target = bench.input(codes), bench.target(size)
        op = EmbeddingSum(offset, codes_at, count, levels, target, size, int(small))
        arena = bench.run(op)
        exact = np.array([sum(wide[i, row[i]] for i in range(count)) for row in codes])
        yield arena[:, target : target + size], exact


def _tanh(size: int) -> Results:
    vectors = normal(np.random.default_rng(size), VOICES, size) * np.float32(3)
    bench = Bench()
    source, target = bench.input(vectors), bench.target(size)
    arena = bench.run(Tanh(source, target, size))
    yield arena[:, target : target + size], np.tanh(vectors.astype(np.float64))


def _copy(size: int) -> Results:
    vectors = normal(np.random.default_rng(size), VOICES, size)
    bench = Bench()
    source, target = bench.input(vectors), bench.target(size)
    arena = bench.run(Copy(source, target, size))
    yield arena[:, target : target + size], vectors.astype(np.float64)


def _class_weights(classes: int) -> Results:
    for values in ((0.0, 0.31, 1.0), (0.5, 0.99, 0.01)):
        bench = Bench()
        source, target = bench.input(np.array(values)[:, None]), bench.target(classes)
        arena = bench.run(ClassWeights(source, target, classes))
        hats = np.eye(classes)
        places = np.float32(values).astype(np.float64) * (classes - 1)
        exact = [[np.interp(x, range(classes), hat) for hat in hats] for x in places]
        if classes == 1:
            exact = [[value] for value in np.float32(values).astype(np.float64)]
        yield arena[:, target : target + classes], np.array(exact)


def _keep(levels: int, size: int) -> Results:
    random = np.random.default_rng([levels, size])
    vectors, codes = normal(random, VOICES, size), random.integers(0, levels, VOICES)
    bench = Bench()
    bench.header(CODE, codes)
    target = bench.input(vectors)
    stamps, table = bench.target(levels), bench.target(levels * size)
    arena = bench.run(Keep(stamps, table, target, size))
    exact = np.zeros((VOICES, levels, size))
    exact[range(VOICES), codes] = vectors
    yield arena[:, table : table + levels * size], exact.reshape(VOICES, -1)
    yield arena[:, stamps : stamps + levels], np.eye(levels)[codes]


def _recall(levels: int, size: int) -> Results:
    """Where all voices know, the op behind is skipped; where one does not, it is not."""
    random = np.random.default_rng([levels, size])
    source, table = normal(random, VOICES, size), normal(random, VOICES, levels * size)
    codes = random.integers(0, levels, VOICES)
    conditioning = normal(random, VOICES, 5)
    kept, stamps = conditioning.copy(), np.zeros((VOICES, levels))
    stamps[range(VOICES), codes] = 1
    fetched = table.reshape(VOICES, levels, size)[range(VOICES), codes].astype(np.float64)
    computed = np.tanh(source.astype(np.float64))
    moved = kept.copy()
    moved[1, 4] += 1
    unknown = stamps.copy()
    unknown[2] = 0
    cleared = stamps.copy()
    cleared[1] = 0
    cases = (
        (kept, stamps, fetched, stamps),
        (kept, unknown, computed, unknown),
        (moved, stamps, computed, cleared),
    )
    for kept_before, stamps_before, exact, stamps_after in cases:
        bench = Bench()
        bench.header(CODE, codes)
        source_at, table_at, target = bench.input(source), bench.input(table), bench.target(size)
        conditioning_at, kept_at = bench.input(conditioning), bench.input(kept_before)
        stamps_at = bench.input(stamps_before)
        bench.also_writes(kept_at, 5)
        bench.also_writes(stamps_at, levels)
        places = conditioning_at, 5, kept_at, stamps_at, levels, table_at, target, size
        arena = bench.run(Recall(*places, skip=1), Tanh(source_at, target, size))
        yield arena[:, target : target + size], exact
        yield arena[:, kept_at : kept_at + 5], conditioning.astype(np.float64)
        yield arena[:, stamps_at : stamps_at + levels], stamps_after


def rows() -> Iterator[Row]:
    """Of the ops that are imported above."""
    for activation, label in ((LINEAR, "linear"), (RELU, "relu"), (TANH, "tanh")):
        for size in (16, 80):
            name = f"add slice {size} {label}"
            yield Row(AddSlice, name, 4e-7, partial(_add_slice, size, activation))
    for small in (False, True):
        for count, size in ((1, 64), (2, 128), (16, 64)):
            name = f"embedding sum {'int8' if small else 'float32'} {count} of {size}"
            yield Row(EmbeddingSum, name, 8e-7, partial(_embedding_sum, count, size, small))
    for size in (16, 48):
        yield Row(Tanh, f"tanh {size}", 4e-7, partial(_tanh, size))
        yield Row(Copy, f"copy {size}", 1e-9, partial(_copy, size))
    for classes in (1, 2, 7, 20):
        yield Row(ClassWeights, f"weights of {classes}", 2e-6, partial(_class_weights, classes))
    for levels, size in ((16, 16), (64, 48)):
        yield Row(Keep, f"keep {levels} of {size}", 1e-9, partial(_keep, levels, size))
        yield Row(Recall, f"recall {levels} of {size}", 4e-7, partial(_recall, levels, size))

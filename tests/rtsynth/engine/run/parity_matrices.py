"""Rows of the parity table: matrices at every precision, and vectors as bytes."""

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.kernels.matrix import (
    LINEAR,
    Q_SCALE,
    Q_SUM,
    Q_SUMS,
    RELU,
    TANH,
    q_bytes,
    quantised_floats,
)
from rtsynth.engine.kernels.packing import FLOAT32, group_sizes, pack_matrix, padded
from rtsynth.engine.kernels.panels import INT4_GROUP
from rtsynth.engine.kernels.quantise import Quantised, quantise
from rtsynth.engine.program.ops import Ahead, Matrix, Op, Quantise
from rtsynth.engine.run.team import aligned_words
from rtsynth.engine.run.team_words import (
    TASK_CLAIM,
    TASK_WORDS,
    TEAM_AWAKE,
    TEAM_END,
    TEAM_PENDING,
    TEAM_TASKS,
    TEAM_WORDS,
)
from tests.rtsynth.engine.run.parity_bench import (
    ACTIVATIONS,
    EDGE,
    F32,
    F64,
    VOICES,
    Bench,
    Results,
    Row,
    normal,
)

OUTPUTS = (1, 16, 17, 32, 48, 64, 80, 96, 112, 128, 144, 256, 300)  # every group size, 1 to 9
PRECISIONS = {"float32": 32, "int8": 8, "int4": 4}


def rounded(weight: F32, bits: int) -> F32 | Quantised:
    """A matrix as the tape would store it at `bits`."""
    if bits == 32:
        return weight
    return quantise(weight, bits, INT4_GROUP if bits == 4 else weight.shape[1])


def wide_weights(weight: F32 | Quantised) -> F64:
    """The numbers that a stored matrix stands for."""
    if not isinstance(weight, Quantised):
        return weight.astype(np.float64)
    wide = weight.codes.astype(np.float64)
    if weight.bits == 4:  # inputs 4 to 7 of every 8 meet the whole byte, a sixteenth of it
        for column in range(wide.shape[1]):
            if column % 8 >= 4:
                wide[:, column] += (weight.codes[:, column - 4] + 8) / 16
    for column in range(wide.shape[1]):
        wide[:, column] *= weight.scales[:, column // weight.group].astype(np.float64)
    return wide


def unpacked_vectors(arena: F32, at: int, inputs: int) -> tuple[F64, F64, NDArray[np.int8]]:
    """(values, scales, bytes) of the quantised vectors that the voices have at `at`."""
    scales = arena[:, at + Q_SCALE].astype(np.float64)
    place = at + q_bytes(inputs)
    codes = np.ascontiguousarray(arena[:, place:]).view(np.int8)[:, :inputs]
    return codes * scales[:, None], scales, codes


def matrix_results(
    inputs: int, outputs: int, bits: int, activation: int = LINEAR, spread: float = 1.0
) -> tuple[F32, F64]:
    """What the kernel makes of random vectors, and what is exact; [VOICES, whole vectors]."""
    random = np.random.default_rng([inputs, outputs, bits])
    weight = normal(random, outputs, inputs) / np.float32(np.sqrt(inputs))
    bias = normal(random, outputs)
    vectors = normal(random, VOICES, inputs) * np.float32(spread)
    stored = rounded(weight, bits)
    kind, packed = pack_matrix(stored, bias)
    offset = 32  # the matrix is not the first on the tape
    bench = Bench(np.concatenate([np.full(offset, EDGE, np.float32), packed]))
    source = bench.input(vectors)
    panels = padded(outputs) // 16
    groups = len(group_sizes(panels, kind))
    ops: list[Op] = []
    multiplied = source
    if kind != FLOAT32:
        multiplied = bench.target(quantised_floats(inputs))
        ops.append(Quantise(source, inputs, multiplied))
    target = bench.target(padded(outputs))
    sizes = panels, groups, activation, packed.nbytes
    ops.append(Matrix(kind, offset, multiplied, inputs, target, *sizes))
    arena = bench.run(*ops)
    values = vectors.astype(np.float64)
    if kind != FLOAT32:
        values, _, _ = unpacked_vectors(arena, multiplied, inputs)
    exact = np.zeros((VOICES, padded(outputs)))
    exact[:, :outputs] = np.einsum("oi,vi->vo", wide_weights(stored), values) + bias
    return arena[:, target : target + padded(outputs)], ACTIVATIONS[activation](exact)


def _matrix(inputs: int, bits: int, activation: int = LINEAR) -> Results:
    for outputs in OUTPUTS:
        yield matrix_results(inputs, outputs, bits, activation)


def quantise_results(vectors: F32) -> tuple[F32, F64, NDArray[np.int8], NDArray[np.int32]]:
    """(arena rows of the quantised vectors, scales, bytes, sums [VOICES, 1 + parts])."""
    inputs = vectors.shape[1]
    bench = Bench()
    source = bench.input(vectors)
    target = bench.target(quantised_floats(inputs))
    arena = bench.run(Quantise(source, inputs, target))
    _, scales, codes = unpacked_vectors(arena, target, inputs)
    parts = -(-inputs // INT4_GROUP)
    words = np.ascontiguousarray(arena[:, target : target + Q_SUMS + parts]).view(np.int32)
    sums = words[:, [Q_SUM, *range(Q_SUMS, Q_SUMS + parts)]]
    return arena[:, target : target + quantised_floats(inputs)], scales, codes, sums


def _quantise(inputs: int) -> Results:
    for spread in (1e-30, 1e-3, 1.0, 1e4):
        vectors = normal(np.random.default_rng(inputs), VOICES, inputs) * np.float32(spread)
        words, scales, codes, sums = quantise_results(vectors)
        steps = vectors.astype(np.float64) / scales[:, None]
        yield codes.astype(np.float32), steps
        peak = np.abs(vectors).max(axis=1).astype(np.float64)
        yield (scales * 127 / peak).astype(np.float32), np.ones(VOICES)
        wide = np.pad(codes.astype(np.int64), ((0, 0), (0, -inputs % INT4_GROUP)))
        parts = wide.reshape(VOICES, -1, INT4_GROUP).sum(axis=2)
        np.testing.assert_array_equal(sums, np.column_stack([parts.sum(axis=1), parts]))
        # For the digest: every byte that was written.
        written = words.view(np.uint8)
        yield written.astype(np.float32), written.astype(np.float64)


def _ahead() -> Results:
    """A matrix that is begun for the next step, by nobody but the thread that needs it."""
    inputs, outputs = 100, 300
    random = np.random.default_rng(0)
    weight, vectors = normal(random, outputs, inputs) / 10, normal(random, VOICES, inputs)
    kind, packed = pack_matrix(weight, None)
    bench = Bench(packed)
    bench.team = aligned_words(TEAM_WORDS)
    bench.team[TEAM_AWAKE], bench.team[TEAM_END] = 1, 10
    source, target = bench.input(vectors), bench.target(padded(outputs))
    panels = padded(outputs) // 16
    sizes = panels, len(group_sizes(panels, kind)), LINEAR, packed.nbytes
    matrix = Matrix(kind, 0, source, inputs, target, *sizes, task=1)
    claim = TEAM_TASKS + TASK_WORDS + TASK_CLAIM
    for now, begun in ((8, True), (9, False)):  # the next step but one is not in this block
        before = bench.team[claim] >> 32
        arena = bench.run(Ahead(1, divider=1), matrix, now=now, helpers=1)
        assert (bench.team[claim] >> 32) - before == begun
        assert bench.team[TEAM_PENDING + 1] == 0
        exact = np.zeros((VOICES, padded(outputs)))
        exact[:, :outputs] = vectors.astype(np.float64) @ weight.astype(np.float64).T
        yield arena[:, target : target + padded(outputs)], exact


def rows() -> Iterator[Row]:
    """Of `Matrix`, `Quantise` and `Ahead`."""
    # Results are about 1 in size: weights are normal / sqrt(inputs), inputs and biases normal. Of
    # int8 and int4 the sums of products are exact, of int4 in parts of 64 inputs.
    matrix = {
        #  inputs: float32, int8, int4
        1: (5e-7, 6e-7, 5e-7),
        4: (1e-6, 5e-7, 5e-7),
        31: (2e-6, 5e-7, 5e-7),
        48: (4e-6, 5e-7, 5e-7),
        96: (4e-6, 5e-7, 5e-7),
        100: (4e-6, 5e-7, 5e-7),
        256: (5e-6, 5e-7, 5e-7),
        800: (1e-5, 5e-7, 7e-7),
    }
    for inputs, tolerances in matrix.items():
        for (name, bits), tolerance in zip(PRECISIONS.items(), tolerances, strict=True):
            yield Row(Matrix, f"matrix {name} {inputs}", tolerance, partial(_matrix, inputs, bits))
    for name, bits in PRECISIONS.items():
        for activation, label, tolerance in ((RELU, "relu", 4e-6), (TANH, "tanh", 1.2e-6)):
            yield Row(
                Matrix,
                f"matrix {name} 100 {label}",
                tolerance if bits == 32 else 5e-7,
                partial(_matrix, 100, bits, activation),
            )
    for inputs in (1, 15, 16, 17, 31, 32, 33, 48, 64, 65, 100, 256, 513, 800):
        # In steps of the scale: half of one is what rounding to the nearest takes away.
        yield Row(Quantise, f"quantise {inputs}", 0.5 + 3e-5, partial(_quantise, inputs))
    yield Row(Ahead, "ahead", 4e-6, _ahead)

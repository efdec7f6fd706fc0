"""The parity table: every op at every precision against plain NumPy in float64.

`ROWS` is the table. Run as a program it prints a digest of what each row computes, one line a row:
on every CPU path, and for every CPU that the code is compiled for, these must be the same.
"""

import hashlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
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
from rtsynth.engine.kernels.packing import FLOAT32, group_sizes, pack_matrix, pack_table, padded
from rtsynth.engine.kernels.panels import INT4_GROUP
from rtsynth.engine.kernels.quantise import Quantised, quantise
from rtsynth.engine.program.layout import (
    CONFIG_ARENA_FLOATS,
    CONFIG_WORDS,
    OP_ADD_SLICE,
    OP_EMBEDDING_SUM,
    OP_GRU_GATES,
    OP_LSTM_GATES,
    OP_MATRIX,
    OP_QUANTISE,
    OP_WORDS,
    ROUTE_FLOATS,
    ROUTE_WORDS,
    Program,
    aligned_floats,
    header_of,
)
from rtsynth.engine.run.render import run_ops
from rtsynth.engine.run.team import team_words
from tests.rtsynth.engine.run.cells import gru_gates, lstm_gates

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

VOICES = 3
MARGIN = 16  # floats at the start of a voice that no op may touch
EDGE = np.float32(7777.0)
OUTPUTS = (1, 16, 17, 32, 48, 64, 80, 96, 112, 128, 144, 256, 300)  # every group size, 1 to 9
ACTIVATIONS: dict[int, Callable[[F64], F64]] = {
    LINEAR: lambda x: x,
    RELU: lambda x: np.where(x > 0, x, 0.0),
    TANH: np.tanh,
}


@dataclass(frozen=True)
class Row:
    """One line of the table: what `compute` gives is within `tolerance` of what is exact."""

    name: str
    tolerance: float
    compute: Callable[[], Iterator[tuple[F32, F64]]] = field(repr=False)


class Bench:
    """Three voices of a one-op program, and the arena they lie in.

    Everything an op is not given is filled with EDGE, and must still be there afterwards.
    """

    def __init__(self, weights: F32 | None = None) -> None:
        self.weights = aligned_floats(0 if weights is None else weights.size)
        if weights is not None:
            self.weights[:] = weights
        self._size = MARGIN
        self._inputs: list[tuple[int, F32]] = []
        self._targets: list[tuple[int, int]] = []

    def input(self, values: NDArray[np.floating]) -> int:
        """Room for `values` [VOICES, n], padded with zeros: where in a voice."""
        at = self._room(values.shape[1])
        self._inputs.append((at, np.asarray(values, np.float32)))
        return at

    def target(self, floats: int) -> int:
        """Room for what the op writes."""
        at = self._room(floats)
        self._targets.append((at, floats))
        return at

    def also_writes(self, at: int, floats: int) -> None:
        """An input that the op changes."""
        self._targets.append((at, floats))

    def _room(self, floats: int) -> int:
        at = self._size
        self._size += padded(floats) + MARGIN
        return at

    def run(self, *ops: tuple[int, ...], now: int = 0) -> F32:
        """The arena [VOICES, floats] after the ops."""
        size = self._size
        arena = aligned_floats(size * VOICES)
        voices = arena.reshape(VOICES, size)
        voices[:] = EDGE
        for at, values in self._inputs:
            voices[:, at : at + padded(values.shape[1])] = 0
            voices[:, at : at + values.shape[1]] = values
        for at, floats in self._targets:
            if not any(at == place for place, _ in self._inputs):
                voices[:, at : at + padded(floats)] = 0
        before = voices.copy()
        config = np.zeros(CONFIG_WORDS, np.int64)
        config[CONFIG_ARENA_FLOATS] = size
        program = Program(
            ops=np.array([[*op, *[0] * (OP_WORDS - len(op))] for op in ops], np.int32),
            sections=np.zeros((1, 4), np.int32),
            config=config,
            weights=self.weights,
            decode=np.zeros(1, np.float32),
            hear=np.zeros(1, np.float32),
            routes=np.zeros((0, ROUTE_WORDS), np.int32),
            route_map=np.zeros((0, ROUTE_FLOATS), np.float32),
            ramp_samples=np.zeros(0, np.int32),
            rest=np.zeros(0, np.float32),
            team=team_words(1),
        )
        first, end = np.int32(0), np.int32(len(ops))  # the types that sections of a tape have
        run_ops(program, header_of(arena), arena, first, end, now, 0)
        for at, floats in self._targets:
            before[:, at : at + padded(floats)] = voices[:, at : at + padded(floats)]
        np.testing.assert_array_equal(before.view(np.int32), voices.view(np.int32))
        return voices


def _normal(random: np.random.Generator, *shape: int) -> F32:
    return random.normal(0, 1, shape).astype(np.float32)


# --- matrix --------------------------------------------------------------------------------------


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
    weight = _normal(random, outputs, inputs) / np.float32(np.sqrt(inputs))
    bias = _normal(random, outputs)
    vectors = _normal(random, VOICES, inputs) * np.float32(spread)
    stored = rounded(weight, bits)
    kind, packed = pack_matrix(stored, bias)
    offset = 32  # the matrix is not the first on the tape
    bench = Bench(np.concatenate([np.full(offset, EDGE, np.float32), packed]))
    source = bench.input(vectors)
    panels = padded(outputs) // 16
    groups = len(group_sizes(panels, kind))
    ops: list[tuple[int, ...]] = []
    multiplied = source
    if kind != FLOAT32:
        multiplied = bench.target(quantised_floats(inputs))
        ops.append((OP_QUANTISE, source, inputs, multiplied))
    target = bench.target(padded(outputs))
    ops.append(
        (OP_MATRIX, kind, offset, multiplied, inputs, target, panels, groups, activation,
         packed.nbytes)
    )  # fmt: skip
    arena = bench.run(*ops)
    values = vectors.astype(np.float64)
    if kind != FLOAT32:
        values, _, _ = unpacked_vectors(arena, multiplied, inputs)
    exact = np.zeros((VOICES, padded(outputs)))
    exact[:, :outputs] = np.einsum("oi,vi->vo", wide_weights(stored), values) + bias
    return arena[:, target : target + padded(outputs)], ACTIVATIONS[activation](exact)


def _matrix(inputs: int, bits: int, activation: int = LINEAR) -> Iterator[tuple[F32, F64]]:
    for outputs in OUTPUTS:
        yield matrix_results(inputs, outputs, bits, activation)


# --- the others ----------------------------------------------------------------------------------


def quantise_results(vectors: F32) -> tuple[F32, F64, NDArray[np.int8], NDArray[np.int32]]:
    """(arena rows of the quantised vectors, scales, bytes, sums [VOICES, 1 + parts])."""
    inputs = vectors.shape[1]
    bench = Bench()
    source = bench.input(vectors)
    target = bench.target(quantised_floats(inputs))
    arena = bench.run((OP_QUANTISE, source, inputs, target))
    _, scales, codes = unpacked_vectors(arena, target, inputs)
    parts = -(-inputs // INT4_GROUP)
    words = np.ascontiguousarray(arena[:, target : target + Q_SUMS + parts]).view(np.int32)
    sums = words[:, [Q_SUM, *range(Q_SUMS, Q_SUMS + parts)]]
    return arena[:, target : target + quantised_floats(inputs)], scales, codes, sums


def _quantise(inputs: int) -> Iterator[tuple[F32, F64]]:
    for spread in (1e-30, 1e-3, 1.0, 1e4):
        vectors = _normal(np.random.default_rng(inputs), VOICES, inputs) * np.float32(spread)
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


def _gates(op: int, hidden: int) -> Iterator[tuple[F32, F64]]:
    random = np.random.default_rng([op, hidden])
    gates = 3 if op == OP_GRU_GATES else 4
    for spread in (0.3, 3.0, 30.0):
        x, h = (_normal(random, VOICES, gates * hidden) * np.float32(spread) for _ in range(2))
        state, cell = (random.uniform(-1, 1, (VOICES, hidden)).astype(np.float32) for _ in range(2))
        bench = Bench()
        from_input, from_state = bench.input(x), bench.input(h)
        state_at = bench.input(state)
        bench.also_writes(state_at, hidden)
        wide = [part.astype(np.float64) for part in (x, h, cell, state)]
        if op == OP_GRU_GATES:
            arena = bench.run((op, from_input, from_state, state_at, hidden))
            yield arena[:, state_at : state_at + hidden], gru_gates(wide[0], wide[1], wide[3])
            continue
        cell_at = bench.input(cell)
        bench.also_writes(cell_at, hidden)
        arena = bench.run((op, from_input, from_state, cell_at, state_at, hidden))
        exact_cell, exact_state = lstm_gates(*wide[:3])
        yield arena[:, cell_at : cell_at + hidden], exact_cell
        yield arena[:, state_at : state_at + hidden], exact_state


def _add_slice(size: int, activation: int) -> Iterator[tuple[F32, F64]]:
    random = np.random.default_rng(size)
    slices, divider = 3, 4
    left, right = _normal(random, VOICES, size), _normal(random, VOICES, slices * size)
    for now in (0, 3, 4, 11, 12, 23, 4 * 10**9 + 8):
        bench = Bench()
        left_at, right_at, target = bench.input(left), bench.input(right), bench.target(size)
        op = (OP_ADD_SLICE, left_at, right_at, slices, divider, target, size, activation)
        arena = bench.run(op, now=now)
        part = right.reshape(VOICES, slices, size)[:, (now // divider) % slices]
        exact = left.astype(np.float64) + part.astype(np.float64)
        yield arena[:, target : target + size], ACTIVATIONS[activation](exact)


def _embedding_sum(count: int, size: int, small: bool) -> Iterator[tuple[F32, F64]]:
    random = np.random.default_rng([count, size])
    for levels in (2, 17, 256):
        tables = _normal(random, count, levels, size) / np.float32(np.sqrt(count))
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
        op = (OP_EMBEDDING_SUM, offset, codes_at, count, levels, target, size, int(small))
        arena = bench.run(op)
        exact = np.array([sum(wide[i, row[i]] for i in range(count)) for row in codes])
        yield arena[:, target : target + size], exact


# --- the table -----------------------------------------------------------------------------------

PRECISIONS = {"float32": 32, "int8": 8, "int4": 4}


def _rows() -> Iterator[Row]:
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
            yield Row(f"matrix {name} {inputs}", tolerance, partial(_matrix, inputs, bits))
    for name, bits in PRECISIONS.items():
        for activation, label, tolerance in ((RELU, "relu", 4e-6), (TANH, "tanh", 1.2e-6)):
            yield Row(
                f"matrix {name} 100 {label}",
                tolerance if bits == 32 else 5e-7,
                partial(_matrix, 100, bits, activation),
            )
    for inputs in (1, 15, 16, 17, 31, 32, 33, 48, 64, 65, 100, 256, 513, 800):
        # In steps of the scale: half of one is what rounding to the nearest takes away.
        yield Row(f"quantise {inputs}", 0.5 + 3e-5, partial(_quantise, inputs))
    for op, label in ((OP_GRU_GATES, "gru"), (OP_LSTM_GATES, "lstm")):
        for hidden in (16, 48, 256):
            yield Row(
                f"{label} gates {hidden}",
                8e-7,
                partial(_gates, op, hidden),
            )
    for activation, label in ((LINEAR, "linear"), (RELU, "relu"), (TANH, "tanh")):
        for size in (16, 80):
            yield Row(
                f"add slice {size} {label}",
                4e-7,
                partial(_add_slice, size, activation),
            )
    for small in (False, True):
        for count, size in ((1, 64), (2, 128), (16, 64)):
            yield Row(
                f"embedding sum {'int8' if small else 'float32'} {count} of {size}",
                8e-7,
                partial(_embedding_sum, count, size, small),
            )


ROWS = {row.name: row for row in _rows()}


def digests() -> dict[str, str]:
    """Of every row, the hash of the bits it computes."""
    found = {}
    for name, row in ROWS.items():
        digest = hashlib.sha256()
        for got, _ in row.compute():
            digest.update(np.ascontiguousarray(got).tobytes())
        found[name] = digest.hexdigest()[:16]
    return found


def main() -> None:
    from rtsynth.engine.kernels.cpu import PATH

    print(f"path\t{PATH.name}")
    for name, digest in digests().items():
        print(f"{name}\t{digest}")


if __name__ == "__main__":
    sys.exit(main())

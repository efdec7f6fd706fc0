"""The kernels that most ops call: matrix times vector at three precisions, and vectors.

Vectors live in one float32 arena and are padded to whole vectors with zeros, so that no kernel has
a remainder loop. Several voices lie in the arena one behind the other, `stride` floats apart: a
group of weights is read once and used for all of them. Every accumulation has a fixed order, so
the result is fixed to the bit whatever the blocks, voices, threads or CPU.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from rtsynth.engine.kernels import simd
from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.packing import FLOAT32, GROUP_WORDS, INT8
from rtsynth.engine.kernels.panels import (
    INT4_COLUMNS,
    INT4_GROUP,
    INT8_OFFSET,
    float32_panels,
    int4_panels,
    int8_panels,
)
from rtsynth.engine.kernels.simd import LANES

LINEAR, RELU, TANH = 0, 1, 2  # activations
SILENT = np.float32(1e-36)  # a vector below this is 0: the inverse of its peak would overflow

# A quantised vector: its scale, the sum of its bytes, sums of 64 bytes each, the bytes.
Q_SCALE, Q_SUM, Q_SUMS = 0, 1, LANES


def quantised_floats(inputs: int) -> int:
    """Arena floats that a quantised vector of `inputs` takes."""
    return q_bytes(inputs) + -(-inputs // INT4_COLUMNS) * INT4_COLUMNS // 4


def q_bytes(inputs: int) -> int:
    """Where the bytes of a quantised vector are, in floats from its start."""
    return Q_SUMS + -(-inputs // (INT4_GROUP * LANES)) * LANES


_q_bytes = jit(forceinline=True)(q_bytes)


def _word_access(kind: Any, numba_kind: Any) -> tuple[Any, Any]:
    """Intrinsics that read and write a 4-byte word of a float32 array as another type."""

    def where(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, args[0])
        return builder.bitcast(builder.gep(array.data, [args[1]]), kind.as_pointer())

    def read(typing, array, index):
        def codegen(context, builder, signature, args):
            return builder.load(where(context, builder, signature, args), align=4, typ=kind)

        return numba_kind(array, types.intp), codegen

    def write(typing, array, index, value):
        def codegen(context, builder, signature, args):
            builder.store(args[2], where(context, builder, signature, args), align=4)
            return context.get_dummy_value()

        return types.none(array, types.intp, numba_kind), codegen

    return intrinsic(read), intrinsic(write)


int_at, put_int = _word_access(ir.IntType(32), types.int32)

_f1, _f2, _f3, _f4, _f5, _f6, _f7, _f8, _f9 = (float32_panels[size] for size in range(1, 10))
_b1, _b2, _b3, _b4, _b5, _b6, _b7, _b8, _b9 = (int8_panels[size] for size in range(1, 10))
_n1, _n2, _n3, _n4 = (int4_panels[size] for size in range(1, 5))


@jit(forceinline=True)
def float32_group(size, weights, arena, at, bias, source, inputs, target):
    """`size` panels of a float32 matrix, at weights[at]."""
    if size == 8:
        _f8(weights, arena, at, bias, source, inputs, target)
    elif size == 9:
        _f9(weights, arena, at, bias, source, inputs, target)
    elif size == 7:
        _f7(weights, arena, at, bias, source, inputs, target)
    elif size == 6:
        _f6(weights, arena, at, bias, source, inputs, target)
    elif size == 5:
        _f5(weights, arena, at, bias, source, inputs, target)
    elif size == 4:
        _f4(weights, arena, at, bias, source, inputs, target)
    elif size == 3:
        _f3(weights, arena, at, bias, source, inputs, target)
    elif size == 2:
        _f2(weights, arena, at, bias, source, inputs, target)
    else:
        _f1(weights, arena, at, bias, source, inputs, target)


@jit(forceinline=True)
def int8_group(size, weights, arena, at, bias, scales, source, inputs, target):
    """`size` panels of an int8 matrix; `source` is a quantised vector."""
    scale = arena[source + Q_SCALE]
    start = np.int32(-INT8_OFFSET) * int_at(arena, source + Q_SUM)
    source = source + _q_bytes(inputs)
    if size == 8:
        _b8(weights, arena, at, bias, scales, source, inputs, scale, start, target)
    elif size == 9:
        _b9(weights, arena, at, bias, scales, source, inputs, scale, start, target)
    elif size == 7:
        _b7(weights, arena, at, bias, scales, source, inputs, scale, start, target)
    elif size == 6:
        _b6(weights, arena, at, bias, scales, source, inputs, scale, start, target)
    elif size == 5:
        _b5(weights, arena, at, bias, scales, source, inputs, scale, start, target)
    elif size == 4:
        _b4(weights, arena, at, bias, scales, source, inputs, scale, start, target)
    elif size == 3:
        _b3(weights, arena, at, bias, scales, source, inputs, scale, start, target)
    elif size == 2:
        _b2(weights, arena, at, bias, scales, source, inputs, scale, start, target)
    else:
        _b1(weights, arena, at, bias, scales, source, inputs, scale, start, target)


@jit(forceinline=True)
def int4_group(size, weights, arena, at, bias, source, inputs, target):
    """`size` panels of an int4 matrix; `source` is a quantised vector."""
    scale = arena[source + Q_SCALE]
    sums = source + Q_SUMS
    source = source + _q_bytes(inputs)
    if size == 4:
        _n4(weights, arena, at, bias, sums, source, inputs, scale, target)
    elif size == 3:
        _n3(weights, arena, at, bias, sums, source, inputs, scale, target)
    elif size == 2:
        _n2(weights, arena, at, bias, sums, source, inputs, scale, target)
    else:
        _n1(weights, arena, at, bias, sums, source, inputs, scale, target)


@jit(forceinline=True)
def matrix_groups(weights, arena, stride, voices, op, first, end):
    """Groups [first, end) of a matrix for every voice: what one thread computes.

    `op` says where things are, see `rtsynth.engine.program.ops.Matrix`.
    """
    table = (op.groups * GROUP_WORDS + LANES - 1) // LANES * LANES
    bias = op.weights + table
    scales = bias + op.panels * LANES
    for group in range(first, end):
        row = op.weights + group * GROUP_WORDS
        size = np.int64(int_at(weights, row))
        start = np.int64(int_at(weights, row + 1)) * LANES
        stream = op.weights + np.int64(int_at(weights, row + 2))
        for voice in range(voices):
            source = voice * stride + op.source
            into = voice * stride + op.target + start
            if op.kind == FLOAT32:
                float32_group(size, weights, arena, stream, bias + start, source, op.inputs, into)
            elif op.kind == INT8:
                int8_group(
                    size, weights, arena, stream, bias + start, scales + start, source, op.inputs,
                    into,
                )  # fmt: skip
            else:
                int4_group(size, weights, arena, stream, bias + start, source, op.inputs, into)
            if op.activation != LINEAR:
                for i in range(into, into + size * LANES, LANES):
                    simd.store(arena, i, activate(simd.load(arena, i), op.activation))


@jit(forceinline=True)
def activate(value, activation):
    """An activation on one vector."""
    if activation == RELU:
        return simd.relu(value)
    if activation == TANH:
        return simd.tanh(value)
    return value


@jit(forceinline=True)
def load_inputs(arena, source, at, inputs):
    """Vector `at` of the `inputs` numbers at `source`; what lies behind them counts as 0."""
    value = simd.load(arena, source + at)
    if at + LANES > inputs:
        value = simd.keep_first(value, inputs - at)
    return value


@jit()
def quantise(arena, source, inputs, target):
    """arena[source : source + inputs] as signed bytes times a scale, at arena[target].

    The scale is the largest magnitude / 127; rounding is to nearest, ties to even.
    """
    peaks = simd.splat(np.float32(0.0))
    for i in range(0, inputs, LANES):
        peaks = simd.maximum(simd.magnitude(load_inputs(arena, source, i, inputs)), peaks)
    peak = simd.max_lanes(peaks)
    inverse = np.float32(0.0)
    if peak > SILENT:
        inverse = np.float32(127.0) / peak
    arena[target + Q_SCALE] = peak / np.float32(127.0)
    factor = simd.splat(inverse)
    total = np.int32(0)
    into = target + _q_bytes(inputs)
    for part in range((inputs + INT4_GROUP - 1) // INT4_GROUP):
        subtotal = np.int32(0)
        for at in range(part * INT4_GROUP, min((part + 1) * INT4_GROUP, inputs), LANES):
            values = simd.mul(load_inputs(arena, source, at, inputs), factor)
            subtotal += simd.store_bytes(arena, into + at // 4, values)
        put_int(arena, target + Q_SUMS + part, subtotal)
        total += subtotal
    put_int(arena, target + Q_SUM, total)


@jit()
def class_weights(arena, source, target, count):
    """Hat functions of the number 0..1 at `source`: max(0, 1 - |x (count - 1) - k|), k < count.

    At a class it is one-hot, between two of them both weigh. A count of 1 copies the number.
    """
    if count == 1:
        arena[target] = arena[source]
        return
    value = arena[source] * np.float32(count - 1)
    for k in range(count):
        distance = abs(value - np.float32(k))
        arena[target + k] = max(np.float32(0.0), np.float32(1.0) - distance)


@jit()
def copy(arena, source, target, size):
    """target = source, vectors of `size`."""
    for i in range(0, size, LANES):
        simd.store(arena, target + i, simd.load(arena, source + i))


@jit()
def apply_tanh(arena, source, target, size):
    """target = tanh(source), vectors of `size`."""
    for i in range(0, size, LANES):
        simd.store(arena, target + i, simd.tanh(simd.load(arena, source + i)))


@jit()
def add_slice(arena, left, right, target, size, activation):
    """target = activation(left + right), vectors of `size`."""
    for i in range(0, size, LANES):
        value = simd.add(simd.load(arena, left + i), simd.load(arena, right + i))
        simd.store(arena, target + i, activate(value, activation))


@jit()
def embedding_sum(weights, at, arena, codes, count, levels, target, size):
    """target = sum over i < count of table[i][code i], float32 tables [count, levels, size].

    `codes` are `count` numbers in the arena, the oldest first.
    """
    for unit in range(0, size, 4 * LANES):
        row = at + np.int64(arena[codes]) * size + unit
        a, b = simd.load(weights, row), simd.load(weights, row + LANES)
        c, d = simd.load(weights, row + 2 * LANES), simd.load(weights, row + 3 * LANES)
        for i in range(1, count):
            row = at + (i * levels + np.int64(arena[codes + i])) * size + unit
            a = simd.add(simd.load(weights, row), a)
            b = simd.add(simd.load(weights, row + LANES), b)
            c = simd.add(simd.load(weights, row + 2 * LANES), c)
            d = simd.add(simd.load(weights, row + 3 * LANES), d)
        simd.store(arena, target + unit, a)
        simd.store(arena, target + unit + LANES, b)
        simd.store(arena, target + unit + 2 * LANES, c)
        simd.store(arena, target + unit + 3 * LANES, d)


@jit()
def embedding_sum_int8(weights, at, arena, codes, count, levels, target, size):
    """`embedding_sum` of byte tables: float32 scales [count * levels], then bytes."""
    bytes_at = at + (count * levels + LANES - 1) // LANES * LANES
    for unit in range(0, size, 4 * LANES):
        zero = simd.splat(np.float32(0.0))
        a, b, c, d = zero, zero, zero, zero
        for i in range(count):
            entry = i * levels + np.int64(arena[codes + i])
            scale = simd.splat(weights[at + entry])
            row = bytes_at + (entry * size + unit) // 4
            a = simd.fma(simd.load_bytes(weights, row), scale, a)
            b = simd.fma(simd.load_bytes(weights, row + LANES // 4), scale, b)
            c = simd.fma(simd.load_bytes(weights, row + 2 * LANES // 4), scale, c)
            d = simd.fma(simd.load_bytes(weights, row + 3 * LANES // 4), scale, d)
        simd.store(arena, target + unit, a)
        simd.store(arena, target + unit + LANES, b)
        simd.store(arena, target + unit + 2 * LANES, c)
        simd.store(arena, target + unit + 3 * LANES, d)

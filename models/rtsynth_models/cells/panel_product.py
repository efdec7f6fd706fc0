"""Products of a few rows with a matrix, as a recurrent layer needs one at every time step.

A BLAS packs the matrix again for every product, which costs most of the time where rows are few.
Here it is packed once a chunk: panels of 32 columns, each one contiguous, that a block of rows
goes through with all its sums in registers. Every sum is one chain of fused multiply-adds down the
matrix, so it depends neither on the number of rows nor on that of threads.
"""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from rtsynth.engine.kernels.cpu import cpu_features
from rtsynth.engine.kernels.simd import LANES
from rtsynth_models.cells.jit import trainer_jit

PANEL = 2 * LANES  # columns
# Rows that go through a panel together: twice as many sums as rows must fit the registers.
BLOCK = 8 if "avx512f" in cpu_features() else 2

# Of a weight's gradient: rows and columns of the one factor that stay in a cache meanwhile.
DEPTH, GROUP = 256, 96

_F32 = ir.FloatType()
_VF = ir.VectorType(_F32, LANES)


def pack(matrix: np.ndarray) -> np.ndarray:
    """`matrix` float32 [K, N] as float32 [K, C], C = N rounded up to 16, filled up with zeros.

    The numbers lie panel after panel, every panel [K, 32]; the last one may be [K, 16].
    """
    depth, columns = matrix.shape
    width = -(-columns // LANES) * LANES
    packed = np.zeros((depth, width), np.float32)
    flat = packed.reshape(-1)
    for first in range(0, width, PANEL):
        panel = flat[depth * first : depth * min(first + PANEL, width)].reshape(depth, -1)
        part = matrix[:, first : first + PANEL]
        panel[:, : part.shape[1]] = part
    return packed


def _block(rows: int, vectors: int, adds: bool = False) -> Any:
    """An intrinsic: `rows` rows times one panel of `vectors` x 16 columns.

    (a, a_at, a_stride, a_step, packed, panel_at, panel_step, depth, start, start_at, start_stride,
    out, out_at, out_stride); arrays are flat float32. `stride` is from row to row, `step` down the
    depth. With `adds` the sums begin with `start`, else with zeros.
    """

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def data(number: int, offset: Any) -> Any:
            kind = signature.args[number]
            array = context.make_array(kind)(context, builder, args[number])
            return builder.gep(array.data, [offset])

        def vector(pointer: Any) -> Any:
            return builder.bitcast(pointer, _VF.as_pointer())

        a_stride, a_step, panel_step, depth = args[2], args[3], args[6], args[7]
        index = a_stride.type
        sums = [[cgutils.alloca_once(builder, _VF) for _ in range(vectors)] for _ in range(rows)]

        def places(array: int) -> Iterator[tuple[Any, Any]]:
            """(where the sum is, its vector in this array)"""
            at, stride = args[array + 1], args[array + 2]
            for row, row_sums in enumerate(sums):
                begin = builder.add(at, builder.mul(stride, ir.Constant(index, row)))
                for number, place in enumerate(row_sums):
                    offset = builder.add(begin, ir.Constant(index, number * LANES))
                    yield place, vector(data(array, offset))

        if adds:
            for place, source in places(8):
                builder.store(builder.load(source, align=4, typ=_VF), place)
        else:
            for place in itertools.chain(*sums):
                builder.store(ir.Constant(_VF, [0.0] * LANES), place)
        starts = [
            data(0, builder.add(args[1], builder.mul(a_stride, ir.Constant(index, row))))
            for row in range(rows)
        ]
        panel = data(4, args[5])
        fma = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(_VF, [_VF] * 3), f"llvm.fma.v{LANES}f32"
        )
        undefined, first = ir.Constant(_VF, ir.Undefined), ir.Constant(ir.IntType(32), 0)
        spread = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        with cgutils.for_range(builder, depth, intp=index) as loop:
            at, down = builder.mul(loop.index, panel_step), builder.mul(loop.index, a_step)
            weights = []
            for number in range(vectors):
                place = builder.gep(panel, [builder.add(at, ir.Constant(index, number * LANES))])
                weights.append(builder.load(vector(place), align=4, typ=_VF))
            for start, row_sums in zip(starts, sums, strict=True):
                factor = builder.load(builder.gep(start, [down]), typ=_F32)
                lanes = builder.insert_element(undefined, factor, first)
                lanes = builder.shuffle_vector(lanes, undefined, spread)
                for weight, place in zip(weights, row_sums, strict=True):
                    before = builder.load(place, typ=_VF)
                    builder.store(builder.call(fma, [lanes, weight, before]), place)
        for place, target in places(11):
            builder.store(builder.load(place, typ=_VF), target, align=4)
        return context.get_dummy_value()

    def typed(
        typing_context: Any,
        a: Any,
        a_at: Any,
        a_stride: Any,
        a_step: Any,
        packed: Any,
        panel_at: Any,
        panel_step: Any,
        depth: Any,
        start: Any,
        start_at: Any,
        start_stride: Any,
        out: Any,
        out_at: Any,
        out_stride: Any,
    ) -> Any:
        number = types.intp
        arrays = a, number, number, number, packed, number, number, number
        return types.none(*arrays, start, number, number, out, number, number), emit

    return intrinsic(typed)


_many, _one = _block(BLOCK, 2), _block(1, 2)
_many_half, _one_half = _block(BLOCK, 1), _block(1, 1)
_many_on, _one_on = _block(BLOCK, 2, adds=True), _block(1, 2, adds=True)
_many_half_on, _one_half_on = _block(BLOCK, 1, adds=True), _block(1, 1, adds=True)


@trainer_jit(fastmath=False)
def product(rows, begin, packed, out):
    """out [B, C] = columns `begin`, ..., `begin + K - 1` of `rows` times `packed` [K, C].

    All are contiguous float32; columns of `out` beyond the matrix become 0.
    """
    count, stride = rows.shape
    depth, width = packed.shape
    a, w, o = rows.reshape(-1), packed.reshape(-1), out.reshape(-1)
    for column in range(0, width, PANEL):
        panel = column * depth
        row = 0
        while row + BLOCK <= count:
            at, to = row * stride + begin, row * width + column
            if column + LANES < width:
                _many(a, at, stride, 1, w, panel, PANEL, depth, o, to, width, o, to, width)
            else:
                _many_half(a, at, stride, 1, w, panel, LANES, depth, o, to, width, o, to, width)
            row += BLOCK
        while row < count:
            at, to = row * stride + begin, row * width + column
            if column + LANES < width:
                _one(a, at, stride, 1, w, panel, PANEL, depth, o, to, width, o, to, width)
            else:
                _one_half(a, at, stride, 1, w, panel, LANES, depth, o, to, width, o, to, width)
            row += 1


@trainer_jit(fastmath=False)
def product_onto(start, rows, begin, packed, out):
    """`product` with `start` [C], a bias, added: every sum begins with it."""
    count, stride = rows.shape
    depth, width = packed.shape
    a, w, o = rows.reshape(-1), packed.reshape(-1), out.reshape(-1)
    for column in range(0, width, PANEL):
        panel = column * depth
        row = 0
        while row + BLOCK <= count:
            at, to = row * stride + begin, row * width + column
            if column + LANES < width:
                _many_on(a, at, stride, 1, w, panel, PANEL, depth, start, column, 0, o, to, width)
            else:
                _many_half_on(
                    a, at, stride, 1, w, panel, LANES, depth, start, column, 0, o, to, width
                )
            row += BLOCK
        while row < count:
            at, to = row * stride + begin, row * width + column
            if column + LANES < width:
                _one_on(a, at, stride, 1, w, panel, PANEL, depth, start, column, 0, o, to, width)
            else:
                _one_half_on(
                    a, at, stride, 1, w, panel, LANES, depth, start, column, 0, o, to, width
                )
            row += 1


@trainer_jit(fastmath=False)
def add_outer(a, first, last, b, out):
    """out [M, C] += the sum over rows r of a[r, first + i] b[r, j], i below M = last - first.

    `a` [R, N] and `b` [R, C] are contiguous float32, C a multiple of 16. This is the gradient of a
    weight: nothing is packed, and parts that fit the caches are gone through one after the other.
    """
    rows, stride = a.shape
    width = b.shape[1]
    x, y, o = a.reshape(-1), b.reshape(-1), out.reshape(-1)
    for row in range(0, rows, DEPTH):
        depth = min(DEPTH, rows - row)
        for group in range(first, last, GROUP):
            end = min(group + GROUP, last)
            for column in range(0, width, PANEL):
                panel, whole = row * width + column, column + LANES < width
                i = group
                while i + BLOCK <= end:
                    at, to = row * stride + i, (i - first) * width + column
                    if whole:
                        _many_on(
                            x, at, 1, stride, y, panel, width, depth, o, to, width, o, to, width
                        )
                    else:
                        _many_half_on(
                            x, at, 1, stride, y, panel, width, depth, o, to, width, o, to, width
                        )
                    i += BLOCK
                while i < end:
                    at, to = row * stride + i, (i - first) * width + column
                    if whole:
                        _one_on(
                            x, at, 1, stride, y, panel, width, depth, o, to, width, o, to, width
                        )
                    else:
                        _one_half_on(
                            x, at, 1, stride, y, panel, width, depth, o, to, width, o, to, width
                        )
                    i += 1

"""Products of a few rows with a matrix, as a recurrent layer needs one at every time step.

A BLAS packs the matrix again for every product, which costs most of the time where rows are few.
Here it is packed once a chunk: panels of 32 columns, each one contiguous, that a block of rows
goes through with all its sums in registers. Every sum is one chain of fused multiply-adds down the
matrix, so it depends neither on the number of rows nor on that of threads.
"""

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


def _block(rows: int, vectors: int) -> Any:
    """An intrinsic: `rows` rows times one panel of `vectors` x 16 columns.

    (a, a_at, a_stride, packed, panel_at, depth, out, out_at, out_stride); arrays are flat float32.
    """

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def data(number: int, offset: Any) -> Any:
            kind = signature.args[number]
            array = context.make_array(kind)(context, builder, args[number])
            return builder.gep(array.data, [offset])

        def vector(pointer: Any) -> Any:
            return builder.bitcast(pointer, _VF.as_pointer())

        a_stride, depth, out_stride = args[2], args[5], args[8]
        index = a_stride.type
        zero = ir.Constant(_VF, [0.0] * LANES)
        sums = [[cgutils.alloca_once(builder, _VF) for _ in range(vectors)] for _ in range(rows)]
        for row_sums in sums:
            for place in row_sums:
                builder.store(zero, place)
        starts = [
            data(0, builder.add(args[1], builder.mul(a_stride, ir.Constant(index, row))))
            for row in range(rows)
        ]
        panel = data(3, args[4])
        fma = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(_VF, [_VF] * 3), f"llvm.fma.v{LANES}f32"
        )
        undefined, first = ir.Constant(_VF, ir.Undefined), ir.Constant(ir.IntType(32), 0)
        spread = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        with cgutils.for_range(builder, depth, intp=index) as loop:
            at = builder.mul(loop.index, ir.Constant(index, vectors * LANES))
            weights = []
            for number in range(vectors):
                place = builder.gep(panel, [builder.add(at, ir.Constant(index, number * LANES))])
                weights.append(builder.load(vector(place), align=4, typ=_VF))
            for start, row_sums in zip(starts, sums, strict=True):
                factor = builder.load(builder.gep(start, [loop.index]), typ=_F32)
                lanes = builder.insert_element(undefined, factor, first)
                lanes = builder.shuffle_vector(lanes, undefined, spread)
                for weight, place in zip(weights, row_sums, strict=True):
                    before = builder.load(place, typ=_VF)
                    builder.store(builder.call(fma, [lanes, weight, before]), place)
        for row, row_sums in enumerate(sums):
            start = builder.add(args[7], builder.mul(out_stride, ir.Constant(index, row)))
            for number, place in enumerate(row_sums):
                target = data(6, builder.add(start, ir.Constant(index, number * LANES)))
                builder.store(builder.load(place, typ=_VF), vector(target), align=4)
        return context.get_dummy_value()

    def typed(
        typing_context: Any,
        a: Any,
        a_at: Any,
        a_stride: Any,
        packed: Any,
        panel_at: Any,
        depth: Any,
        out: Any,
        out_at: Any,
        out_stride: Any,
    ) -> Any:
        numbers = types.intp
        return (
            types.none(a, numbers, numbers, packed, numbers, numbers, out, numbers, numbers),
            emit,
        )

    return intrinsic(typed)


_many, _one = _block(BLOCK, 2), _block(1, 2)
_many_half, _one_half = _block(BLOCK, 1), _block(1, 1)


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
            start, target = row * stride + begin, row * width + column
            if column + LANES < width:
                _many(a, start, stride, w, panel, depth, o, target, width)
            else:
                _many_half(a, start, stride, w, panel, depth, o, target, width)
            row += BLOCK
        while row < count:
            start, target = row * stride + begin, row * width + column
            if column + LANES < width:
                _one(a, start, stride, w, panel, depth, o, target, width)
            else:
                _one_half(a, start, stride, w, panel, depth, o, target, width)
            row += 1

"""Products of a few rows with a matrix, as a recurrent layer needs one at every time step.

A BLAS spends most of a product of 16 rows on packing the matrix anew. Here it is packed once a
chunk: panels of 32 columns, each one contiguous, that a block of rows goes through with all its
sums in registers. About five times as fast as `numpy.dot` at 16 x 256 x 768.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from rtsynth.engine.kernels.cpu import cpu_features
from rtsynth.engine.kernels.simd import LANES
from rtsynth_models.cells.gru_steps import trainer_jit

PANEL = 2 * LANES  # columns
# Rows that go through a panel together: twice as many sums as rows must fit the registers.
BLOCK = 8 if "avx512f" in cpu_features() else 2

_F32 = ir.FloatType()
_VF = ir.VectorType(_F32, LANES)


def pack(matrix: np.ndarray) -> np.ndarray:
    """`matrix` float32 [K, N] as panels [P, K, 32], P = ceil(N / 32); zeros fill the last one."""
    depth, columns = matrix.shape
    panels = -(-columns // PANEL)
    wide = np.zeros((depth, panels * PANEL), np.float32)
    wide[:, :columns] = matrix
    return np.ascontiguousarray(wide.reshape(depth, panels, PANEL).transpose(1, 0, 2))


def _block(rows: int) -> Any:
    """An intrinsic: `rows` rows times one panel.

    (a, a_at, a_stride, panels, panel_at, depth, out, out_at, out_stride); arrays are flat float32.
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
        sums = [[cgutils.alloca_once(builder, _VF) for _ in range(2)] for _ in range(rows)]
        for pair in sums:
            for place in pair:
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
            at = builder.mul(loop.index, ir.Constant(index, PANEL))
            weights = []
            for half in range(2):
                place = builder.gep(panel, [builder.add(at, ir.Constant(index, half * LANES))])
                weights.append(builder.load(vector(place), align=4, typ=_VF))
            for start, pair in zip(starts, sums, strict=True):
                number = builder.load(builder.gep(start, [loop.index]), typ=_F32)
                lanes = builder.insert_element(undefined, number, first)
                lanes = builder.shuffle_vector(lanes, undefined, spread)
                for weight, place in zip(weights, pair, strict=True):
                    before = builder.load(place, typ=_VF)
                    builder.store(builder.call(fma, [lanes, weight, before]), place)
        for row, pair in enumerate(sums):
            start = builder.add(args[7], builder.mul(out_stride, ir.Constant(index, row)))
            for half, place in enumerate(pair):
                target = data(6, builder.add(start, ir.Constant(index, half * LANES)))
                builder.store(builder.load(place, typ=_VF), vector(target), align=4)
        return context.get_dummy_value()

    def typed(
        typing_context: Any,
        a: Any,
        a_at: Any,
        a_stride: Any,
        panels: Any,
        panel_at: Any,
        depth: Any,
        out: Any,
        out_at: Any,
        out_stride: Any,
    ) -> Any:
        numbers = types.intp
        return (
            types.none(a, numbers, numbers, panels, numbers, numbers, out, numbers, numbers),
            emit,
        )

    return intrinsic(typed)


_many, _one = _block(BLOCK), _block(1)


@trainer_jit(fastmath=False)
def product(rows, panels, out):
    """out [B, 32 P] = rows [B, K] times the matrix packed as `panels` [P, K, 32].

    All are contiguous float32; columns of `out` beyond the matrix become 0.
    """
    count, depth = rows.shape
    width = out.shape[1]
    a, w, o = rows.reshape(-1), panels.reshape(-1), out.reshape(-1)
    for panel in range(panels.shape[0]):
        at, column = panel * depth * PANEL, panel * PANEL
        row = 0
        while row + BLOCK <= count:
            _many(a, row * depth, depth, w, at, depth, o, row * width + column, width)
            row += BLOCK
        while row < count:
            _one(a, row * depth, depth, w, at, depth, o, row * width + column, width)
            row += 1

"""The inner loops of the matrix kernels: a group of panels times one vector.

A *panel* is 16 outputs side by side in one vector; a *group* is up to 9 panels (4 at 4 bits, which
have two sums each) accumulated together, which hides the latency of the multiply-add. There is one
intrinsic per precision and group size; they write their loop in LLVM IR. Accumulation runs over the
inputs in order, so the result does not depend on the grouping.

Byte products take weights as unsigned bytes (the signed weight plus an offset) and activations as
signed bytes. The offset's share is known before the loop (offset * sum of the activations): it is
what the accumulator starts from. All paths of `rtsynth.engine.kernels.cpu` give the same integers.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from rtsynth.engine.kernels.cpu import PATH
from rtsynth.engine.kernels.simd import LANES

LARGEST_GROUP, LARGEST_INT4_GROUP = 9, 4  # panels
INT4_GROUP = 64  # inputs that share a scale at 4 bits
INT4_COLUMNS = INT4_GROUP // 2  # what inputs are padded to: the last group may be a half
SIGNED_BYTES = PATH.name == "neon-dot"  # its products take weights as signed bytes
INT8_OFFSET = 0 if SIGNED_BYTES else 128
INT4_OFFSET = 8

_I8, _I16, _I32, _I64 = (ir.IntType(bits) for bits in (8, 16, 32, 64))
_F32 = ir.FloatType()
_VF = ir.VectorType(_F32, LANES)
_VI = ir.VectorType(_I32, LANES)
_VB = ir.VectorType(_I8, 4 * LANES)


def _splat(builder: Any, value: Any) -> Any:
    kind = ir.VectorType(value.type, LANES)
    undefined = ir.Constant(kind, ir.Undefined)
    first = builder.insert_element(undefined, value, ir.Constant(_I32, 0))
    return builder.shuffle_vector(first, undefined, ir.Constant(_VI, [0] * LANES))


def _call(builder: Any, name: str, result: Any, *arguments: Any) -> Any:
    kind = ir.FunctionType(result, [argument.type for argument in arguments])
    function = cgutils.get_or_insert_function(builder.module, kind, name)
    return builder.call(function, arguments)


def _slices(builder: Any, vector: Any, width: int) -> list[Any]:
    """The vector cut into parts of `width` lanes."""
    return [
        builder.shuffle_vector(
            vector,
            vector,
            ir.Constant(ir.VectorType(_I32, width), list(range(start, start + width))),
        )
        for start in range(0, vector.type.count, width)
    ]


def _join(builder: Any, parts: list[Any]) -> Any:
    while len(parts) > 1:
        width = parts[0].type.count
        mask = ir.Constant(ir.VectorType(_I32, 2 * width), list(range(2 * width)))
        parts = [
            builder.shuffle_vector(low, high, mask)
            for low, high in zip(parts[::2], parts[1::2], strict=True)
        ]
    return parts[0]


def _dot_vnni(builder: Any, total: Any, weights: Any, inputs: Any) -> Any:
    bytes_ = builder.bitcast(weights, _VB), builder.bitcast(inputs, _VB)
    return _call(builder, "llvm.x86.avx512.vpdpbusd.512", _VI, total, *bytes_)


def _dot_avx_vnni(builder: Any, total: Any, weights: Any, inputs: Any) -> Any:
    half = ir.VectorType(_I32, 8)
    packed = ir.VectorType(_I8, 32)
    parts = []
    for part, weight, value in zip(
        *(_slices(builder, vector, 8) for vector in (total, weights, inputs)), strict=True
    ):
        bytes_ = builder.bitcast(weight, packed), builder.bitcast(value, packed)
        parts.append(_call(builder, "llvm.x86.avx512.vpdpbusd.256", half, part, *bytes_))
    return _join(builder, parts)


def _dot_neon(builder: Any, total: Any, weights: Any, inputs: Any) -> Any:
    quarter, packed = ir.VectorType(_I32, 4), ir.VectorType(_I8, 16)
    parts = []
    for part, weight, value in zip(
        *(_slices(builder, vector, 4) for vector in (total, weights, inputs)), strict=True
    ):
        bytes_ = builder.bitcast(weight, packed), builder.bitcast(value, packed)
        parts.append(_call(builder, "llvm.aarch64.neon.sdot.v4i32.v16i8", quarter, part, *bytes_))
    return _join(builder, parts)


def _dot_portable(builder: Any, total: Any, weights: Any, inputs: Any) -> Any:
    # Sums of two 16-bit products, a shape that LLVM turns into pmaddwd on x86.
    words = ir.VectorType(_I16, 2 * LANES)
    wide = ir.VectorType(_I32, 2 * LANES)
    even = ir.Constant(_VI, list(range(0, 2 * LANES, 2)))
    odd = ir.Constant(_VI, list(range(1, 2 * LANES, 2)))
    eight = ir.Constant(words, [8] * 2 * LANES)
    low_byte = ir.Constant(words, [255] * 2 * LANES)
    weight, value = builder.bitcast(weights, words), builder.bitcast(inputs, words)
    for unsigned, signed in (
        (builder.and_(weight, low_byte), builder.ashr(builder.shl(value, eight), eight)),
        (builder.lshr(weight, eight), builder.ashr(value, eight)),
    ):
        product = builder.mul(builder.sext(unsigned, wide), builder.sext(signed, wide))
        pairs = builder.add(
            builder.shuffle_vector(product, product, even),
            builder.shuffle_vector(product, product, odd),
        )
        total = builder.add(total, pairs)
    return total


_DOTS: dict[str, Callable[..., Any]] = {
    "avx512-vnni": _dot_vnni,
    "avx-vnni": _dot_avx_vnni,
    "neon-dot": _dot_neon,
    "portable": _dot_portable,
}
_dot = _DOTS[PATH.name]


class _Loop:
    """What the three loops share: `size` accumulators, weights read front to back."""

    def __init__(self, context: Any, builder: Any, arrays: dict[str, tuple[Any, Any]]) -> None:
        self.builder = builder
        self._data = {
            name: context.make_array(kind)(context, builder, array).data
            for name, (kind, array) in arrays.items()
        }

    def pointer(self, array: str, index: Any, kind: Any) -> Any:
        """Where float number `index` of an array is, as a pointer to `kind`."""
        where = self.builder.gep(self._data[array], [index])
        return self.builder.bitcast(where, kind.as_pointer())

    def load(self, pointer: Any, kind: Any, index: Any = None, align: int = 4) -> Any:
        if index is not None:
            pointer = self.builder.gep(pointer, [index])
        return self.builder.load(pointer, align=align, typ=kind)

    def accumulators(self, start: list[Any]) -> list[Any]:
        """Variables that LLVM keeps in registers."""
        places = [cgutils.alloca_once(self.builder, value.type) for value in start]
        for place, value in zip(places, start, strict=True):
            self.builder.store(value, place)
        return places

    def store_rows(self, target: Any, values: list[Any]) -> None:
        pointer = self.pointer("arena", target, _VF)
        for i, value in enumerate(values):
            self.builder.store(value, self.builder.gep(pointer, [_I64(i)]), align=4)


def _fma(builder: Any, a: Any, b: Any, c: Any) -> Any:
    return _call(builder, f"llvm.fma.v{LANES}f32", _VF, a, b, c)


def _load_in_order(builder: Any) -> None:
    """Let LLVM load nothing before this that comes behind it. No instruction.

    The CPU's prefetcher follows addresses that rise and loses those that jump.
    """
    builder.fence("acq_rel", targetscope="singlethread")


def _emit_float32(builder: Any, loop: _Loop, size: int, args: Any) -> None:
    at, bias, source, inputs, target = args
    row = loop.pointer("weights", bias, _VF)
    totals = loop.accumulators([loop.load(row, _VF, _I64(i)) for i in range(size)])
    weights = loop.pointer("weights", at, _VF)
    values = loop.pointer("arena", source, _F32)
    with cgutils.for_range(builder, inputs) as steps:
        x = _splat(builder, loop.load(values, _F32, steps.index))
        first = builder.mul(steps.index, _I64(size))
        for i, total in enumerate(totals):
            weight = loop.load(weights, _VF, builder.add(first, _I64(i)))
            builder.store(_fma(builder, weight, x, loop.load(total, _VF)), total)
        _load_in_order(builder)
    loop.store_rows(target, [loop.load(total, _VF) for total in totals])


def _emit_int8(builder: Any, loop: _Loop, size: int, args: Any) -> None:
    at, bias, scales, source, inputs, scale, start, target = args
    zero = _splat(builder, start)
    totals = loop.accumulators([zero] * size)
    weights = loop.pointer("weights", at, _VI)
    values = loop.pointer("arena", source, _I32)  # four bytes at a time
    blocks = builder.sdiv(builder.add(inputs, _I64(3)), _I64(4))
    with cgutils.for_range(builder, blocks) as steps:
        x = _splat(builder, loop.load(values, _I32, steps.index))
        first = builder.mul(steps.index, _I64(size))
        for i, total in enumerate(totals):
            weight = loop.load(weights, _VI, builder.add(first, _I64(i)))
            builder.store(_dot(builder, loop.load(total, _VI), weight, x), total)
        _load_in_order(builder)
    row, factors = loop.pointer("weights", bias, _VF), loop.pointer("weights", scales, _VF)
    results = []
    for i, total in enumerate(totals):
        factor = builder.fmul(loop.load(factors, _VF, _I64(i)), _splat(builder, scale))
        exact = builder.sitofp(loop.load(total, _VI), _VF)
        results.append(_fma(builder, exact, factor, loop.load(row, _VF, _I64(i))))
    loop.store_rows(target, results)


def _emit_int4(builder: Any, loop: _Loop, size: int, args: Any) -> None:
    # A part is 64 inputs, the last one may be 32: a vector of weights per 8 inputs and panel, then
    # the scales, bfloat16, of two panels in each vector. All of it is one stream.
    at, bias, sums, source, inputs, scale, target = args
    row = loop.pointer("weights", bias, _VF)
    results = loop.accumulators([ir.Constant(_VF, [0.0] * LANES)] * size)
    weights = loop.pointer("weights", at, _VI)
    values = loop.pointer("arena", source, _I32)
    offsets = loop.pointer("arena", sums, _I32)
    whole, half = (
        _int4_part(builder, loop, inputs_of_part // 8, weights, values, offsets, results)
        for inputs_of_part in (INT4_GROUP, INT4_COLUMNS)
    )
    halves = builder.sdiv(builder.add(inputs, _I64(INT4_COLUMNS - 1)), _I64(INT4_COLUMNS))
    parts = builder.sdiv(halves, _I64(2))
    with cgutils.for_range(builder, parts) as steps:
        whole(steps.index)
    with builder.if_then(cgutils.is_not_null(builder, builder.and_(halves, _I64(1)))):
        half(parts)
    factor = _splat(builder, scale)
    loop.store_rows(
        target,
        [
            _fma(builder, loop.load(result, _VF), factor, loop.load(row, _VF, _I64(i)))
            for i, result in enumerate(results)
        ],
    )


def _int4_part(
    builder: Any, loop: _Loop, vectors: int, weights: Any, values: Any, offsets: Any, results: Any
) -> Callable[[Any], None]:
    """What emits part `index`, of `vectors` vectors per panel, behind so many whole ones."""
    size, pairs = len(results), (len(results) + 1) // 2
    four = ir.Constant(_VI, [4] * LANES)

    def emit(index: Any) -> None:
        part = builder.mul(index, _I64(size * INT4_GROUP // 8 + pairs))
        offset = builder.mul(loop.load(offsets, _I32, index), _I32(-INT4_OFFSET))
        lows = [_splat(builder, offset)] * size
        highs = [ir.Constant(_VI, [0] * LANES)] * size  # 16 times what the high halves are worth
        first = builder.mul(index, _I64(INT4_GROUP // 4))
        for vector in range(vectors):
            low, high = (
                _splat(
                    builder, loop.load(values, _I32, builder.add(first, _I64(2 * vector + side)))
                )
                for side in (0, 1)
            )
            for i in range(size):
                packed = loop.load(weights, _VI, builder.add(part, _I64(vector * size + i)))
                lows[i], highs[i] = _dot_nibbles(builder, (lows[i], highs[i]), packed, (low, high))
            _load_in_order(builder)
        behind = builder.add(part, _I64(size * vectors))
        for i, result in enumerate(results):
            bits = loop.load(weights, _VI, builder.add(behind, _I64(i // 2)))
            if i % 2 == 0:
                bits = builder.shl(bits, ir.Constant(_VI, [16] * LANES))
            else:
                bits = builder.and_(bits, ir.Constant(_VI, [0xFFFF0000] * LANES))
            total = builder.add(builder.shl(lows[i], four), highs[i])
            exact, factor = builder.sitofp(total, _VF), builder.bitcast(bits, _VF)
            builder.store(_fma(builder, exact, factor, loop.load(result, _VF)), result)

    return emit


def _dot_nibbles(builder: Any, totals: Any, packed: Any, inputs: Any) -> tuple[Any, Any]:
    """Add a vector of bytes that hold two weights each: (low halves, 16 times the high halves).

    The high product is with the whole byte (see `rtsynth.engine.kernels.quantise`).
    """
    (low, high), (low_input, high_input) = totals, inputs
    nibble = ir.Constant(_VI, [0x0F0F0F0F] * LANES)
    lower = builder.and_(packed, nibble)
    low = _dot(builder, low, lower, low_input)
    if not SIGNED_BYTES:
        return low, _dot(builder, high, packed, high_input)
    # The whole byte would not fit: 16 times its high half and its low half, one after the other.
    upper = builder.and_(builder.lshr(packed, ir.Constant(_VI, [4] * LANES)), nibble)
    return _dot(builder, low, upper, high_input), _dot(builder, high, lower, high_input)


def _sized(
    emit: Callable[..., None], typed: Callable[[Any], Any], largest: int = LARGEST_GROUP
) -> dict[int, Any]:
    """One intrinsic per group size; `typed` makes its signature-giving function of a codegen."""

    def of(size: int) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            arrays = {
                "weights": (signature.args[0], args[0]),
                "arena": (signature.args[1], args[1]),
            }
            emit(builder, _Loop(context, builder, arrays), size, args[2:])
            return context.get_dummy_value()

        return intrinsic(typed(codegen))

    return {size: of(size) for size in range(1, largest + 1)}


_n = types.intp


def _float32_type(codegen: Any) -> Any:
    def panels(typing, weights, arena, at, bias, source, inputs, target):
        return types.none(weights, arena, _n, _n, _n, _n, _n), codegen

    return panels


def _int8_type(codegen: Any) -> Any:
    def panels(typing, weights, arena, at, bias, scales, source, inputs, scale, start, target):
        signature = types.none(weights, arena, _n, _n, _n, _n, _n, types.float32, types.int32, _n)
        return signature, codegen

    return panels


def _int4_type(codegen: Any) -> Any:
    def panels(typing, weights, arena, at, bias, sums, source, inputs, scale, target):
        return types.none(weights, arena, _n, _n, _n, _n, _n, types.float32, _n), codegen

    return panels


# {panels in the group: intrinsic}
float32_panels = _sized(_emit_float32, _float32_type)
int8_panels = _sized(_emit_int8, _int8_type)
int4_panels = _sized(_emit_int4, _int4_type, LARGEST_INT4_GROUP)

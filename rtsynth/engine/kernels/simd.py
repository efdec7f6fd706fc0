"""Vectors of 16 floats as a Numba type, written as generic LLVM vectors.

LLVM lowers `<16 x float>` to one AVX-512 register, two AVX ones or four NEON ones; every
operation here is IEEE-exact (`fma` is fused everywhere), so a result does not depend on the CPU.
All functions are intrinsics: they can only be called from compiled code.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic, models, register_model

LANES = 16

_F32 = ir.FloatType()
_I32 = ir.IntType(32)
_VF = ir.VectorType(_F32, LANES)
_VI = ir.VectorType(_I32, LANES)


class _Vector(types.Type):
    def __init__(self) -> None:
        super().__init__(name=f"f32x{LANES}")


v16 = _Vector()


@register_model(_Vector)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, dmm: Any, fe_type: Any) -> None:
        super().__init__(dmm, fe_type, _VF)


def _const(value: float) -> ir.Constant:
    return ir.Constant(_VF, [float(value)] * LANES)


def _data_pointer(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> Any:
    struct = context.make_array(array_type)(context, builder, array)
    return builder.gep(struct.data, [index])


def _elementwise(emit: Callable[..., Any], arity: int) -> Any:
    """An intrinsic of `arity` vectors giving a vector; `emit(builder, *vectors)` writes it."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return emit(builder, *args)

    if arity == 1:

        def unary(typing_context: Any, a: Any) -> Any:
            return v16(v16), codegen

        return intrinsic(unary)
    if arity == 2:

        def binary(typing_context: Any, a: Any, b: Any) -> Any:
            return v16(v16, v16), codegen

        return intrinsic(binary)

    def ternary(typing_context: Any, a: Any, b: Any, c: Any) -> Any:
        return v16(v16, v16, v16), codegen

    return intrinsic(ternary)


def _llvm(name: str, arity: int) -> Callable[..., Any]:
    def emit(builder: Any, *vectors: Any) -> Any:
        kind = ir.FunctionType(_VF, [_VF] * arity)
        function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.{name}.v{LANES}f32")
        return builder.call(function, vectors)

    return emit


add = _elementwise(lambda builder, a, b: builder.fadd(a, b), 2)
sub = _elementwise(lambda builder, a, b: builder.fsub(a, b), 2)
mul = _elementwise(lambda builder, a, b: builder.fmul(a, b), 2)
div = _elementwise(lambda builder, a, b: builder.fdiv(a, b), 2)
fma = _elementwise(_llvm("fma", 3), 3)  # a * b + c, rounded once


def _ordered(predicate: str) -> Callable[..., Any]:
    # Select by an ordered comparison: unlike llvm.maxnum it is one instruction on x86.
    def emit(builder: Any, a: Any, b: Any) -> Any:
        return builder.select(builder.fcmp_ordered(predicate, a, b), a, b)

    return emit


maximum = _elementwise(_ordered(">"), 2)
minimum = _elementwise(_ordered("<"), 2)
# value where a >= b, else 0
keep_where_ge = _elementwise(
    lambda builder, value, a, b: builder.select(
        builder.fcmp_ordered(">=", a, b), value, _const(0.0)
    ),
    3,
)


def _emit_exp(builder: Any, x: Any) -> Any:
    """exp(x), relative error below 2e-7 for -87 <= x <= 88; clamped outside.

    x = n ln 2 + r with |r| <= ln 2 / 2; exp(r) by a degree-6 polynomial (coefficients: S. L.
    Moshier's Cephes `expf`); 2^n by adding n to the exponent bits.
    """
    fma3, rint = _llvm("fma", 3), _llvm("rint", 1)
    x = _ordered("<")(builder, x, _const(88.0))
    x = _ordered(">")(builder, x, _const(-87.0))
    n = rint(builder, builder.fmul(x, _const(1.44269504088896341)))
    r = fma3(builder, n, _const(-0.693359375), x)
    r = fma3(builder, n, _const(2.12194440e-4), r)
    p = _const(1.9875691500e-4)
    for coefficient in (
        1.3981999507e-3,
        8.3334519073e-3,
        4.1665795894e-2,
        1.6666665459e-1,
        5.0000001201e-1,
    ):
        p = fma3(builder, p, r, _const(coefficient))
    p = fma3(builder, p, builder.fmul(r, r), builder.fadd(r, _const(1.0)))
    bits = builder.bitcast(p, _VI)
    shift = builder.shl(builder.fptosi(n, _VI), ir.Constant(_VI, [23] * LANES))
    return builder.bitcast(builder.add(bits, shift), _VF)


def _emit_sigmoid(builder: Any, x: Any) -> Any:
    """1 / (1 + exp(-x)), absolute error below 1.5e-7."""
    e = _emit_exp(builder, builder.fsub(_const(-0.0), x))
    return builder.fdiv(_const(1.0), builder.fadd(e, _const(1.0)))


def _emit_tanh(builder: Any, x: Any) -> Any:
    """2 sigmoid(2x) - 1, absolute error below 3e-7."""
    s = _emit_sigmoid(builder, builder.fadd(x, x))
    return builder.fsub(builder.fadd(s, s), _const(1.0))


exp = _elementwise(_emit_exp, 1)
sigmoid = _elementwise(_emit_sigmoid, 1)
tanh = _elementwise(_emit_tanh, 1)
relu = _elementwise(lambda builder, x: _ordered(">")(builder, x, _const(0.0)), 1)


def _emit_magnitude(builder: Any, x: Any) -> Any:
    bits = builder.and_(builder.bitcast(x, _VI), ir.Constant(_VI, [0x7FFFFFFF] * LANES))
    return builder.bitcast(bits, _VF)


magnitude = _elementwise(_emit_magnitude, 1)


@intrinsic
def keep_first(typing_context: Any, value: Any, count: Any) -> Any:
    """The first `count` lanes, and 0 in the others."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        number = builder.trunc(args[1], _I32)
        undefined = ir.Constant(_VI, ir.Undefined)
        first = builder.insert_element(undefined, number, ir.Constant(_I32, 0))
        limit = builder.shuffle_vector(first, undefined, ir.Constant(_VI, [0] * LANES))
        inside = builder.icmp_signed("<", ir.Constant(_VI, list(range(LANES))), limit)
        return builder.select(inside, args[0], _const(0.0))

    return v16(v16, types.intp), codegen


@intrinsic
def load(typing_context: Any, array: Any, index: Any) -> Any:
    """array[index : index + 16] as a vector; `array` is a contiguous float32 array."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        pointer = _data_pointer(context, builder, signature.args[0], args[0], args[1])
        return builder.load(builder.bitcast(pointer, _VF.as_pointer()), align=4, typ=_VF)

    return v16(array, types.intp), codegen


@intrinsic
def store(typing_context: Any, array: Any, index: Any, value: Any) -> Any:
    """array[index : index + 16] = value."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        pointer = _data_pointer(context, builder, signature.args[0], args[0], args[1])
        builder.store(args[2], builder.bitcast(pointer, _VF.as_pointer()), align=4)
        return context.get_dummy_value()

    return types.none(array, types.intp, v16), codegen


@intrinsic
def splat(typing_context: Any, value: Any) -> Any:
    """All 16 lanes = float32(value)."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        undefined = ir.Constant(_VF, ir.Undefined)
        first = builder.insert_element(undefined, args[0], ir.Constant(_I32, 0))
        return builder.shuffle_vector(first, undefined, ir.Constant(_VI, [0] * LANES))

    return v16(types.float32), codegen


def _reduce(combine: Callable[..., Any]) -> Any:
    """An intrinsic that folds the lanes pairwise in a fixed order (so the sum is exact to bits)."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        vector = args[0]
        width = LANES
        while width > 1:
            width //= 2
            low = ir.Constant(ir.VectorType(_I32, width), list(range(width)))
            high = ir.Constant(ir.VectorType(_I32, width), list(range(width, 2 * width)))
            vector = combine(
                builder,
                builder.shuffle_vector(vector, vector, low),
                builder.shuffle_vector(vector, vector, high),
            )
        return builder.extract_element(vector, ir.Constant(_I32, 0))

    def typed(typing_context: Any, vector: Any) -> Any:
        return types.float32(v16), codegen

    return intrinsic(typed)


sum_lanes = _reduce(lambda builder, a, b: builder.fadd(a, b))
max_lanes = _reduce(_ordered(">"))


_BYTES = ir.VectorType(ir.IntType(8), LANES)


@intrinsic
def store_bytes(typing_context: Any, array: Any, index: Any, value: Any) -> Any:
    """The 16 lanes, rounded to nearest (ties to even), as signed bytes at array[index]; their sum.

    The lanes must be within -128..127; `array` is a float32 array, 4 bytes an element.
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        pointer = _data_pointer(context, builder, signature.args[0], args[0], args[1])
        whole = builder.fptosi(_llvm("rint", 1)(builder, args[2]), _VI)
        small = builder.trunc(whole, _BYTES)
        builder.store(small, builder.bitcast(pointer, _BYTES.as_pointer()), align=4)
        width = LANES
        while width > 1:
            width //= 2
            lower, upper = (
                ir.Constant(ir.VectorType(_I32, width), list(range(start, start + width)))
                for start in (0, width)
            )
            whole = builder.add(
                builder.shuffle_vector(whole, whole, lower),
                builder.shuffle_vector(whole, whole, upper),
            )
        return builder.extract_element(whole, ir.Constant(_I32, 0))

    return types.int32(array, types.intp, v16), codegen


@intrinsic
def load_bytes(typing_context: Any, array: Any, index: Any) -> Any:
    """The 16 signed bytes at array[index] (a float32 array) as floats."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        pointer = _data_pointer(context, builder, signature.args[0], args[0], args[1])
        small = builder.load(builder.bitcast(pointer, _BYTES.as_pointer()), align=4, typ=_BYTES)
        return builder.sitofp(builder.sext(small, _VI), _VF)

    return v16(array, types.intp), codegen

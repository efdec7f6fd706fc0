"""Elementary functions of one float64, from additions, multiplications and divisions only.

A C library's `log` and `exp` differ in their last bits between systems; these do not, so that what
is drawn with them is the same everywhere.
"""

import math

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from rtsynth.engine.kernels.jit import jit

_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10  # their sum is ln 2
_INVERSE_LN2 = 1.0 / math.log(2.0)
_FRACTION = 0x000FFFFFFFFFFFFF
_ONE = 0x3FF0000000000000  # the bits of 1.0
_TAYLOR = tuple(1.0 / math.factorial(order) for order in range(14, -1, -1))
_SINE = tuple(
    (-1) ** order * (2.0 * math.pi) ** (2 * order + 1) / math.factorial(2 * order + 1)
    for order in range(9, -1, -1)
)
_SPLIT = 0.425  # |u - 1/2| up to which one rational function is used
# Wichura (1988), algorithm AS 241, PPND7: about seven digits, as many as float32 has.
_CENTRE = (3.3871327179, 50.434271938, 159.29113202, 59.109374720)
_CENTRE_BELOW = (17.895169469, 78.757757664, 67.187563600)
_TAIL = (1.4234372777, 2.7568153900, 1.3067284816, 0.17023821103)
_TAIL_BELOW = (0.73700164250, 0.12021132975)


@intrinsic
def _bits_of(typing_context, value):
    """The bits of a float64, as an int64."""

    def codegen(context, builder, signature, args):
        return builder.bitcast(args[0], ir.IntType(64))

    return types.int64(types.float64), codegen


@intrinsic
def _double_of(typing_context, bits):
    """The float64 whose bits these are."""

    def codegen(context, builder, signature, args):
        return builder.bitcast(args[0], ir.DoubleType())

    return types.float64(types.int64), codegen


@intrinsic
def square_root(typing_context, value):
    """The square root, by the processor's own instruction (NumPy's may call a library)."""

    def codegen(context, builder, signature, args):
        kind = ir.FunctionType(ir.DoubleType(), [ir.DoubleType()])
        function = builder.module.declare_intrinsic("llvm.sqrt", [ir.DoubleType()], kind)
        return builder.call(function, args)

    return types.float64(types.float64), codegen


@jit()
def log(x):
    """Natural logarithm of a normal float64 > 0: x = m 2^e, ln m = 2 atanh((m - 1) / (m + 1))."""
    bits = _bits_of(x)
    exponent = (bits >> 52) - 1023
    mantissa = _double_of((bits & _FRACTION) | _ONE)
    if mantissa > math.sqrt(2.0):
        mantissa, exponent = mantissa * 0.5, exponent + 1
    ratio = (mantissa - 1.0) / (mantissa + 1.0)
    square, total = ratio * ratio, 0.0
    for odd in range(21, 1, -2):
        total = (total + 1.0 / odd) * square
    return exponent * _LN2_HIGH + (exponent * _LN2_LOW + 2.0 * (ratio + ratio * total))


@jit()
def exp(x):
    """e^x, for x kept within +-700: 2^k times the Taylor series of the rest."""
    x = min(max(x, -700.0), 700.0)
    whole = np.floor(x * _INVERSE_LN2 + 0.5)
    rest = (x - whole * _LN2_HIGH) - whole * _LN2_LOW
    total = _TAYLOR[0]
    for order in range(1, len(_TAYLOR)):
        total = total * rest + _TAYLOR[order]
    return total * _double_of((np.int64(whole) + 1023) << 52)


@jit()
def softplus(x, beta):
    """log(1 + exp(beta x)) / beta, without overflow."""
    scaled = beta * x
    return (max(scaled, 0.0) + log(1.0 + exp(-abs(scaled)))) / beta


@jit()
def normal_quantile(u):
    """The x below which a standard normal number lies with probability u, 0 < u < 1 (AS 241)."""
    q = u - 0.5
    if abs(q) <= _SPLIT:
        r = _SPLIT * _SPLIT - q * q
        a, b = _CENTRE, _CENTRE_BELOW
        over = ((a[3] * r + a[2]) * r + a[1]) * r + a[0]
        return q * over / (((b[2] * r + b[1]) * r + b[0]) * r + 1.0)
    # u and 1 - u are at least 2^-24 (`rng.uniform`): the far tail of AS 241 is never needed.
    r = square_root(-log(min(u, 1.0 - u))) - 1.6
    a, b = _TAIL, _TAIL_BELOW
    x = (((a[3] * r + a[2]) * r + a[1]) * r + a[0]) / ((b[1] * r + b[0]) * r + 1.0)
    return x if q > 0.0 else -x


@jit()
def sine(turns):
    """sin(2 pi turns), within 1e-14: a Taylor series up to a quarter of a turn."""
    x = turns - np.floor(turns + 0.5)
    if x > 0.25:
        x = 0.5 - x
    elif x < -0.25:
        x = -0.5 - x
    square, total = x * x, _SINE[0]
    for order in range(1, len(_SINE)):
        total = total * square + _SINE[order]
    return total * x

"""Drawing a code from logits: temperature, top-k, top-p, min-p, without sorting.

A cut (top-k or top-p) is a threshold on the unnormalised probabilities, found by bisection on
the bits of a float: they order as integers, so at most 31 passes over the codes find it exactly.

A softmax gives every code some probability. Less than LEAST_SHARE of the most probable code's
counts as none: in an hour a voice draws fifty million codes, and what is drawn against all odds is
audible as a click.
"""

import math

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from rtsynth.engine.kernels import simd
from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.simd import LANES
from rtsynth.engine.program.layout import LEAST_SHARE
from rtsynth.engine.run.rng import uniform

_ONE_BITS = 0x3F800000  # the bits of 1.0
_LEAST_LOG = np.float32(math.log(LEAST_SHARE))
NONE = -1  # no index: all probabilities are 0, or rounding left something behind the last


@intrinsic
def _float_of(typing_context, bits):
    """The float32 whose bits are the low 32 of `bits`."""

    def codegen(context, builder, signature, args):
        return builder.bitcast(builder.trunc(args[0], ir.IntType(32)), ir.FloatType())

    return types.float32(types.int64), codegen


@jit()
def _count_at_least(arena, at, size, threshold):
    total = simd.splat(np.float32(0.0))
    one, limit = simd.splat(np.float32(1.0)), simd.splat(threshold)
    for i in range(0, size, LANES):
        total = simd.add(total, simd.keep_where_ge(one, simd.load(arena, at + i), limit))
    return simd.sum_lanes(total)


@jit()
def _mass_at_least(arena, at, size, threshold):
    total, limit = simd.splat(np.float32(0.0)), simd.splat(threshold)
    for i in range(0, size, LANES):
        p = simd.load(arena, at + i)
        total = simd.add(total, simd.keep_where_ge(p, p, limit))
    return simd.sum_lanes(total)


@jit()
def _drop_below(arena, at, size, threshold):
    limit = simd.splat(threshold)
    for i in range(0, size, LANES):
        p = simd.load(arena, at + i)
        simd.store(arena, at + i, simd.keep_where_ge(p, p, limit))


@jit()
def keep_top_k(arena, at, size, k):
    """Zero all but the k largest of arena[at : at + size] in 0..1 (all ties of the k-th stay)."""
    low, high = np.int64(0), np.int64(_ONE_BITS + 1)
    # Invariant: at least k values reach `low`, fewer than k reach `high`.
    while high - low > 1:
        middle = (low + high) >> 1
        count = _count_at_least(arena, at, size, _float_of(middle))
        if count == k:
            low = middle
            break
        if count > k:
            low = middle
        else:
            high = middle
    _drop_below(arena, at, size, _float_of(low))


@jit()
def keep_top_p(arena, at, size, top_p):
    """Zero all but the fewest largest values whose sum reaches top_p times the whole sum."""
    wanted = top_p * _mass_at_least(arena, at, size, np.float32(0.0))
    low, high = np.int64(0), np.int64(_ONE_BITS + 1)
    # Invariant: the values that reach `low` hold enough mass, those that reach `high` do not.
    while high - low > 1:
        middle = (low + high) >> 1
        if _mass_at_least(arena, at, size, _float_of(middle)) >= wanted:
            low = middle
        else:
            high = middle
    _drop_below(arena, at, size, _float_of(low))


@jit()
def largest(arena, at, size):
    """Index of the first maximum of arena[at : at + size]; the middle, where there is no number."""
    best, peak = size // 2, np.float32(-np.inf)
    for i in range(size):
        if arena[at + i] > peak:
            best, peak = i, arena[at + i]
    return best


@jit()
def pick(u, arena, at, size):
    """The index where arena[at : at + size] (>= 0, padded), added up, passes `u` of its sum.

    0 < u < 1. An index whose value is 0 is never given. NONE: the sum is 0 or no number, or it was
    not passed, because a sum depends a little on the order of its terms.
    """
    rest = u * _mass_at_least(arena, at, size, np.float32(0.0))
    for block in range(0, size, LANES):
        mass = simd.sum_lanes(simd.load(arena, at + block))
        if rest < mass:
            for i in range(block, block + LANES):
                p = arena[at + i]
                if rest < p:
                    return i
                rest -= p
            return NONE
        rest -= mass
    return NONE


@jit()
def categorical(
    header, header_at, arena, logits, levels, scratch, temperature, top_k, top_p, min_p
):
    """Draw a code from softmax(arena[logits : logits + levels] / temperature), cut as asked for.

    `scratch` is room for the probabilities, padded to whole vectors. Temperature 0 takes the most
    probable code; top_k 0, top_p 1 and min_p 0 cut nothing. top_k and top_p leave the most probable
    codes; min_p drops those below that share of the most probable one's (Nguyen et al. 2024,
    arXiv 2407.01082), which is what removes stray codes where the network is unsure: a flat
    distribution has a long tail, and top_p keeps most of it.
    """
    if temperature < np.float32(1e-3):
        return largest(arena, logits, levels)
    whole = levels // LANES * LANES
    peak = arena[logits]
    if whole > 0:
        peaks = simd.load(arena, logits)
        for i in range(LANES, whole, LANES):
            peaks = simd.maximum(simd.load(arena, logits + i), peaks)
        peak = simd.max_lanes(peaks)
    for i in range(whole, levels):
        peak = max(peak, arena[logits + i])
    least = simd.splat(_LEAST_LOG)
    inverse, shift = simd.splat(np.float32(1.0) / temperature), simd.splat(peak)
    padded = (levels + LANES - 1) // LANES * LANES
    for i in range(0, padded, LANES):
        scaled = simd.mul(simd.sub(simd.load(arena, logits + i), shift), inverse)
        simd.store(arena, scratch + i, simd.keep_where_ge(simd.exp(scaled), scaled, least))
    for i in range(levels, padded):
        arena[scratch + i] = np.float32(0.0)
    if np.float32(0.5) <= top_k < np.float32(levels):
        keep_top_k(arena, scratch, padded, np.floor(top_k + np.float32(0.5)))
    if top_p < np.float32(1.0):
        keep_top_p(arena, scratch, padded, top_p)
    if min_p > np.float32(LEAST_SHARE):
        _drop_below(arena, scratch, padded, min(min_p, np.float32(1.0)))
    code = pick(uniform(header, header_at), arena, scratch, padded)
    # What rounding leaves over goes to the most probable code: there it makes no difference.
    return code if code != NONE else largest(arena, logits, levels)

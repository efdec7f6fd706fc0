"""Reading an array as fast as one core can: the limit of a kernel that touches every weight."""

import numpy as np

from rtsynth.engine.kernels import simd
from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.simd import LANES


@jit()
def stream(weights, times):
    """Sum `weights` [a multiple of 64] over and over; using the sum keeps the loads."""
    total = np.float32(0.0)
    for _ in range(times):
        a = simd.splat(np.float32(0.0))
        b = simd.splat(np.float32(0.0))
        c = simd.splat(np.float32(0.0))
        d = simd.splat(np.float32(0.0))
        for i in range(0, weights.size, 4 * LANES):
            a = simd.add(a, simd.load(weights, i))
            b = simd.add(b, simd.load(weights, i + LANES))
            c = simd.add(c, simd.load(weights, i + 2 * LANES))
            d = simd.add(d, simd.load(weights, i + 3 * LANES))
        total += simd.sum_lanes(simd.add(simd.add(a, b), simd.add(c, d)))
    return total

"""Random numbers: SplitMix64 (Steele, Lea, Flood 2014), a pure function of (key, count)."""

import numpy as np

from rtsynth.engine.jit import jit
from rtsynth.engine.layout import RNG_COUNT, RNG_KEY

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _40 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(40)
_UNIT = np.float32(2.0**-24)


@jit(forceinline=True)
def _scramble(x):
    x = (x ^ (x >> _30)) * _MIX_1
    x = (x ^ (x >> _27)) * _MIX_2
    return x ^ (x >> _31)


@jit()
def seed_header(header, at, seed):
    """Start the stream of `seed` (any int64) in the voice whose header words start at `at`."""
    header[at + RNG_KEY] = np.int64(_scramble(np.uint64(seed) + _GAMMA))
    header[at + RNG_COUNT] = 0


@jit()
def uniform(header, at):
    """The next float32 in [0, 1) of the voice at `at`: a multiple of 2^-24."""
    header[at + RNG_COUNT] += 1
    count = np.uint64(header[at + RNG_COUNT])
    bits = _scramble(np.uint64(header[at + RNG_KEY]) + count * _GAMMA)
    return np.float32(bits >> _40) * _UNIT

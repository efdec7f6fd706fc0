"""Random numbers: SplitMix64 (Steele, Lea, Flood 2014), a pure function of (key, count)."""

import numpy as np

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.program.layout import RNG_COUNT, RNG_KEY

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _41 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(41)
_UNIT = np.float32(2.0**-23)


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


@jit(forceinline=True)
def unit_interval(bits):
    """A float32 strictly between 0 and 1 of 64 random bits: (k + 1/2) 2^-23, k the upper 23.

    Every such number is exact in float32, and so is 1 minus it: neither end can be rounded to.
    """
    return (np.float32(bits >> _41) + np.float32(0.5)) * _UNIT


@jit()
def uniform(header, at):
    """The next float32 of the voice at `at`: 2^-24 .. 1 - 2^-24, in steps of 2^-23."""
    header[at + RNG_COUNT] += 1
    count = np.uint64(header[at + RNG_COUNT])
    return unit_interval(_scramble(np.uint64(header[at + RNG_KEY]) + count * _GAMMA))


@jit(forceinline=True)
def numbered(key, number):
    """Number `number` of the stream with a key: in place of `counted` where many are needed."""
    return unit_interval(_scramble(key + np.uint64(number + 1) * _GAMMA))


@jit()
def moment_key(header, at, stream, moment):
    """The key of a stream of the voice at `at` for what is drawn at one moment.

    A moment is a number, together with how many numbers `uniform` has drawn.
    """
    key = _scramble(np.uint64(header[at + RNG_KEY]) ^ (np.uint64(stream + 1) * _MIX_1))
    key = _scramble(key + np.uint64(header[at + RNG_COUNT]) * _GAMMA)
    return _scramble(key + np.uint64(moment) * _MIX_2)


@jit()
def counted(header, at, stream, count):
    """Number `count` of a stream of the voice at `at`, apart from those that `uniform` draws."""
    key = _scramble(np.uint64(header[at + RNG_KEY]) ^ (np.uint64(stream + 1) * _MIX_1))
    return unit_interval(_scramble(key + np.uint64(count) * _GAMMA))

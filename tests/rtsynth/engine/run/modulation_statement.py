"""What modulation is, stated with NumPy and Python's integers: lines between values 64 apart."""

import numpy as np
from numpy.typing import NDArray
from scipy import signal

F64 = NDArray[np.float64]
STEP, RATE_HZ = 64, 16_000
_MASK = (1 << 64) - 1
_GAMMA, _MIX_1, _MIX_2 = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def times(samples: int) -> F64:
    """The seconds at which the sources have new values; the first is that of the start."""
    return np.arange(0, samples + STEP + 1, STEP) / RATE_HZ


def lines(values: F64, samples: int, start: int = 0) -> F64:
    """What is added, sample by sample: nothing until `start`, then straight from value to value."""
    at = np.arange(values.size) * STEP
    known = at > start
    first = -(-start // STEP) * STEP  # the step that begins the first line
    return np.interp(np.arange(samples), np.append(first, at[known]), np.append(0.0, values[known]))


def shape(name: str, turns: F64, key: int = 0, stream: int = 0) -> F64:
    """An LFO after so many cycles."""
    phase = 2 * np.pi * turns
    match name:
        case "sine":
            return np.sin(phase)
        case "triangle":
            return signal.sawtooth(phase + np.pi / 2, 0.5)
        case "saw":
            return -signal.sawtooth(phase)
        case "ramp":
            return signal.sawtooth(phase)
        case "square":
            return signal.square(phase)
    drawn = {int(n): 2 * uniform(key, stream, int(n)) - 1 for n in np.unique(np.floor(turns))}
    return np.array([drawn[int(n)] for n in np.floor(turns)])


def uniform(key: int, stream: int, count: int) -> float:
    """Number `count` of a stream of random numbers of a voice."""
    of_stream = _scramble((key & _MASK) ^ ((stream + 1) * _MIX_1 & _MASK))
    return ((_scramble((of_stream + count * _GAMMA) & _MASK) >> 41) + 0.5) * 2.0**-23


def _scramble(z: int) -> int:
    z = ((z ^ (z >> 30)) * _MIX_1) & _MASK
    z = ((z ^ (z >> 27)) * _MIX_2) & _MASK
    return z ^ (z >> 31)


def walk(key: int, rate_hz: float, seconds: F64, step: float = 0.5, stream: int = 2) -> F64:
    """The random walk: its points are 1 / rate_hz apart."""
    count = int(np.ceil(seconds[-1] * rate_hz)) + 1
    points = [0.0]
    for number in range(count):
        goal = points[-1] + step * (2 * uniform(key, stream, number) - 1)
        points.append(np.clip(goal, -1, 1) * 2 - goal if abs(goal) > 1 else goal)
    return np.interp(seconds * rate_hz, np.arange(count + 1), points)


def follower(sound: F64, attack_ms: float, release_ms: float) -> F64:
    """The level at each step: of the largest amplitudes of the 64 samples before it."""
    levels = [0.0]
    for start in range(-STEP, sound.size, STEP):
        part = sound[max(start, 0) : max(start + STEP, 0)]
        peak = min(np.abs(part).max(initial=0.0), 1.0)
        time_ms = attack_ms if peak > levels[-1] else release_ms
        share = 1 - np.exp(-STEP / (time_ms * 1e-3 * RATE_HZ))
        levels.append(levels[-1] + share * (peak - levels[-1]))
    return np.array(levels)

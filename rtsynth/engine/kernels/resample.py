"""Streaming conversion from a plugin's rate to the device's: a polyphase windowed sinc.

The filter is made minimum-phase: the same response as the symmetric one, a sixth of its delay.
The ratio is kept as the reduced fraction L / M = output rate / input rate, so the phase is an
integer: no drift, and the result does not depend on the block size.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import InputError
from rtsynth.engine.kernels import simd
from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.simd import LANES

TAPS = 64  # when raising the rate; lowering it lengthens the filter in proportion
KAISER_BETA = 9.0  # stop band about -90 dB
LARGEST_FILTER = 1 << 19  # floats: 16 kHz to 44.1 kHz takes 28,224; designing it, 300 bytes each


@dataclass(frozen=True)
class Filter:
    """Output k is the dot product of row (k M) % L with the `taps` inputs from (k M) // L on."""

    rows: NDArray[np.float32]  # [L, taps], taps a multiple of 16; every row sums to 1
    advance: int  # M
    latency_frames: float  # delay of low frequencies, in frames of the output


@lru_cache(maxsize=16)
def design_filter(input_hz: int, output_hz: int) -> Filter:
    """The filter for input_hz -> output_hz. Equal rates give a plain delay of one sample.

    Raises:
        InputError: the two rates have so little in common that the filter would be huge.
    """
    divisor = math.gcd(input_hz, output_hz)
    phases, advance = output_hz // divisor, input_hz // divisor
    if phases == advance:
        identity = np.zeros((1, LANES), np.float32)
        identity[0, -1] = 1.0
        return Filter(identity, 1, 1.0)
    cutoff = min(1.0, phases / advance)  # of the input's Nyquist frequency
    taps = -(-math.ceil(TAPS / cutoff) // LANES) * LANES
    if phases * taps > LARGEST_FILTER:
        raise InputError(
            f"a plugin of {input_hz} Hz cannot be played at {output_hz} Hz; "
            f"try --rate {input_hz} or another rate"
        )
    # Distance from the middle of the prototype, in input samples.
    position = (np.arange(phases * taps) + 0.5) / phases - taps / 2
    window = np.i0(KAISER_BETA * np.sqrt(1 - (position / (taps / 2)) ** 2)) / np.i0(KAISER_BETA)
    prototype = _minimum_phase(np.sinc(cutoff * position) * window)
    # Row p, tap j: the input that lies taps - 1 - j samples and p / L of one in the past.
    rows = prototype.reshape(taps, phases)[::-1].T
    rows /= rows.sum(axis=1, keepdims=True)
    delay = (np.arange(prototype.size) * prototype).sum() / prototype.sum() / phases
    # `resample` stays one input sample behind the newest.
    return Filter(
        np.ascontiguousarray(rows, np.float32), advance, float((delay + 1) * phases / advance)
    )


def _minimum_phase(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """The causal filter of least delay with the same magnitude response, by the folded cepstrum.

    A. V. Oppenheim, R. W. Schafer, Discrete-Time Signal Processing, chapter "Cepstrum analysis".
    """
    size = 1 << (linear.size * 8 - 1).bit_length()
    magnitude = np.abs(np.fft.rfft(linear, size))
    cepstrum = np.fft.irfft(np.log(np.maximum(magnitude, magnitude.max() * 1e-7)), size)
    cepstrum[1 : size // 2] *= 2
    cepstrum[size // 2 + 1 :] = 0
    return np.fft.irfft(np.exp(np.fft.rfft(cepstrum)), size)[: linear.size]


@jit()
def inputs_needed(phase, phases, advance, frames):
    """How many new input samples `frames` output frames take."""
    return (phase + frames * advance) // phases


@jit()
def resample(filters, advance, phase, buffer, out):
    """Fill `out` from `buffer` ([taps old samples, then the new ones]); return the next phase."""
    phases, taps = filters.shape
    for k in range(out.size):
        position = phase + k * advance
        start, row = position // phases, position % phases
        total = simd.splat(np.float32(0.0))
        for tap in range(0, taps, LANES):
            weights = simd.load(filters[row], tap)
            total = simd.fma(weights, simd.load(buffer, start + tap), total)
        out[k] = simd.sum_lanes(total)
    return (phase + out.size * advance) % phases

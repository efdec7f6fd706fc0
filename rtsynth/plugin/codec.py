"""Quantisers: index <-> amplitude, and a network's input for an index.

Every system quantises a little differently, and a checkpoint only sounds right with its own rule.
A codec is three functions of the number of levels Q and, where it is linear, of the limits
(lowest, highest amplitude). Playing needs only the two tables (`decode`, `network_input`), because
the engine feeds back the *index* drawn, never a re-encoded amplitude.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import InputError
from rtsynth.plugin.manifest import CODECS_WITH_LIMITS, FULL_SCALE

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Limits = tuple[float, float]

A_LAW = 87.6  # ITU-T G.711's A


@dataclass(frozen=True)
class CodecRule:
    """encode(amplitude, Q, limits) -> index; decode(index, Q, limits) -> amplitude;
    network_input(index, Q, limits).

    Only linear rules look at the limits. `silence(Q)` is the index that stands for silence, where
    it is not the one that amplitude 0 is encoded as. `about` is for the reference pages.
    """

    about: str
    encode: Callable[[F64, int, Limits], I64]
    decode: Callable[[I64, int, Limits], F64]
    network_input: Callable[[I64, int, Limits], F64]
    silence: Callable[[int], int] | None = None


def _mu_law(amplitude: F64, mu: int) -> F64:
    # s = sign(x) log(1 + mu |x|) / log(1 + mu)
    return np.asarray(np.sign(amplitude) * np.log1p(mu * np.abs(amplitude)) / np.log1p(mu))


def _mu_law_expand(companded: F64, mu: int) -> F64:
    return np.asarray(np.sign(companded) * ((1 + mu) ** np.abs(companded) - 1) / mu)


def _nearest(unit: F64, levels: int) -> I64:
    """The nearest of `levels` even steps over -1..1; ties go up."""
    return np.asarray(np.floor((unit + 1) / 2 * (levels - 1) + 0.5), np.int64)


def _mu_law_encode(amplitude: F64, levels: int, limits: Limits) -> I64:
    return _nearest(_mu_law(amplitude, levels - 1), levels)


def _mu_law_decode(index: I64, levels: int, limits: Limits) -> F64:
    return _mu_law_expand(2 * index / (levels - 1) - 1, levels - 1)


def _mu_law_floor_encode(amplitude: F64, levels: int, limits: Limits) -> I64:
    # digitize(s, linspace(-1, 1, Q)) - 1: the last of Q edges that does not lie above s. The
    # original gives -1 where rounding carries s below the first edge.
    mu = levels - 1
    companded = np.sign(amplitude) * np.log(1 + mu * np.abs(amplitude)) / np.log(levels)
    below = np.digitize(companded, np.linspace(-1, 1, levels)) - 1
    return np.asarray(np.clip(below, 0, levels - 1), np.int64)


def _mu_law_floor_decode(index: I64, levels: int, limits: Limits) -> F64:
    return _mu_law_expand(2 * index / levels - 1, levels - 1)


def _mu_law_samplernn_encode(amplitude: F64, levels: int, limits: Limits) -> I64:
    # int((s + 1) / 2 (Q - 1))
    companded = _mu_law(amplitude, levels - 1)
    return np.asarray((companded + 1) / 2 * (levels - 1), np.int64)


def _mu_law_samplernn_decode(index: I64, levels: int, limits: Limits) -> F64:
    # Companded 2 (code - Q / 2) / Q: one level too low nearly everywhere, and 0 at Q / 2.
    return _mu_law_expand(2 * (index - levels / 2) / levels, levels - 1)


def _linear_samplernn_encode(amplitude: F64, levels: int, limits: Limits) -> I64:
    # int(u (Q - eps) + eps / 2) for u in 0..1: Q bins, where `linear` has Q points.
    eps = 1e-5
    return np.asarray((amplitude + 1) / 2 * (levels - eps) + eps / 2, np.int64)


def _linear_samplernn_decode(index: I64, levels: int, limits: Limits) -> F64:
    # The original writes codes, stretched to full scale; here Q // 2, which it starts from, is 0.
    return np.asarray((index - levels // 2) / (levels / 2))


def _a_law_encode(amplitude: F64, levels: int, limits: Limits) -> I64:
    # s = sign(x) A |x| / (1 + ln A) up to 1 / A, sign(x) (1 + ln(A |x|)) / (1 + ln A) above.
    scaled = A_LAW * np.abs(amplitude)
    companded = np.where(scaled < 1, scaled, 1 + np.log(np.maximum(scaled, 1)))
    return _nearest(np.sign(amplitude) * companded / (1 + math.log(A_LAW)), levels)


def _a_law_decode(index: I64, levels: int, limits: Limits) -> F64:
    companded = 2 * index / (levels - 1) - 1
    scaled = np.abs(companded) * (1 + math.log(A_LAW))
    amplitude = np.where(scaled < 1, scaled, np.exp(np.maximum(scaled, 1) - 1)) / A_LAW
    return np.asarray(np.sign(companded) * amplitude)


def _linear_encode(amplitude: F64, levels: int, limits: Limits) -> I64:
    low, high = limits
    return _nearest((amplitude - low) / (high - low) * 2 - 1, levels)


def _linear_decode(index: I64, levels: int, limits: Limits) -> F64:
    low, high = limits
    return np.asarray(low + index / (levels - 1) * (high - low))


def _inverted(levels: int, limits: Limits) -> tuple[float, float]:
    """(scale, rounded minimum) of the two-tier PyTorch SampleRNN.

    It takes the highest amplitude of a file for the lowest and the other way round, so the scale is
    negative, and index 0 is the highest. Its "rounded" minimum is truncated towards zero.
    """
    low, high = limits
    scale = (low - high) / (levels - 1)
    return scale, math.trunc(high / scale)


def _inverted_encode(amplitude: F64, levels: int, limits: Limits) -> I64:
    scale, least = _inverted(levels, limits)
    codes = np.trunc(amplitude / scale) - least
    return np.asarray(np.clip(codes, 0, levels - 1), np.int64)


def _inverted_decode(index: I64, levels: int, limits: Limits) -> F64:
    scale, least = _inverted(levels, limits)
    return np.asarray((index + least) * scale)


def _frame_input(index: I64, levels: int, limits: Limits) -> F64:
    # The input of SampleRNN's frame tiers: (code / (Q / 2) - 1) * 2.
    return np.asarray((index / (levels / 2) - 1) * 2)


CODECS: dict[str, CodecRule] = {
    "mu_law_round": CodecRule(
        "mu-law, RNNControl's: rounds to the nearest level, so index -> amplitude -> index is the "
        "identity.",
        encode=_mu_law_encode,
        decode=_mu_law_decode,
        network_input=lambda index, levels, limits: index / (levels - 1),
    ),
    "mu_law_floor": CodecRule(
        "mu-law, MTCRNN's: floors, and decodes on another grid (Q steps, not Q - 1), so index -> "
        "amplitude -> index drops one level nearly everywhere, and the largest amplitude is 0.957 "
        "(Q = 256).",
        encode=_mu_law_floor_encode,
        decode=_mu_law_floor_decode,
        network_input=lambda index, levels, limits: index / levels,
    ),
    # SampleRNNs trained here: index -> amplitude -> index is the identity.
    "mu_law": CodecRule(
        "mu-law to the nearest level, of SampleRNNs trained here.",
        _mu_law_encode,
        _mu_law_decode,
        _frame_input,
    ),
    "a_law": CodecRule(
        "A-law to the nearest level, of SampleRNNs trained here.",
        _a_law_encode,
        _a_law_decode,
        _frame_input,
    ),
    "linear": CodecRule(
        "Linear over the codec's range, to the nearest level.",
        _linear_encode,
        _linear_decode,
        _frame_input,
    ),
    "mu_law_samplernn": CodecRule(
        "mu-law, the original SampleRNN's: truncates, and decodes on another grid; silence is "
        "Q / 2.",
        _mu_law_samplernn_encode,
        _mu_law_samplernn_decode,
        _frame_input,
        silence=lambda levels: levels // 2,
    ),
    # Python 2's Q / 2 is a whole number.
    "linear_samplernn": CodecRule(
        "Linear, the original SampleRNN's: u = (x + 1) / 2, index = int(u (Q - 1e-5) + 5e-6), "
        "amplitude (index - Q // 2) / (Q / 2), silence at Q // 2.",
        _linear_samplernn_encode,
        _linear_samplernn_decode,
        network_input=lambda index, levels, limits: (index / (levels // 2) - 1) * 2,
        silence=lambda levels: levels // 2,
    ),
    "linear_inverted": CodecRule(
        "Linear, the two-tier PyTorch SampleRNN's, over the training file's range, index 0 the "
        "most positive: scale = (minimum - maximum) / (Q - 1), least = trunc(maximum / scale), "
        "index = trunc(x / scale) - least.",
        _inverted_encode,
        _inverted_decode,
        network_input=lambda index, levels, limits: 2 * _inverted_decode(index, levels, limits),
    ),
}


def codec_rule(name: str) -> CodecRule:
    """The rule called `name`.

    Raises:
        InputError: no such codec.
    """
    if name not in CODECS:
        raise InputError(f"codec {name!r} is unknown; known: {', '.join(sorted(CODECS))}")
    return CODECS[name]


def encode(
    name: str, levels: int, amplitude: NDArray[np.floating], limits: Limits = FULL_SCALE
) -> I64:
    """Indices [T] of amplitudes [T]; amplitudes are clamped first, to -1..1 or to the limits."""
    lowest, highest = limits if name in CODECS_WITH_LIMITS else FULL_SCALE
    clamped = np.clip(np.asarray(amplitude, np.float64), lowest, highest)
    return codec_rule(name).encode(clamped, levels, limits)


def decode(name: str, levels: int, index: NDArray[np.integer], limits: Limits = FULL_SCALE) -> F64:
    """Amplitudes [T] of indices [T]."""
    return codec_rule(name).decode(np.asarray(index, np.int64), levels, limits)


def silence(name: str, levels: int, limits: Limits = FULL_SCALE) -> int:
    """The index of silence: a network's input before it plays."""
    rule = codec_rule(name)
    if rule.silence is not None:
        return rule.silence(levels)
    return int(encode(name, levels, np.zeros(1), limits)[0])


def decode_table(name: str, levels: int, limits: Limits = FULL_SCALE) -> NDArray[np.float32]:
    """Amplitude of every index, [Q]."""
    return decode(name, levels, np.arange(levels), limits).astype(np.float32)


def input_table(name: str, levels: int, limits: Limits = FULL_SCALE) -> NDArray[np.float32]:
    """The network's input for every index, [Q]."""
    return codec_rule(name).network_input(np.arange(levels), levels, limits).astype(np.float32)

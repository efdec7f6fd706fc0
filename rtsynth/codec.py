"""Quantisers: index <-> amplitude, and the number a network is fed for an index.

Every system quantises a little differently, and a checkpoint only sounds right with its own rule.
A codec is three functions of the number of levels Q. Playing needs only the two tables
(`decode`, `network_input`), because the engine feeds back the *index* drawn, never a re-encoded
amplitude.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rtsynth.errors import InputError

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@dataclass(frozen=True)
class CodecRule:
    """encode(amplitude, Q) -> index; decode(index, Q) -> amplitude; network_input(index, Q)."""

    encode: Callable[[F64, int], I64]
    decode: Callable[[I64, int], F64]
    network_input: Callable[[I64, int], F64]


def _mu_law_encode(amplitude: F64, levels: int) -> I64:
    # mu = Q - 1: floor((s + 1) / 2 mu + 1/2), s = sign(x) log(1 + mu |x|) / log(1 + mu).
    mu = levels - 1
    companded = np.sign(amplitude) * np.log1p(mu * np.abs(amplitude)) / np.log1p(mu)
    return np.asarray(np.floor((companded + 1) / 2 * mu + 0.5), np.int64)


def _mu_law_decode(index: I64, levels: int) -> F64:
    mu = levels - 1
    companded = 2 * index / mu - 1
    return np.asarray(np.sign(companded) * ((1 + mu) ** np.abs(companded) - 1) / mu)


def _mu_law_floor_encode(amplitude: F64, levels: int) -> I64:
    # digitize(s, linspace(-1, 1, Q)) - 1: the last of Q edges that does not lie above s. The
    # original gives -1 where rounding carries s below the first edge.
    mu = levels - 1
    companded = np.sign(amplitude) * np.log(1 + mu * np.abs(amplitude)) / np.log(levels)
    below = np.digitize(companded, np.linspace(-1, 1, levels)) - 1
    return np.asarray(np.clip(below, 0, levels - 1), np.int64)


def _mu_law_floor_decode(index: I64, levels: int) -> F64:
    companded = 2 * index / levels - 1
    return np.asarray(np.sign(companded) * (levels ** np.abs(companded) - 1) / (levels - 1))


CODECS: dict[str, CodecRule] = {
    # RNNControl: rounds to the nearest level, so index -> amplitude -> index is the identity.
    "mu_law_round": CodecRule(
        encode=_mu_law_encode,
        decode=_mu_law_decode,
        network_input=lambda index, levels: index / (levels - 1),
    ),
    # MTCRNN: floors, and decodes on another grid (Q steps, not Q - 1), so index -> amplitude ->
    # index drops one level nearly everywhere and the largest amplitude is .957 (Q = 256).
    "mu_law_floor": CodecRule(
        encode=_mu_law_floor_encode,
        decode=_mu_law_floor_decode,
        network_input=lambda index, levels: index / levels,
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


def encode(name: str, levels: int, amplitude: NDArray[np.floating]) -> I64:
    """Indices [T] of amplitudes [T]; amplitudes are clamped to -1..1 first."""
    clamped = np.clip(np.asarray(amplitude, np.float64), -1.0, 1.0)
    return codec_rule(name).encode(clamped, levels)


def decode(name: str, levels: int, index: NDArray[np.integer]) -> F64:
    """Amplitudes [T] of indices [T]."""
    return codec_rule(name).decode(np.asarray(index, np.int64), levels)


def decode_table(name: str, levels: int) -> NDArray[np.float32]:
    """Amplitude of every index, [Q]."""
    return decode(name, levels, np.arange(levels)).astype(np.float32)


def input_table(name: str, levels: int) -> NDArray[np.float32]:
    """What the network is fed for every index, [Q]."""
    return codec_rule(name).network_input(np.arange(levels), levels).astype(np.float32)

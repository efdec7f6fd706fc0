"""A recording measured from its start to its end, block by block: envelope, peak and loudness."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

HOP_S = 0.01  # of the envelope
SILENT_DB = -50.0  # below the loudest HOP_S: what is quieter at the ends is silence
_LOUDNESS_HOP_S = 0.1
_GATE_BLOCKS = 4  # hops of a block of loudness
_ABSOLUTE_GATE, _RELATIVE_GATE = -70.0, -10.0  # LUFS, LU
_LOWEST_WEIGHTED_HZ = 8000  # below, the weighting's shelf has no place

F64 = NDArray[np.float64]


@dataclass
class Sums:
    """Sums of samples and of their squares over hops of `hop` samples."""

    hop: int
    count: int = 0
    sums: list[F64] = field(default_factory=list)
    squares: list[F64] = field(default_factory=list)
    _rest: F64 = field(default_factory=lambda: np.zeros(0))

    def add(self, block: F64) -> None:
        """The next samples [n]."""
        self.count += len(block)
        whole = np.concatenate([self._rest, block])
        cut = len(whole) // self.hop * self.hop
        self._add_hops(whole[:cut].reshape(-1, self.hop))
        self._rest = whole[cut:]

    def _add_hops(self, hops: F64) -> None:
        self.sums.append(hops.sum(axis=1))
        self.squares.append(np.square(hops).sum(axis=1))

    def powers(self, mean: float | None) -> F64:
        """Mean square around `mean` (None: around its own) of every hop [n], the last of which may
        be shorter.
        """
        sums, squares = np.concatenate([*self.sums, [0.0]]), np.concatenate([*self.squares, [0.0]])
        sums[-1], squares[-1] = self._rest.sum(), np.square(self._rest).sum()
        sizes = np.full(len(sums), float(self.hop))
        sizes[-1] = len(self._rest)
        if not len(self._rest):
            sums, squares, sizes = sums[:-1], squares[:-1], sizes[:-1]
        means = sums / sizes if mean is None else mean
        return np.maximum(0.0, (squares - 2 * means * sums) / sizes + np.square(means))


class Scan:
    """What is known of mono samples at `rate_hz` once all of them were added."""

    def __init__(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self.low, self.high, self._sum = math.inf, -math.inf, 0.0
        self._envelope = Sums(max(1, round(HOP_S * rate_hz)))
        self._loudness = Sums(max(1, round(_LOUDNESS_HOP_S * rate_hz)))
        self._weighting = _k_weighting(rate_hz)
        self._states = [np.zeros(2) for _ in self._weighting]

    def add(self, mono: F64) -> None:
        """The next samples [n]."""
        if not len(mono):
            return
        self.low, self.high = min(self.low, float(mono.min())), max(self.high, float(mono.max()))
        self._sum += float(mono.sum())
        self._envelope.add(mono)
        for number, (b, a) in enumerate(self._weighting):
            mono, self._states[number] = lfilter(b, a, mono, zi=self._states[number])
        self._loudness.add(mono)

    @property
    def frames(self) -> int:
        """Samples added."""
        return self._envelope.count

    @property
    def mean(self) -> float:
        """The constant offset."""
        return self._sum / max(1, self.frames)

    def peak(self, offset: float) -> float:
        """The largest distance from `offset`."""
        return max(self.high - offset, offset - self.low)

    def sounding(self, margin_s: float) -> tuple[int, int]:
        """(first, last + 1) sample of what is no silence at the ends, with a margin."""
        return _sounding(self._envelope, round(margin_s * self.rate_hz))

    def loudness(self) -> float:
        """Integrated loudness in LUFS, by ITU-R BS.1770-4; -inf for silence."""
        hops = self._loudness.powers(0.0)
        blocks = hops
        if len(hops) >= _GATE_BLOCKS:
            blocks = np.convolve(hops, np.full(_GATE_BLOCKS, 1 / _GATE_BLOCKS), "valid")
        for gate in (_ABSOLUTE_GATE, None):
            level = _lufs(float(blocks.mean())) if len(blocks) else -math.inf
            lowest = level + _RELATIVE_GATE if gate is None else gate
            blocks = blocks[blocks > 10 ** ((lowest + 0.691) / 10)]
        return _lufs(float(blocks.mean())) if len(blocks) else -math.inf


def sound_end(samples: F64, rate_hz: int, margin_s: float) -> int:
    """Where the silence at the end of samples [T] begins, with a margin."""
    envelope = Sums(max(1, round(HOP_S * rate_hz)))
    envelope.add(samples)
    return _sounding(envelope, round(margin_s * rate_hz))[1]


def _sounding(envelope: Sums, margin: int) -> tuple[int, int]:
    # Around the mean of each hop: silence may be constant, by an offset or the code it has.
    powers, hop = envelope.powers(None), envelope.hop
    loud = np.flatnonzero(powers > powers.max(initial=0.0) * 10 ** (SILENT_DB / 10))
    if not len(loud):
        return 0, envelope.count
    first, last = int(loud[0]) * hop - margin, (int(loud[-1]) + 1) * hop + margin
    return max(0, first), min(envelope.count, last)


def _lufs(power: float) -> float:
    return -0.691 + 10 * math.log10(power) if power > 0 else -math.inf


def _k_weighting(rate_hz: int) -> list[tuple[F64, F64]]:
    """The shelf and the high-pass of BS.1770 at any rate, as (b, a)."""
    if rate_hz < _LOWEST_WEIGHTED_HZ:
        return []
    k, q = math.tan(math.pi * 1681.974450955533 / rate_hz), 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band, a0 = high**0.4996667741545416, 1 + k / q + k * k
    shelf = (
        np.array([high + band * k / q + k * k, 2 * (k * k - high), high - band * k / q + k * k])
        / a0,
        np.array([a0, 2 * (k * k - 1), 1 - k / q + k * k]) / a0,
    )
    k, q = math.tan(math.pi * 38.13547087602444 / rate_hz), 0.5003270373238773
    a0 = 1 + k / q + k * k
    return [shelf, (np.array([1.0, -2.0, 1.0]),
                    np.array([a0, 2 * (k * k - 1), 1 - k / q + k * k]) / a0)]  # fmt: skip

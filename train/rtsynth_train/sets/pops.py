"""A set of regular pops of random pitch: one parameter, `rate`, 0..1 for 2^2..2^5 pops per second.

The same kind of sound as MTCRNN's QuickStart set, whose recordings measure as follows (304 pops
of its five slowest files): a burst of a few samples of noise through a band-pass of Q 25 tuned
to a semitone, MIDI 68 to 87, each as often; the ring starts at 0.04 to 0.73 (5 to 95 % of the
pops, median 0.30), the louder the higher the pitch; the first pop comes one period after the
start.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.audiofile.writing import write_audio
from rtsynth.common.files.atomic import make_folder
from rtsynth.offline.params_file import PARAMS_SUFFIX, Original, Track, write_params
from rtsynth_train.core.filenames import format_name

RATE_HZ = 16000
OCTAVES = (2.0, 5.0)  # log2 of the pops per second at rate 0 and 1
KEYS = (68, 87)
RESONANCE_Q = 25.0
BURST_SAMPLES = 4
BURST_LEVEL = 18.0  # the band-pass lets about a hundredth of a burst through
LOUDEST_RING = 0.7  # above it a pop is drawn again: two that overlap stay below full scale
PEAK = 0.98
FILES = 21
SECONDS = 10.0

F64 = NDArray[np.float64]


def pops_per_second(rate: float) -> float:
    """What the parameter means."""
    low, high = OCTAVES
    return float(2 ** (low + (high - low) * rate))


def pop_starts(per_second: F64, rate_hz: int) -> NDArray[np.int64]:
    """Sample numbers where a pop starts, for a rate in pops/s at every sample [T]."""
    turns = np.floor(np.cumsum(per_second) / rate_hz + 1e-9)
    return np.flatnonzero(np.diff(turns, prepend=0.0) > 0)


def pop(rng: np.random.Generator, length: int, rate_hz: int) -> F64:
    """One pop, float64 [length]. The band-pass is that of the Audio EQ Cookbook."""
    from scipy.signal import lfilter

    while True:
        frequency_hz = 440 * 2 ** ((rng.integers(KEYS[0], KEYS[1] + 1) - 69) / 12)
        angle = 2 * np.pi * frequency_hz / rate_hz
        alpha = np.sin(angle) / (2 * RESONANCE_Q)
        burst = np.zeros(length)
        head = burst[:BURST_SAMPLES]
        head[:] = BURST_LEVEL * rng.normal(size=head.size)
        feedback = [1 + alpha, -2 * np.cos(angle), 1 - alpha]
        sound = np.asarray(lfilter([alpha, 0.0, -alpha], feedback, burst), np.float64)
        if np.abs(sound).max() <= LOUDEST_RING:
            return sound


def synthesise(per_second: F64, rng: np.random.Generator, rate_hz: int = RATE_HZ) -> F64:
    """Pops at a rate in pops/s given at every sample [T]; float64 [T], within -PEAK..PEAK."""
    out = np.zeros(len(per_second))
    longest = round(0.25 * rate_hz)  # by then the lowest pitch has decayed by 100 dB
    for start in pop_starts(per_second, rate_hz).tolist():
        length = min(longest, len(out) - start)
        out[start : start + length] += pop(rng, length, rate_hz)
    return np.clip(out, -PEAK, PEAK)


def make_pops(
    folder: Path, files: int = FILES, seconds: float = SECONDS, seed: int = 0
) -> Iterator[Path]:
    """Write `files` rates, evenly spaced from 0 to 1 and each held for `seconds`, into `folder`.

    Yields each audio file once it and its `.params` are there.
    """
    make_folder(folder)
    length = round(seconds * RATE_HZ)
    for number, rate in enumerate(np.linspace(0, 1, files).tolist()):
        octave = OCTAVES[0] + (OCTAVES[1] - OCTAVES[0]) * rate
        path = folder / format_name("pops", {"r": octave})
        audio = synthesise(
            np.full(length, pops_per_second(rate)), np.random.default_rng([seed, number])
        )
        write_audio(path, audio, RATE_HZ)
        track = Track(
            np.array([0.0, seconds]),
            np.array([rate, rate]),
            original=Original("rate pow(2,n), n=[2,5]", *OCTAVES),
        )
        write_params(path.with_suffix(PARAMS_SUFFIX), path.name, {"rate": track})
        yield path

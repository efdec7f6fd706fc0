"""One value for a whole recording: its pitch as a MIDI number, its loudness in LUFS.

Pitch by McLeod's normalised square difference of up to FRAMES frames where it is loudest; the
period is then refined over as many periods as the frame has, and the median of the frames taken. It
is none where less than half of them agree within a semitone.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import InputError
from rtsynth_train.core.converted import samples
from rtsynth_train.core.kept import keep, key_of, load
from rtsynth_train.core.scan import Scan
from rtsynth_train.core.sound_rules import AS_THEY_ARE, SoundRules

VERSION = 1
FRAME_S = 0.1
FRAMES = 40
RANGE_HZ = (27.5, 4200.0)
_CLEAR = 0.7  # of the correlation: below it a frame has no pitch
_FIRST_PEAK = 0.9  # of the highest: the first peak that high is the period
_SEMITONE = 1.0
_FINE_HZ = 96_000  # the rate, at least, at which the period is looked for

F64 = NDArray[np.float64]


def measured_value(path: Path, what: str, rate_hz: int, rules: SoundRules = AS_THEY_ARE) -> float:
    """`pitch` or `loudness` of a recording at a rate; measured once, and kept.

    Of `rules` only `channels` counts: loudness is that of the recording before it is levelled.

    Raises:
        InputError: it cannot be read, or has no such value.
    """
    wanted = {"measured": what, "rate": rate_hz, "version": VERSION}
    channels = SoundRules(channels=rules.channels)
    key = key_of(path, wanted | channels.rules())
    kept = load(key)
    if kept is None:
        audio = samples(path, rate_hz, channels)
        value = pitch_of(audio, rate_hz) if what == "pitch" else loudness_of(audio, rate_hz)
        kept = keep(key, {"value": value}, list)
    found = kept.header["value"]
    if found is None:
        raise InputError(
            f"{path}: no {what} could be measured; name it in the file, or take the file out"
        )
    return float(found)


def loudness_of(audio: F64, rate_hz: int) -> float | None:
    """Integrated loudness in LUFS of samples [T]; None for silence."""
    scan = Scan(rate_hz)
    scan.add(audio)
    loudness = scan.loudness()
    return loudness if np.isfinite(loudness) else None


def pitch_of(audio: F64, rate_hz: int) -> float | None:
    """The MIDI pitch of samples [T]; None where they have none in common."""
    size = round(FRAME_S * rate_hz)
    if len(audio) < size:
        return None
    starts = np.arange(0, len(audio) - size + 1, max(1, size // 4))
    powers = np.array([np.square(audio[at : at + size]).mean() for at in starts])
    loudest = np.sort(np.argsort(powers)[::-1][:FRAMES])
    found = [_frame_hz(audio[at : at + size], rate_hz) for at in starts[loudest]]
    pitches = np.array([69 + 12 * np.log2(hz / 440) for hz in found if hz is not None])
    if not len(pitches):
        return None
    near = pitches[np.abs(pitches - np.median(pitches)) < _SEMITONE]
    return float(np.median(near)) if 2 * len(near) >= len(found) else None


def _frame_hz(frame: F64, rate_hz: int) -> float | None:
    frame = frame - frame.mean()
    # Between samples too: at 16 kHz a period of the highest notes has but four of them.
    fine = -(-_FINE_HZ // rate_hz)
    rate_hz, size = rate_hz * fine, len(frame)
    half = size * fine // 2
    power = np.square(np.abs(np.fft.rfft(frame, 2 * size)))
    correlation = fine * np.fft.irfft(power, 2 * size * fine)[:half]
    energy = np.concatenate([[0.0], np.cumsum(np.square(frame))])
    if energy[-1] <= 0:
        return None
    lags, edges = np.arange(half) / fine, np.arange(size + 1)
    both = np.interp(size - lags, edges, energy) + energy[-1] - np.interp(lags, edges, energy)
    clarity = 2 * correlation / np.maximum(both, 1e-12 * energy[-1])
    shortest, longest = int(rate_hz / RANGE_HZ[1]), min(half - 2, int(rate_hz / RANGE_HZ[0]))
    peaks = _peaks(clarity, max(2, shortest), longest)
    if not len(peaks) or clarity[peaks].max() < _CLEAR:
        return None
    first = int(peaks[clarity[peaks] >= _FIRST_PEAK * clarity[peaks].max()][0])
    period = _vertex(clarity, first)
    # The peak k periods on gives the period k times as exactly.
    for k in range(2, int((half - 2) / period) + 1):
        near = round(k * period)
        span = max(1, int(period / 4))
        if near + span + 1 >= half:
            break
        at = near - span + int(np.argmax(clarity[near - span : near + span + 1]))
        if clarity[at] < _CLEAR:
            break
        period = _vertex(clarity, at) / k
    return rate_hz / period


def _peaks(values: F64, first: int, last: int) -> NDArray[np.int64]:
    """Local maxima above 0 within first .. last, behind the first place below 0."""
    below = np.flatnonzero(values < 0)
    begin = max(first, int(below[0]) if len(below) else last)
    at = np.arange(begin, last)
    high = (values[at] > 0) & (values[at] >= values[at - 1]) & (values[at] > values[at + 1])
    return at[high]


def _vertex(values: F64, at: int) -> float:
    """Where the parabola through three values has its maximum."""
    before, here, after = values[at - 1], values[at], values[at + 1]
    bend = before - 2 * here + after
    return float(at + (0.5 * (before - after) / bend if bend < 0 else 0.0))

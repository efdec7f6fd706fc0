"""Whether a sound is what its knobs say, measured apart from what rescue looks at.

Of windows of a quarter of a second, and of two seconds (speech pauses for more than one): the
level, how flat the averaged spectrum is; and of the short ones the pitch. The plugin itself, at the
same knobs, begun from rest several times and left alone, says what is healthy.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

SHORT_S, WHOLE_S, HOP_S = 0.25, 2.0, 0.0625
LEVEL_DB, FLATNESS_DB = 4.0, 3.0  # beyond what the plugin does by itself
SEMITONES = 0.7
WELL, WELL_S = 0.9, 1.0  # of the short windows in any stretch of a second
FRAME = 512
LOWEST_HZ, HIGHEST_HZ = 80.0, 1600.0
QUIET_DB = -70.0


class Range(NamedTuple):
    """(lowest, highest) of what windows of `seconds` may be."""

    seconds: float
    level_db: tuple[float, float]
    flatness_db: tuple[float, float]


class Healthy(NamedTuple):
    """The ranges, and the pitches [semitones] that it may have; none: any, or none at all."""

    short: Range
    whole: Range
    pitches: list[float]


def windows(sound: F32, seconds: float, rate_hz: int) -> list[F32]:
    length, hop = round(seconds * rate_hz), round(HOP_S * rate_hz)
    return [sound[at : at + length] for at in range(0, len(sound) - length + 1, hop)]


def level_db(sound: F32) -> float:
    return float(10 * np.log10(np.var(sound.astype(np.float64)) + 1e-12))


def flatness_db(sound: F32) -> float:
    """Of the spectrum averaged over frames (Welch)."""
    frames = np.lib.stride_tricks.sliding_window_view(sound, FRAME)[:: FRAME // 2]
    power = (np.abs(np.fft.rfft(frames * np.hanning(FRAME), axis=1)) ** 2).mean(axis=0)[1:] + 1e-12
    return float(10 * (np.log10(power).mean() - np.log10(power.mean())))


def pitch(sound: F32, rate_hz: int) -> float:
    """MIDI number: of the shortest lag whose difference is nearly the least (as YIN has it)."""
    sound = sound.astype(np.float64) - sound.mean()
    longest, half = round(rate_hz / LOWEST_HZ), len(sound) // 2
    delayed = np.lib.stride_tricks.sliding_window_view(sound[: half + longest], half)
    difference = ((delayed - sound[:half]) ** 2).sum(axis=1)
    lags = np.arange(len(difference))
    relative = np.ones_like(difference)
    relative[1:] = difference[1:] * lags[1:] / np.maximum(np.cumsum(difference[1:]), 1e-12)
    low = round(rate_hz / HIGHEST_HZ)
    good = np.flatnonzero(relative[low:] < 0.15) + low
    at = int(good[0]) if good.size else low + int(relative[low:].argmin())
    while at + 1 < len(relative) and relative[at + 1] < relative[at]:
        at += 1
    shift = 0.0
    if 0 < at < len(relative) - 1:
        before, here, after = relative[at - 1 : at + 2]
        curve = before - 2 * here + after
        shift = 0.5 * (before - after) / curve if curve > 0 else 0.0
    return float(69 + 12 * np.log2(rate_hz / (at + shift) / 440))


def healthy_of(takes: list[F32], rate_hz: int, knob_pitch: float | None) -> Healthy:
    """What is healthy, from sounds that are."""
    short, whole = (
        range_of([part for take in takes for part in windows(take, seconds, rate_hz)], seconds)
        for seconds in (SHORT_S, WHOLE_S)
    )
    return Healthy(short, whole, [] if knob_pitch is None else [knob_pitch])


def range_of(parts: list[F32], seconds: float) -> Range:
    """Of windows that are healthy."""
    levels = [level_db(part) for part in parts]
    flats = [flatness_db(part) for part in parts]
    return Range(
        seconds,
        (min(levels) - LEVEL_DB, max(levels) + LEVEL_DB),
        (min(flats) - FLATNESS_DB, max(flats) + FLATNESS_DB),
    )


def is_in(sound: F32, range_: Range) -> bool:
    """Whether one window is as loud and as flat."""
    level = level_db(sound)
    if not range_.level_db[0] <= level <= range_.level_db[1]:
        return False
    flatness = flatness_db(sound)
    return level < QUIET_DB or range_.flatness_db[0] <= flatness <= range_.flatness_db[1]


def is_tuned(sound: F32, rate_hz: int, wanted: list[float]) -> bool:
    """Whether one window has one of the pitches that are wanted, if any are."""
    if not wanted or level_db(sound) < QUIET_DB:
        return True
    found = pitch(sound, rate_hz)
    return any(abs(found - each) <= SEMITONES for each in wanted)


def sounds_well(sound: F32, rate_hz: int, healthy: Healthy) -> bool:
    """Whether WELL of the short windows are healthy at any time, and all of WHOLE_S."""
    well = [
        is_in(part, healthy.short) and is_tuned(part, rate_hz, healthy.pitches)
        for part in windows(sound, SHORT_S, rate_hz)
    ]
    together = round((WELL_S - SHORT_S) / HOP_S) + 1
    shares = np.convolve(well, np.ones(together) / together, "valid")
    whole = [is_in(part, healthy.whole) for part in windows(sound, WHOLE_S, rate_hz)]
    return bool(shares.min() >= WELL) and all(whole)

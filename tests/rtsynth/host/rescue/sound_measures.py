"""Whether a sound is what its knobs say, measured apart from what rescue looks at.

Of windows of a quarter of a second: the level, how flat the averaged spectrum is, and the pitch.
The plugin itself, at the same knobs and left alone, says what is healthy.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

WINDOW_S, HOP_S = 0.25, 0.0625
LEVEL_DB, FLATNESS_DB, SEMITONES = 4.0, 3.0, 0.7  # beyond what the plugin does by itself
FRAME = 512
LOWEST_HZ, HIGHEST_HZ = 80.0, 1600.0
QUIET_DB = -70.0


class Healthy(NamedTuple):
    """(lowest, highest) level and flatness, and the pitch where there is one, in semitones."""

    level_db: tuple[float, float]
    flatness_db: tuple[float, float]
    pitch: float | None


def windows(sound: F32, rate_hz: int) -> list[F32]:
    length, hop = round(WINDOW_S * rate_hz), round(HOP_S * rate_hz)
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


def healthy_of(sound: F32, rate_hz: int, knob_pitch: float | None) -> Healthy:
    """What is healthy, from a sound that is."""
    parts = windows(sound, rate_hz)
    levels, flats = [level_db(each) for each in parts], [flatness_db(each) for each in parts]
    return Healthy(
        (min(levels) - LEVEL_DB, max(levels) + LEVEL_DB),
        (min(flats) - FLATNESS_DB, max(flats) + FLATNESS_DB),
        knob_pitch,
    )


def is_healthy(sound: F32, rate_hz: int, healthy: Healthy) -> bool:
    """Whether one window is."""
    level = level_db(sound)
    if not healthy.level_db[0] <= level <= healthy.level_db[1]:
        return False
    if level < QUIET_DB:
        return True  # as it is meant to be
    if not healthy.flatness_db[0] <= flatness_db(sound) <= healthy.flatness_db[1]:
        return False
    return healthy.pitch is None or abs(pitch(sound, rate_hz) - healthy.pitch) <= SEMITONES


def share_healthy(sound: F32, rate_hz: int, healthy: Healthy) -> float:
    """Of the windows of a sound."""
    return float(np.mean([is_healthy(each, rate_hz, healthy) for each in windows(sound, rate_hz)]))

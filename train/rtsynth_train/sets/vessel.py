"""A set of a vessel that fills with water: one parameter, `fill`, 0 (empty) to 1 (full).

Synthesised from what is known of the sound:

- the air above the water is a column closed at one end, with resonances at odd multiples of
  c / 4L, L its length with the end correction 0.6 r of an open pipe: they rise as it fills;
- air trapped by the falling water rings at Minnaert's frequency f = 3.26 / radius (Hz, m), and
  decays with d = 0.13 / radius + 0.0072 radius^-1.5 per second while its pitch rises a little as
  it nears the surface (van den Doel, Physically-based Models for Liquid Sounds, 2005);
- the splash is noise. Splash and bubbles sound directly and through the column.

The flow, and with it the loudness, wanders by itself: `fill` alone does not decide how loud it is.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.audiofile.writing import write_audio
from rtsynth.common.files.atomic import make_folder
from rtsynth.offline.params_file import PARAMS_SUFFIX, Original, Track, write_params

RATE_HZ = 16000
TRACK_HZ = 50  # of the fill as it is written

SOUND_SPEED_M_S = 343.0
HEIGHT_M = 0.25
RADIUS_M = 0.035
FULLEST = 0.9  # of the height, at fill 1: nobody pours to the brim
MODES = ((1, 1.0), (3, 0.5), (5, 0.3))  # multiple of the lowest resonance, gain
COLUMN_Q = 30.0
BLOCK = 32  # samples for which the column stays as it is: 2 ms

BUBBLE_RADII_M = (0.0007, 0.004)  # 4.7 kHz to 815 Hz
BUBBLES_PER_S = 90.0  # at full flow
BUBBLE_RISE = 0.1  # relative rise of the pitch per time constant of the decay
BUBBLE_LEVEL = 0.3
COLUMN_LEVEL = 0.85
DIRECT_LEVEL = 0.006
LEVEL = 0.4
PEAK = 0.95
FILES = 12
SECONDS = 20.0

F64 = NDArray[np.float64]


def _whole(rng: np.random.Generator) -> list[tuple[float, float]]:
    return [(0.0, 0.0), (rng.uniform(0.85, 1.0), 1.0), (1.0, 1.0)]


def _fast(rng: np.random.Generator) -> list[tuple[float, float]]:
    start = rng.uniform(0.1, 0.3)
    return [(0.0, 0.0), (start, 0.0), (start + rng.uniform(0.2, 0.4), 1.0), (1.0, 1.0)]


def _partial(rng: np.random.Generator) -> list[tuple[float, float]]:
    return [(0.0, rng.uniform(0.0, 0.4)), (1.0, rng.uniform(0.6, 1.0))]


def _up_and_down(rng: np.random.Generator) -> list[tuple[float, float]]:
    return [(0.0, 0.0), (rng.uniform(0.4, 0.6), rng.uniform(0.8, 1.0)), (1.0, 0.0)]


def _steps(rng: np.random.Generator) -> list[tuple[float, float]]:
    levels = np.sort(rng.uniform(0, 1, 4))
    levels[[0, -1]] = 0.0, 1.0
    return [
        (k / 4 + shift, float(level))
        for k, level in enumerate(levels.tolist())
        for shift in (0.0, 0.125)
    ]


# How a vessel is filled: (share of the time, fill) of the corners. Files take them in turn.
POURINGS: tuple[Callable[[np.random.Generator], list[tuple[float, float]]], ...] = (
    _whole,
    _partial,
    _up_and_down,
    _steps,
    _fast,
)


def fill_track(corners: list[tuple[float, float]], seconds: float) -> Track:
    """A smooth fill through `corners`, TRACK_HZ values a second from 0 to `seconds`."""
    times = np.arange(round(seconds * TRACK_HZ) + 1) / TRACK_HZ
    at, fills = (np.array(column) for column in zip(*corners, strict=True))
    window = np.hanning(TRACK_HZ // 2 + 2)  # corners rounded over half a second
    straight = np.interp(times / seconds, at, fills)
    padded = np.pad(straight, len(window) // 2, mode="edge")
    smooth = np.convolve(padded, window / window.sum(), mode="same")
    values = np.clip(smooth[len(window) // 2 :][: len(times)], 0.0, 1.0)
    return Track(times, values, original=Original("fill", 0.0, 1.0))


def column_hz(fill: F64) -> F64:
    """Lowest resonance of the air above the water, Hz, for fills 0..1 of any shape."""
    length_m = HEIGHT_M * (1 - FULLEST * fill) + 0.6 * RADIUS_M
    return SOUND_SPEED_M_S / (4 * length_m)


def _wander(rng: np.random.Generator, count: int, seconds_each: float, low: float) -> F64:
    """A slow random curve [count] in low..1: random values joined by cosines."""
    points = int(count / (seconds_each * RATE_HZ)) + 2
    values = rng.uniform(low, 1.0, points)
    place = np.arange(count) / (seconds_each * RATE_HZ)
    index = place.astype(np.int64)
    ease = 0.5 - 0.5 * np.cos(np.pi * (place - index))
    return values[index] * (1 - ease) + values[index + 1] * ease


def bubbles(flow: F64, rng: np.random.Generator) -> F64:
    """Bubbles at random, as many as the flow 0..1 [T] asks for; float64 [T]."""
    out = np.zeros(len(flow))
    low, high = BUBBLE_RADII_M
    starts = np.flatnonzero(rng.random(len(flow)) < flow * BUBBLES_PER_S / RATE_HZ)
    for start in starts.tolist():
        radius_m = low * (high / low) ** rng.random()
        decay = 0.13 / radius_m + 0.0072 * radius_m**-1.5
        length = min(round(7 / decay * RATE_HZ), len(out) - start)  # until it is down by 60 dB
        times = np.arange(length) / RATE_HZ
        turns = 3.26 / radius_m * times * (1 + 0.5 * BUBBLE_RISE * decay * times)
        level = rng.random() ** 2 * (radius_m / high) ** 0.5
        out[start : start + length] += level * np.exp(-decay * times) * np.sin(2 * np.pi * turns)
    return out


def through_column(sound: F64, lowest_hz: F64) -> F64:
    """`sound` [T] as it comes out of the column whose lowest resonance is `lowest_hz` [T].

    One band-pass of the Audio EQ Cookbook per mode; their memory is kept when they are retuned.
    """
    from scipy.signal import lfilter

    out = np.zeros(len(sound))
    for multiple, gain in MODES:
        memory = np.zeros(2)
        for start in range(0, len(sound), BLOCK):
            angle = 2 * np.pi * multiple * lowest_hz[start] / RATE_HZ
            if angle > 0.95 * np.pi:  # above what this rate can carry
                memory[:] = 0.0
                continue
            alpha = np.sin(angle) / (2 * COLUMN_Q)
            block = slice(start, start + BLOCK)
            feedback = [1 + alpha, -2 * np.cos(angle), 1 - alpha]
            ring, memory = lfilter([alpha, 0.0, -alpha], feedback, sound[block], zi=memory)
            out[block] += gain * ring
    return out


def synthesise(fill: F64, rng: np.random.Generator) -> F64:
    """The sound of a vessel at `fill` [T], a value per sample; float64 [T], within -PEAK..PEAK."""
    from scipy.signal import lfilter

    count = len(fill)
    flow = _wander(rng, count, 1.5, 0.25)
    # The jet breaks into drops: the splash flickers, and is the weaker the higher.
    flicker = _wander(rng, count, 0.03, 0.4)
    splash = np.asarray(lfilter([1.0], [1.0, -0.8], rng.normal(size=count)), np.float64)
    source = flow * flicker * splash + bubbles(flow, rng) / BUBBLE_LEVEL
    sound = COLUMN_LEVEL * through_column(source, column_hz(fill)) + DIRECT_LEVEL * source
    return np.clip(LEVEL * sound, -PEAK, PEAK)


def make_vessel(
    folder: Path, files: int = FILES, seconds: float = SECONDS, seed: int = 0
) -> Iterator[Path]:
    """Write `files` pourings of `seconds` each into `folder`.

    Yields each audio file once it and its `.params` are there.
    """
    make_folder(folder)
    sample_times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    for number in range(files):
        rng = np.random.default_rng([seed, number])
        track = fill_track(POURINGS[number % len(POURINGS)](rng), seconds)
        audio = synthesise(np.interp(sample_times, track.times, track.values), rng)
        path = folder / f"vessel_{number + 1:02d}.wav"
        write_audio(path, audio, RATE_HZ)
        write_params(path.with_suffix(PARAMS_SUFFIX), path.name, {"fill": track})
        yield path

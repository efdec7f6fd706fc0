"""What is looked at in a stretch of a network's sound: a few numbers, of a window of samples.

A feature that there is none of (the pitch of a plugin without one, the spectrum of silence) is NaN.
"""

import math

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

WINDOW = 2048  # samples
SILENT_DB = -75.0  # of what is quieter there is a level, and nothing else
LEAST_DB = -100.0
HIGHEST_HZ = 2000.0  # of a repetition that is looked for
NEAR = 0.03  # a period is where the autocorrelation is largest, within so much of it

# level: dB relative to full scale, without the mean.
# flatness: of the spectrum, in dB: 0 is white noise (geometric by arithmetic mean of the power).
# repeats: what is left when the sound of one period ago is taken off, in dB, for the best period.
# fits: the autocorrelation at the period of the pitch that the network is given.
# octave: how much larger that is than at a half or a third of it; 0 or below in a higher octave.
# bits: the entropy of the probabilities that the last code was drawn from.
# surprise: -log2 of the probability that it had.
# size: the largest hidden state, in dB relative to 1.
LEVEL, FLATNESS, REPEATS, FITS, OCTAVE, BITS, SURPRISE, SIZE = range(8)
NAMES = ("level", "flatness", "repeats", "fits", "octave", "bits", "surprise", "size")
COUNT = len(NAMES)
OF_SOUND = BITS  # those before it
SHAPE = np.hanning(WINDOW).astype(np.float32)


def sound_features(sound: F32, rate_hz: int, pitch_hz: float | None = None) -> F64:
    """The features [OF_SOUND] of WINDOW samples."""
    features = np.full(OF_SOUND, np.nan)
    sound = sound - sound.mean()
    power = float(np.dot(sound, sound)) / WINDOW
    features[LEVEL] = max(10 * math.log10(max(power, 1e-30)), LEAST_DB)
    if features[LEVEL] < SILENT_DB:
        return features
    features[FLATNESS] = flatness_db(sound)
    alike, first = autocorrelation(sound)
    shortest = max(first, round(rate_hz / HIGHEST_HZ))
    if shortest < len(alike):
        lag = shortest + int(alike[shortest:].argmax())
        features[REPEATS] = difference_db(sound, lag)
    if pitch_hz is not None and 0 < rate_hz / pitch_hz < len(alike) / (1 + NEAR) - 1:
        period = rate_hz / pitch_hz
        features[FITS] = _largest_near(alike, period)
        higher = max(_largest_near(alike, period / 2), _largest_near(alike, period / 3))
        features[OCTAVE] = features[FITS] - higher
    return features


def flatness_db(sound: F32) -> float:
    """Of WINDOW samples, between -100 and 0."""
    spectrum = np.fft.rfft(sound * SHAPE)[2:]
    power = spectrum.real**2 + spectrum.imag**2
    power += 1e-10 * float(power.max()) + 1e-30
    return float(10 * (np.log10(power).mean() - math.log10(float(power.mean()))))


def autocorrelation(sound: F32) -> tuple[F32, int]:
    """(normalised autocorrelation [WINDOW / 2] by lag, the first lag at which it is below 0)."""
    spectrum = np.fft.rfft(sound, 2 * WINDOW)
    products = np.fft.irfft(spectrum.real**2 + spectrum.imag**2)[: WINDOW // 2]
    energy = np.concatenate([np.zeros(1), np.cumsum(sound.astype(np.float64) ** 2)])
    lags = np.arange(WINDOW // 2)
    scale = np.sqrt(energy[WINDOW - lags] * (energy[WINDOW] - energy[lags]))
    alike = (products / np.maximum(scale, 1e-12)).astype(np.float32)
    below = alike < 0
    return alike, int(below.argmax()) if below.any() else len(alike)


def difference_db(sound: F32, lag: int) -> float:
    """The power of a sound less itself `lag` samples ago, relative to its own."""
    new, old = sound[lag:], sound[:-lag]
    rest = new - old
    whole = 0.5 * float(np.dot(new, new) + np.dot(old, old))
    return max(10 * math.log10(max(float(np.dot(rest, rest)) / max(whole, 1e-30), 1e-30)), LEAST_DB)


def decibels(share: float) -> float:
    """Of an amplitude; LEAST_DB at least."""
    return max(20 * math.log10(max(share, 1e-30)), LEAST_DB) if math.isfinite(share) else 0.0


def _largest_near(alike: F32, lag: float) -> float:
    low = max(math.floor(lag * (1 - NEAR)), 1)
    return float(alike[low : math.ceil(lag * (1 + NEAR)) + 1].max())

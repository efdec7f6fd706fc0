import numpy as np
import pytest

from rtsynth.host.rescue.features import (
    FITS,
    FLATNESS,
    LEAST_DB,
    LEVEL,
    OCTAVE,
    REPEATS,
    WINDOW,
    sound_features,
)

RATE_HZ = 16_000
TIME_S = np.arange(WINDOW) / RATE_HZ


def saw(frequency_hz: float) -> np.ndarray:
    """Ten harmonics."""
    sines = [np.sin(2 * np.pi * n * frequency_hz * TIME_S) / n for n in range(1, 11)]
    return (0.1 * np.sum(sines, axis=0)).astype(np.float32)


def noise() -> np.ndarray:
    return np.random.default_rng(0).normal(size=WINDOW).astype(np.float32) * np.float32(0.1)


def test_the_level_is_without_the_mean() -> None:
    sine = np.sin(2 * np.pi * 500 * TIME_S).astype(np.float32)
    assert sound_features(sine + 3, RATE_HZ)[LEVEL] == pytest.approx(-3.01, abs=0.1)


def test_of_silence_there_is_a_level_only() -> None:
    features = sound_features(np.full(WINDOW, 0.3, np.float32), RATE_HZ, 440.0)
    assert features[LEVEL] == LEAST_DB
    assert np.isnan(features[LEVEL + 1 :]).all()


def test_noise_is_flat_and_does_not_repeat() -> None:
    flat, tone = sound_features(noise(), RATE_HZ), sound_features(saw(440), RATE_HZ)
    assert flat[FLATNESS] > -4 > -20 > tone[FLATNESS]
    assert flat[REPEATS] > 0 > -10 > tone[REPEATS]


def test_what_repeats_exactly_is_below_all_that_only_sounds_periodic() -> None:
    stuck = np.resize(noise()[:97], WINDOW)
    assert sound_features(stuck, RATE_HZ)[REPEATS] == LEAST_DB
    assert sound_features(stuck + 0.01 * noise(), RATE_HZ)[REPEATS] > -60


@pytest.mark.parametrize("frequency_hz", [100.0, 440.0, 1000.0])
def test_the_pitch_that_is_asked_for_fits(frequency_hz: float) -> None:
    features = sound_features(saw(frequency_hz), RATE_HZ, frequency_hz)
    assert features[FITS] > 0.95
    assert features[OCTAVE] > 0.2


def test_an_octave_above_and_below() -> None:
    assert sound_features(saw(880), RATE_HZ, 440.0)[OCTAVE] < 0.05
    assert sound_features(saw(220), RATE_HZ, 440.0)[FITS] < 0.7


def test_a_pitch_too_low_for_the_window_is_not_looked_at() -> None:
    assert np.isnan(sound_features(saw(100), RATE_HZ, 10.0)[FITS])

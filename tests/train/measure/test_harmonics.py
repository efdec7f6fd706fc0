"""Partials against the rest, on sounds of which it is known."""

import numpy as np
import pytest

from rtsynth_train.measure.harmonics import harmonic_to_rest_db

RATE_HZ = 16_000


def note(pitch: float, seconds: float = 1.0, partials: int = 8) -> np.ndarray:
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    hertz = 440 * 2 ** ((pitch - 69) / 12)
    waves = [np.sin(2 * np.pi * n * hertz * times + n) / n for n in range(1, partials + 1)]
    return 0.2 * np.sum(waves, axis=0)


def noise_below(tone: np.ndarray, decibels: float) -> np.ndarray:
    noise = np.random.default_rng(3).normal(size=len(tone))
    return noise * tone.std() / noise.std() * 10 ** (-decibels / 20)


@pytest.mark.parametrize("pitch", [40, 74])
@pytest.mark.parametrize("decibels", [10.0, 40.0])
def test_noise_of_a_known_level(pitch: float, decibels: float) -> None:
    tone = note(pitch)
    measured = harmonic_to_rest_db(tone + noise_below(tone, decibels), RATE_HZ, pitch)
    assert measured == pytest.approx(decibels, abs=1.5)


@pytest.mark.parametrize("cents", [-45, 13, 50])
def test_the_partials_are_tuned_to_the_sound(cents: float) -> None:
    tone = note(69 + cents / 100)
    assert harmonic_to_rest_db(tone + noise_below(tone, 20), RATE_HZ, 69) > 18


def test_another_note_noise_and_silence() -> None:
    assert harmonic_to_rest_db(note(71), RATE_HZ, 69) < 3
    noise = np.random.default_rng(0).normal(0, 0.1, RATE_HZ)
    assert -14 < harmonic_to_rest_db(noise, RATE_HZ, 69) < -2
    assert np.isnan(harmonic_to_rest_db(np.zeros(RATE_HZ), RATE_HZ, 69))
    assert np.isnan(harmonic_to_rest_db(note(69)[:100], RATE_HZ, 69))

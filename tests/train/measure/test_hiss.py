"""Noise is measured as far above the recording's as it was added."""

import numpy as np
import pytest

from rtsynth_train.measure.hiss import FLOOR_DB, band_floors, hiss_by_band, hiss_db
from rtsynth_train.sets.pops import pops_per_second, synthesise

RATE_HZ = 16_000


def recording(noise_db: float, seed: int = 0, loud: float = 1.0) -> np.ndarray:
    """A note of eight partials, with noise of a level."""
    times = np.arange(RATE_HZ) / RATE_HZ
    tone = sum(np.sin(2 * np.pi * 440 * n * times) / n for n in range(1, 9))
    noise = np.random.default_rng(seed).normal(0, 10 ** (noise_db / 20), RATE_HZ)
    return 0.2 * loud * tone + noise


@pytest.mark.parametrize("more_db", [0.0, 6.0, 20.0])
def test_noise_that_was_added_is_found(more_db: float) -> None:
    by_band = hiss_by_band(
        band_floors(recording(-60 + more_db, 1), RATE_HZ), band_floors(recording(-60), RATE_HZ)
    )
    assert hiss_db(by_band) == pytest.approx(more_db, abs=1)
    assert all(value == pytest.approx(more_db, abs=2.5) for value in by_band.values())


def test_a_louder_note_is_no_hiss() -> None:
    by_band = hiss_by_band(
        band_floors(recording(-50, 1, loud=2.0), RATE_HZ), band_floors(recording(-50), RATE_HZ)
    )
    assert abs(hiss_db(by_band)) < 1.5


def test_more_pops_are_no_hiss() -> None:
    noise = np.random.default_rng(0).normal(0, 1e-3, 5 * RATE_HZ)
    few, many = (
        synthesise(np.full(5 * RATE_HZ, pops_per_second(rate)), np.random.default_rng(4)) + noise
        for rate in (0.0, 0.4)
    )
    by_band = hiss_by_band(band_floors(many, RATE_HZ), band_floors(few, RATE_HZ))
    assert abs(hiss_db(by_band)) < 3


def test_the_band_that_hisses_is_named() -> None:
    noise = np.random.default_rng(0).normal(0, 1e-2, RATE_HZ)
    high = np.fft.irfft(
        np.where(np.fft.rfftfreq(RATE_HZ, 1 / RATE_HZ) > 4000, np.fft.rfft(noise), 0)
    )
    clean = recording(-70)
    by_band = hiss_by_band(band_floors(clean + high, RATE_HZ), band_floors(clean, RATE_HZ))
    loudest = max(by_band, key=by_band.__getitem__)
    assert 4000 < loudest < 8000
    assert by_band[loudest] > 20
    assert all(value < 3 for band, value in by_band.items() if band < 4000)


def test_silence_and_short_audio() -> None:
    assert set(band_floors(np.zeros(RATE_HZ), RATE_HZ).values()) == {FLOOR_DB}
    assert band_floors(np.zeros(10), RATE_HZ) == {}
    assert np.isnan(hiss_db({}))


def test_a_band_that_lacks_noise_hides_none_of_another() -> None:
    assert hiss_db({354: -40.0, 707: -40.0, 1414: 0.0, 2828: 20.0}) == 5.0

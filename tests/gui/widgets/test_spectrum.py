"""Tones of known frequency and level are in the right row, at the right level."""

import math

import numpy as np
import pytest

from rtsynth_gui.widgets.spectrum import (
    FLOOR_DB,
    HISTORY_S,
    ROWS,
    Spectrum,
    shades,
)


def sine(frequency_hz: float, amplitude: float, rate_hz: int, seconds: float = 0.5) -> np.ndarray:
    time_s = np.arange(round(rate_hz * seconds)) / rate_hz
    return (amplitude * np.sin(2 * math.pi * frequency_hz * time_s + 0.3)).astype(np.float32)


@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 96_000])
@pytest.mark.parametrize("frequency_hz", [110.0, 441.0, 1000.0, 3333.0, 9876.5, 15_000.0])
@pytest.mark.parametrize("level_db", [0.0, -20.0, -60.0])
def test_a_sine_is_in_its_row_at_its_level(
    rate_hz: int, frequency_hz: float, level_db: float
) -> None:
    spectrum = Spectrum(rate_hz)
    levels = spectrum.push(sine(frequency_hz, 10 ** (level_db / 20), rate_hz))
    assert levels.shape[1] > 30
    row = spectrum.row_of(frequency_hz)
    assert spectrum.edges_hz[row] <= frequency_hz <= spectrum.edges_hz[row + 1]
    np.testing.assert_allclose(levels[row], level_db, atol=0.5)
    loudest = np.flatnonzero(levels.mean(axis=1) > levels.mean(axis=1).max() - 0.1)
    assert row in loudest
    if frequency_hz >= 1000:  # lower rows are narrower than what the window tells apart
        assert len(loudest) <= 2
    far = [n for n in range(ROWS) if not 0.7 < spectrum.edges_hz[n] / frequency_hz < 1.3]
    if frequency_hz >= 1000:
        assert levels[far].max() < level_db - 55


def test_it_does_not_matter_in_which_pieces_it_comes() -> None:
    whole, pieces = Spectrum(48_000), Spectrum(48_000)
    samples = np.random.default_rng(1).normal(0, 0.1, 20_000).astype(np.float32)
    expected = whole.push(samples)
    found = [pieces.push(part) for part in np.array_split(samples, 37)]
    np.testing.assert_array_equal(np.concatenate(found, axis=1), expected)
    assert expected.shape == (ROWS, (20_000 - whole.window) // whole.hop + 1)


def test_of_a_flood_the_newest_is_kept() -> None:
    spectrum = Spectrum(48_000)
    samples = np.concatenate([sine(500, 0.5, 48_000, 4.0), sine(2000, 0.5, 48_000, 4.0)])
    levels = spectrum.push(samples)
    assert levels.shape[1] == spectrum.columns
    assert abs(levels.mean(axis=1).argmax() - spectrum.row_of(2000)) <= 1
    assert spectrum.columns * spectrum.hop / 48_000 == pytest.approx(HISTORY_S, rel=0.02)


def test_silence_is_at_the_floor() -> None:
    levels = Spectrum(48_000).push(np.zeros(4096, np.float32))
    assert levels.max() < FLOOR_DB
    assert shades(levels).max() == 0
    assert shades(np.array([0.0, 6.0, -45.0, -90.0], np.float32)).tolist() == [255, 255, 128, 0]

"""Envelope, offset and loudness of samples that come in blocks."""

import numpy as np
import pytest

from rtsynth_train.core.scan import Scan, Sums, sound_end

HZ = 48_000


def scanned(audio: np.ndarray, rate_hz: int = HZ, block: int = 777) -> Scan:
    scan = Scan(rate_hz)
    for start in range(0, len(audio), block):
        scan.add(audio[start : start + block])
    return scan


def tone(seconds: float, hz: float = 997.0, rate_hz: int = HZ) -> np.ndarray:
    return np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)


def test_powers_are_those_around_a_mean() -> None:
    audio = np.random.default_rng(1).standard_normal(1050) + 2
    sums = Sums(100)
    for start in range(0, 1050, 33):
        sums.add(audio[start : start + 33])
    pieces = [audio[start : start + 100] for start in range(0, 1050, 100)]
    expected = [np.square(piece - 2).mean() for piece in pieces]
    np.testing.assert_allclose(sums.powers(2.0), expected)
    np.testing.assert_allclose(sums.powers(None), [piece.var() for piece in pieces])


@pytest.mark.parametrize("rate_hz", [44_100, 48_000])
@pytest.mark.parametrize(("gain_db", "expected"), [(0, -3.01), (-20, -23.01)])
def test_loudness_of_the_standards_tone(rate_hz: int, gain_db: float, expected: float) -> None:
    audio = 10 ** (gain_db / 20) * tone(5.0, rate_hz=rate_hz)
    assert scanned(audio, rate_hz).loudness() == pytest.approx(expected, abs=0.05)


def test_silence_does_not_count_for_loudness() -> None:
    audio = 0.1 * tone(5.0)
    with_silence = np.concatenate([audio, np.zeros(10 * HZ)])
    assert scanned(with_silence).loudness() == pytest.approx(scanned(audio).loudness(), abs=0.2)
    assert scanned(np.zeros(HZ)).loudness() == -np.inf


def test_where_it_sounds() -> None:
    audio = 0.2 + np.concatenate([np.zeros(HZ), tone(0.5), np.zeros(HZ)])
    scan = scanned(audio)
    first, end = scan.sounding(0.0)
    assert first == pytest.approx(HZ, abs=480)
    assert end == pytest.approx(1.5 * HZ, abs=480)
    assert scanned(np.zeros(HZ)).sounding(0.1) == (0, HZ)
    assert sound_end(audio, HZ, 0.0) == end


def test_peak_and_offset() -> None:
    scan = scanned(0.5 * tone(1.0) - 0.25)
    assert scan.mean == pytest.approx(-0.25, abs=1e-3)
    assert scan.peak(scan.mean) == pytest.approx(0.5, abs=1e-3)
    assert scan.peak(0.0) == pytest.approx(0.75, abs=1e-3)

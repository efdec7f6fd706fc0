"""The pops set: regular, of the pitches and levels measured on the QuickStart's recordings."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.offline.params_file import Original, find_pairs, read_params
from rtsynth_train.cli.prepare import prepare
from rtsynth_train.sets.check_folder import check_params_folder
from rtsynth_train.sets.pops import (
    KEYS,
    RATE_HZ,
    RESONANCE_Q,
    make_pops,
    pop,
    pop_starts,
    pops_per_second,
)


def test_pops_start_at_whole_periods() -> None:
    assert pop_starts(np.full(RATE_HZ, 8.0), RATE_HZ).tolist() == list(range(1999, 16000, 2000))
    rising = pop_starts(np.linspace(4, 32, 2 * RATE_HZ), RATE_HZ)
    assert len(rising) == 36  # the integral of the rate, (4 + 32) / 2 * 2 s, up to rounding
    assert (np.diff(rising, 2) < 2).all()  # ever closer


def test_a_pop_rings_at_a_semitone_and_decays_as_measured() -> None:
    rng = np.random.default_rng(3)
    keys, levels = [], []
    for _ in range(60):
        sound = pop(rng, 4000, RATE_HZ)
        spectrum = np.abs(np.fft.rfft(sound, 1 << 17))
        frequency_hz = np.argmax(spectrum) * RATE_HZ / (1 << 17)
        keys.append(69 + 12 * np.log2(frequency_hz / 440))
        power = [np.mean(sound[start : start + 300] ** 2) for start in (100, 400)]
        decay_per_s = np.log(power[0] / power[1]) / 2 / (300 / RATE_HZ)
        assert np.pi * frequency_hz / decay_per_s == pytest.approx(RESONANCE_Q, rel=0.1)
        levels.append(np.abs(sound).max())
    np.testing.assert_allclose(keys, np.round(keys), atol=0.1)
    assert min(keys) > KEYS[0] - 0.5
    assert max(keys) < KEYS[1] + 0.5
    assert len(set(np.round(keys))) > 12
    assert 0.2 < np.median(levels) < 0.4
    assert np.percentile(levels, 10) < 0.15


def test_the_set_is_as_the_quick_start_is(tmp_path: Path) -> None:
    prepare("pops", tmp_path / "a", files=4, seconds=2.0, seed=5)
    assert check_params_folder(tmp_path / "a") == (4, [])
    pairs = find_pairs(tmp_path / "a")
    assert pairs[1][0].name == "pops_r03.00.wav"
    for rate, (audio, params) in zip(np.linspace(0, 1, 4), pairs, strict=True):
        assert sf.info(audio).samplerate == RATE_HZ
        assert sf.info(audio).frames == 2 * RATE_HZ
        track = read_params(params)["rate"]
        assert track.values.tolist() == [rate, rate]
        assert track.times.tolist() == [0, 2]
        assert track.original == Original("rate pow(2,n), n=[2,5]", 2, 5)
    again, other = (list(make_pops(tmp_path / n, 4, 2.0, s)) for n, s in (("b", 5), ("c", 6)))
    assert again[0].read_bytes() == pairs[0][0].read_bytes()
    assert other[0].read_bytes() != pairs[0][0].read_bytes()
    assert [pops_per_second(rate) for rate in (0, 0.5, 1)] == pytest.approx([4, 11.3137, 32])

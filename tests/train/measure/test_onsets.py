"""Pops are counted right, and a plugin is judged by what it plays."""

import json
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

import rtsynth
from rtsynth.common.errors import InputError
from rtsynth.offline.params_file import find_pairs, read_params
from rtsynth.plugin import Parameter
from rtsynth_train.measure import onsets
from rtsynth_train.measure.onsets import (
    RATES,
    Row,
    judge,
    measure_glide,
    measure_rates,
    pop_rate,
    pop_times,
    rank_correlation,
)
from rtsynth_train.sets.pops import OCTAVES, RATE_HZ, pop_starts, pops_per_second, synthesise
from tests.places import SHARED
from tests.requirements import lacking
from tests.rtsynth.plugins import random_plugin

QUICKSTART = SHARED / "data/RegularPopsRandomPitch_16k.zip"
WITHIN_PERCENT = 5.0


def held(rate: float, seconds: float) -> np.ndarray:
    return synthesise(
        np.full(round(seconds * RATE_HZ), pops_per_second(rate)), np.random.default_rng(4)
    )


def glide(power: float, seconds: float = 10.0) -> np.ndarray:
    """Audio whose rate rises from 0 to 1 (power 1), or moves otherwise."""
    place = np.linspace(0, 1, round(seconds * RATE_HZ)) ** power
    return synthesise(2 ** (OCTAVES[0] + place * 3), np.random.default_rng(4))


def test_our_own_pops_are_counted_right() -> None:
    rows = measure_rates(held, RATES, 10.0, RATE_HZ)
    assert [row.wanted for row in rows[::10]] == pytest.approx([4, 11.3137, 32])
    assert max(abs(row.error_percent) for row in rows) <= WITHIN_PERCENT
    assert rank_correlation(rows) > 0.999


def test_the_quick_start_pops_are_counted_right(tmp_path: Path) -> None:
    if not QUICKSTART.is_file():
        lacking("the QuickStart recordings (RegularPopsRandomPitch_16k.zip) are not here")
    with zipfile.ZipFile(QUICKSTART) as archive:
        archive.extractall(tmp_path)
    pairs = find_pairs(tmp_path)
    assert len(pairs) == 11
    for audio, params in pairs:
        samples, rate_hz = sf.read(audio)
        wanted = pops_per_second(read_params(params)["rate"].values[0])
        assert abs(100 * (pop_rate(samples, rate_hz) / wanted - 1)) <= WITHIN_PERCENT, audio


def test_pops_are_found_where_they_are_under_noise() -> None:
    rate = np.full(4 * RATE_HZ, 16.0)
    rng = np.random.default_rng(2)
    audio = synthesise(rate, rng) + 0.002 * rng.normal(size=len(rate))
    true_s = pop_starts(rate, RATE_HZ) / RATE_HZ
    distances_s = np.abs(pop_times(audio, RATE_HZ)[:, None] - true_s[None, :]).min(axis=1)
    assert len(distances_s) >= 0.95 * len(true_s)
    assert distances_s.max() < 0.008


def test_silence_and_steady_sound_have_no_pops() -> None:
    assert pop_rate(np.zeros(RATE_HZ), RATE_HZ) == 0
    assert pop_rate(np.zeros(10), RATE_HZ) == 0
    tone = 0.3 * np.sin(0.2 * np.arange(4 * RATE_HZ))
    assert pop_rate(tone, RATE_HZ) == 0
    noise = np.random.default_rng(1).normal(size=4 * RATE_HZ)
    # Some, but fewer than the slowest pops.
    assert pop_rate(0.1 * noise, RATE_HZ) < 3
    assert pop_rate(tone + 0.01 * noise, RATE_HZ) < 3


def test_a_glide_is_followed_in_windows() -> None:
    rising = measure_glide(glide(1.0), RATE_HZ)
    assert max(abs(row.error_percent) for row in rising) < 15  # few pops in the first windows
    good = measure_rates(held, RATES[::4], 4.0, RATE_HZ)
    assert [verdict.passed for verdict in judge(good, rising)] == [True, True, True]
    falling = measure_glide(glide(1.0)[::-1], RATE_HZ)
    assert [verdict.passed for verdict in judge(good, falling)] == [True, True, False]


def test_faults_are_judged_so() -> None:
    rising = measure_glide(glide(1.0), RATE_HZ)
    slow = measure_rates(lambda rate, s: held(0.8 * rate, s), RATES[::4], 4.0, RATE_HZ)
    assert [verdict.passed for verdict in judge(slow, rising)] == [True, False, True]
    stuck = measure_rates(lambda rate, s: held(0.5, s), RATES[::4], 4.0, RATE_HZ)
    assert [verdict.passed for verdict in judge(stuck, rising)] == [False, False, True]
    silent = measure_rates(lambda rate, s: np.zeros(round(s * RATE_HZ)), (0.0, 1.0), 1.0, RATE_HZ)
    assert [row.measured for row in silent] == [0, 0]
    assert rank_correlation(silent) == 0
    assert Row(0.5, 10.0, 9.0).error_percent == pytest.approx(-10)


def test_the_command_plays_a_plugin(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "hiss.safetensors"
    rate = Parameter(name="rate", minimum=2, maximum=5, default=3)
    plugin = random_plugin(path, hidden=8, levels=32, parameters=[rate])
    words = ["onsets", str(path), "--seconds", "0.5", "--temperature", "0.9", "--seed", "2"]
    monkeypatch.setattr(sys, "argv", [*words, "--json"])
    with pytest.raises(SystemExit) as ended:
        onsets.main()
    assert ended.value.code == 1  # random weights follow nothing
    document = json.loads(capsys.readouterr().out)
    assert [row["rate"] for row in document["held"]] == pytest.approx(np.linspace(0, 1, 21))
    assert len(document["glide"]) == 8
    assert [check["passed"] for check in document["checks"]] != [True, True, True]
    # The table is what rendering with these very controls gives.
    audio = rtsynth.render(plugin, 1.5, {"rate": 3.5, "temperature": 0.9}, 2)
    middle = document["held"][10]
    assert middle["wanted"] == pytest.approx(11.3137)
    assert middle["measured"] == pop_rate(audio[16000:], 16000)
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit):
        onsets.main()
    printed = capsys.readouterr().out
    assert "rank correlation of a glide" in printed
    assert "11.31" in printed
    with pytest.raises(InputError, match="no parameter 'rate'; it has: instrument"):
        onsets.rate_table(random_plugin(tmp_path / "other.safetensors", hidden=8))

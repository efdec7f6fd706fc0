"""The plugins of several tiers in the repository do what their knobs say."""

import time
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

import rtsynth
from rtsynth.common.audiofile import read_mono
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.offline.automation import read_automation
from rtsynth.offline.render import render_values
from rtsynth.plugin import Plugin
from rtsynth.plugin.library import resolve
from rtsynth_train.measure.onsets import RATES, glide_table, judge, pop_times, rate_table
from tests.places import SHARED
from tests.requirements import lacking

pytestmark = [pytest.mark.measure, pytest.mark.background]

GLIDE = SHARED / "data/quickstart_rateglide.npy"
GLIDE_HZ = 50  # 1000 rows in 20 s
SETTLE_S = 1.0


def load(name: str) -> Plugin:
    return rtsynth.load(resolve(name))


@pytest.fixture(scope="module")
def vessel() -> Compiled:
    return compile_plugin(load("vessel"))


def centroid_hz(audio: np.ndarray, rate_hz: int) -> float:
    """Median over frames of the spectral centroid, by the formula."""
    frames = np.lib.stride_tricks.sliding_window_view(audio, 1024)[::512] * np.hanning(1024)
    magnitude = np.abs(np.fft.rfft(frames))
    frequency_hz = np.fft.rfftfreq(1024, 1 / rate_hz)
    return float(np.median((magnitude @ frequency_hz) / np.maximum(magnitude.sum(axis=1), 1e-9)))


@pytest.mark.parametrize("seed", [1, 2])
def test_pops_keep_their_rate(seed: int) -> None:
    """Every line of `make rate-table`."""
    compiled = compile_plugin(load("pops"))
    verdicts = judge(rate_table(compiled, RATES, seed=seed), glide_table(compiled, seed=seed))
    assert [verdict for verdict in verdicts if not verdict.passed] == []


def test_pops_follow_the_quick_start_glide() -> None:
    """Through the same reader as `rtsynth render --automation glide.npy:50`."""
    if not GLIDE.is_file():
        lacking("the QuickStart's glide (quickstart_rateglide.npy) is not here")
    compiled = compile_plugin(load("pops"))
    events = read_automation(f"{GLIDE}:{GLIDE_HZ}", compiled.plugin)
    rates = np.load(GLIDE)[0, :, 0]
    seconds = len(rates) / GLIDE_HZ
    times = pop_times(rtsynth.render(compiled, seconds, seed=1, events=events), 16_000)
    counts, _ = np.histogram(times, np.linspace(0, seconds, 9))
    wanted = 2 ** (2 + 3 * rates.reshape(8, -1)).mean(axis=1) * seconds / 8
    assert spearmanr(counts, wanted).statistic > 0.99
    # Each eighth but the slowest, where a few pops too many are a third of those there are.
    np.testing.assert_allclose(counts[:-1], wanted[:-1], rtol=0.1)


def test_the_vessel_rises_as_it_fills(vessel: Compiled) -> None:
    fills, heard, drawn = np.linspace(0, 1, 6), [], []
    for fill in fills.tolist():
        rendering = render_values(vessel, 4.0, {"fill": fill}, seed=3)
        heard.append(centroid_hz(rendering.audio[16_000:], 16_000))
        drawn.append(rendering.values["motion"][125:, 2].mean())
    assert spearmanr(fills, drawn).statistic == 1.0  # pitch
    assert spearmanr(fills, heard).statistic > 0.9
    assert heard[-1] > 1.2 * heard[0]


def test_taking_the_centroid_over_is_heard(vessel: Compiled) -> None:
    wanted = [1200.0, 1600.0, 2000.0, 2400.0]
    heard = [
        centroid_hz(rtsynth.render(vessel, 4.0, {"fill": 0.5, "centroid": hz}, 3)[16_000:], 16_000)
        for hz in wanted
    ]
    assert heard == sorted(heard)
    assert heard[-1] > 1.1 * heard[0]


def test_taking_the_centroid_over_is_heard_live(vessel: Compiled, tmp_path: Path) -> None:
    """The same in an engine that plays: low, high, let go."""
    heard = []
    with rtsynth.Host(device="null", precision="float32", rate_hz=16_000) as host:
        slot = host.load(vessel)
        host.start()
        for name, value in (("centroid", 1200.0), ("centroid", 2400.0), ("centroid.take", 0.0)):
            slot[name] = value
            time.sleep(SETTLE_S)
            path = tmp_path / f"{len(heard)}.wav"
            host.record_start(str(path))
            time.sleep(3.0)
            host.record_stop()
            heard.append(centroid_hz(read_mono(path, 16_000), 16_000))
    assert heard[1] > 1.1 * heard[0]
    assert heard[0] < heard[2] < heard[1]

"""The pitch of a plugin that ships follows an LFO: measured in what it plays, in cents."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import signal

import rtsynth
from tests.places import ROOT

pytestmark = pytest.mark.measure

SECONDS, START_S, RATE_HZ = 6.0, 1.0, 16_000
LFO_HZ = 2.0
NOTE, SPAN = 69.0, 12.0  # semitones
BAND_HZ = (330.0, 580.0)  # the fundamental alone


def cents(audio: NDArray[np.float32]) -> NDArray[np.float64]:
    """The pitch of the fundamental at each sample, from A4, without what is faster than 20 Hz."""
    band = signal.butter(4, BAND_HZ, "bandpass", fs=RATE_HZ, output="sos")
    analytic = signal.hilbert(signal.sosfiltfilt(band, audio.astype(np.float64)))
    hz = np.gradient(np.unwrap(np.angle(analytic))) * RATE_HZ / (2 * np.pi)
    slow = signal.butter(4, 20.0, fs=RATE_HZ, output="sos")
    return 1200 * np.log2(np.clip(signal.sosfiltfilt(slow, hz), 200, 900) / 440.0)


def swing(track: NDArray[np.float64], hz: float) -> float:
    """The amplitude of a sinusoid of `hz` in a track."""
    seconds = np.arange(track.size) / RATE_HZ
    return float(2 * np.abs(np.mean((track - track.mean()) * np.exp(-2j * np.pi * hz * seconds))))


@pytest.mark.parametrize("depth", [0.02, 0.05])
def test_vibrato(depth: float) -> None:
    plugin = rtsynth.load(ROOT / "models" / "plugins" / "clarinet-trumpet.safetensors")
    controls = {"pitch": NOTE, "lfo1_rate": LFO_HZ}
    tracks = {}
    for applied in (0.0, depth):
        modulation = {("lfo1", "pitch"): applied}
        audio = rtsynth.render(plugin, SECONDS, controls, 1, modulation=modulation)
        tracks[applied] = cents(audio)[round(START_S * RATE_HZ) : -RATE_HZ]
    asked = 100 * SPAN * depth
    assert swing(tracks[0.0], LFO_HZ) < 4
    assert swing(tracks[depth], LFO_HZ) == pytest.approx(asked, abs=max(4, 0.1 * asked))
    assert tracks[depth].mean() == pytest.approx(tracks[0.0].mean(), abs=8)

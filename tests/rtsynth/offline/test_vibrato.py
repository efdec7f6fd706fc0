"""The pitch of a plugin that ships follows an LFO: measured in what it plays, in cents."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import signal

import rtsynth
from rtsynth.compiler.compile import Compiled, compile_plugin
from tests.places import ROOT

pytestmark = pytest.mark.measure

PLUGIN = ROOT / "models" / "plugins" / "clarinet-trumpet.safetensors"
SECONDS, RATE_HZ = 6.0, 16_000
LFO_HZ, DEPTH = 2.0, 0.05
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


def curve(compiled: Compiled, pitches: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the plugin makes of pitches that are held, in cents."""
    held = [rtsynth.render(compiled, 3.0, {"pitch": float(pitch)}, 1) for pitch in pitches]
    return np.array([np.median(cents(audio)[RATE_HZ : -RATE_HZ // 2]) for audio in held])


def test_vibrato() -> None:
    """The swing is that of the plugin's own held pitches, which are not quite what is asked for."""
    compiled = compile_plugin(rtsynth.load(PLUGIN))
    reach = SPAN * DEPTH
    pitches = NOTE + np.linspace(-reach, reach, 5)
    phase = np.linspace(0, 2 * np.pi, 100, endpoint=False)
    made = np.interp(NOTE + reach * np.sin(phase), pitches, curve(compiled, pitches))
    asked = 2 * np.abs(np.mean(made * np.exp(-1j * phase)))
    tracks = [
        cents(
            rtsynth.render(
                compiled, SECONDS, {"pitch": NOTE, "lfo1_rate": LFO_HZ}, 1,
                modulation={("lfo1", "pitch"): depth},
            )
        )[RATE_HZ:-RATE_HZ]
        for depth in (0.0, DEPTH)
    ]  # fmt: skip
    assert 0.6 * 100 * reach < asked < 1.2 * 100 * reach
    assert swing(tracks[0], LFO_HZ) < 4
    assert swing(tracks[1], LFO_HZ) == pytest.approx(asked, abs=4)

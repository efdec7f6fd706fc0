"""The SampleRNN that ships: three voices that differ in pitch, and changed at a sample."""

import numpy as np
import pytest
from numpy.typing import NDArray

import rtsynth
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.offline.events import ControlEvent
from rtsynth.plugin.library import resolve

pytestmark = pytest.mark.measure

RATE_HZ = 16_000
FRAME, HOP = 1280, 320  # samples: 80 ms, 20 ms
PITCHES_HZ = (60.0, 500.0)
VOICED = 0.5  # least autocorrelation at the pitch
SECONDS = 10.0

# Pitches of the voices in the recordings they were trained on, Hz (the same measurement).
RECORDED_HZ = {"woman": 262.0, "child": 410.0}


@pytest.fixture(scope="module")
def voices() -> Compiled:
    return compile_plugin(rtsynth.load(resolve("voices")))


def voicing(audio: NDArray[np.floating]) -> tuple[float, float]:
    """(share of the frames that have a pitch, their median pitch in Hz), by autocorrelation."""
    shortest, longest = (round(RATE_HZ / hz) for hz in reversed(PITCHES_HZ))
    found = []
    for start in range(0, len(audio) - FRAME, HOP):
        frame = audio[start : start + FRAME].astype(np.float64)
        frame = frame - frame.mean()
        if frame.std() < 0.01:
            continue
        spectrum = np.abs(np.fft.rfft(frame, 2 * FRAME)) ** 2
        echo = np.fft.irfft(spectrum)[: longest + 1]
        lag = shortest + int(np.argmax(echo[shortest:]))
        found.append((echo[lag] / echo[0], RATE_HZ / lag))
    likeness, pitch_hz = np.array(found).T
    voiced = likeness > VOICED
    return float(voiced.mean()), float(np.median(pitch_hz[voiced])) if voiced.any() else 0.0


@pytest.mark.parametrize("seed", [1, 2])
def test_every_voice_has_its_own_pitch(voices: Compiled, seed: int) -> None:
    labels = voices.plugin.manifest.parameters[0].labels
    for number, name in enumerate(labels):
        share, pitch_hz = voicing(rtsynth.render(voices, SECONDS, {"voice": number}, seed))
        if name == "whisper":
            assert share < 0.1
        else:
            assert share > 0.3, name
            assert pitch_hz == pytest.approx(RECORDED_HZ[name], rel=0.08), name


def test_the_voice_changes_at_its_sample(voices: Compiled) -> None:
    """From the woman, who has a pitch, to the whisper, which has none."""
    change = 4 * RATE_HZ + 3  # within the frames of both tiers
    event = ControlEvent(change / RATE_HZ, "voice", 2.0)
    stays = rtsynth.render(voices, 8.0, {"voice": 0.0}, 1)
    turns = rtsynth.render(voices, 8.0, {"voice": 0.0}, 1, events=[event])
    assert np.array_equal(turns[:change], stays[:change])
    assert np.mean(turns[change : change + 64] != stays[change : change + 64]) > 0.5
    assert voicing(turns[:change])[0] > 0.3
    assert voicing(turns[change + RATE_HZ // 4 :])[0] < 0.1


def test_between_two_voices_is_neither(voices: Compiled) -> None:
    parts = [rtsynth.render(voices, 1.0, {"voice": voice}, 1) for voice in (0.0, 0.5, 1.0)]
    settled = [part[RATE_HZ // 10 :] for part in parts]
    assert np.mean(settled[0] != settled[1]) > 0.9
    assert np.mean(settled[1] != settled[2]) > 0.9

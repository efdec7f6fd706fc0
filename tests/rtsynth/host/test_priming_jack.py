"""What comes into the sound card, on a real JACK server: another client plays to the engine."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

import rtsynth
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.compiler.network_state import VoiceState, voices_of
from rtsynth.host.fed import Fed, codes_of
from rtsynth.host.voice import make_voice
from rtsynth.plugin import Plugin, codec, save
from tests.requirements import require_portaudio
from tests.rtsynth.control.programs import jack_server
from tests.rtsynth.host.jack_tone import JackTone
from tests.rtsynth.host.priming_engine import BEFORE_S
from tests.rtsynth.plugins import samplernn_manifest, samplernn_tensors

pytestmark = [pytest.mark.system, pytest.mark.alone, pytest.mark.jack, pytest.mark.measure]

F32 = NDArray[np.float32]
RATE_HZ = 48_000
HISTORY = 256


class Primed(NamedTuple):
    found: dict[str, Any]
    state: F32  # what the slot went on from
    out: F32  # what it played, from BEFORE_S before it was asked to


def prime(
    plugin: Plugin, sound: F32, folder: Path, channel: int = 1, port: int = 0, seconds: float = 1.0
) -> Primed:
    """An engine on JACK that listens to a client that plays `sound` into its input."""
    require_portaudio()
    state, out = folder / "state.npy", folder / "out.npy"
    command = [sys.executable, "-m", "tests.rtsynth.host.priming_engine", str(plugin.path)]
    command += [str(seconds), str(channel), str(state), str(out)]
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        jack_server(monkeypatch, rate_hz=RATE_HZ, block_frames=256),
        JackTone(sound, f"rtsynth:in_{port}") as tone,
    ):
        done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        if "problem" in found:
            return Primed(found, np.zeros(0, np.float32), np.zeros(0, np.float32))
        assert tone.connected.is_set()
    return Primed(found, np.load(state), np.load(out))


def with_history(folder: Path) -> Plugin:
    """A network whose state has the last HISTORY samples that it was fed."""
    manifest = samplernn_manifest("gru", (HISTORY, 16), levels=256)
    return save(folder / "frames.safetensors", manifest, samplernn_tensors(manifest))


def last_samples(plugin: Plugin, state: F32) -> NDArray[np.float64]:
    (voice,) = voices_of(compile_plugin(plugin), state)
    rule = plugin.manifest.audio_codec
    return codec.decode(rule.name, rule.levels, voice.codes.astype(np.int64), rule.limits)


@pytest.mark.parametrize("channel", [1, 2])
def test_a_tone_is_what_the_network_was_fed_last(tmp_path: Path, channel: int) -> None:
    """Its pitch and its level, of the channel that was asked for; the other one is silent."""
    plugin = with_history(tmp_path)
    tone = 0.4 * np.sin(2 * np.pi * 1000 * np.arange(RATE_HZ) / RATE_HZ)
    primed = prime(plugin, tone.astype(np.float32), tmp_path, channel, channel - 1)
    assert primed.found["fed_s"] == 16_000 // HISTORY * HISTORY / 16_000
    assert primed.found["took_s"] < 1.5
    assert primed.found["problems"] == [
        "the input is being listened to already: wait for that", "the engine ends",
    ]  # fmt: skip
    assert primed.found["closing_s"] < 3.0
    heard = last_samples(plugin, primed.state)
    phase = 2j * np.pi * 1000 * np.arange(HISTORY) / 16_000
    wave = np.real(2 * np.mean(heard * np.exp(-phase)) * np.exp(phase))
    assert np.abs(wave).max() == pytest.approx(0.4, rel=0.03)
    assert np.abs(heard - wave).max() < 0.02, "there is something besides the tone"


def test_a_slot_goes_on_from_a_note_that_comes_in(tmp_path: Path) -> None:
    """Its network is where that note takes it, not where silence does, and the note goes on."""
    plugin = rtsynth.load("clarinet-trumpet")
    compiled = compile_plugin(plugin)
    controls = {"pitch": 69.0, "instrument": 0.0}
    note = rtsynth.render(compiled, seconds=40, controls=controls, seed=3)
    sound = soxr.resample(note[8000:], 16_000, RATE_HZ, "VHQ").astype(np.float32)
    primed = prime(plugin, sound, tmp_path)
    (state,) = voices_of(compiled, primed.state)
    by_note = [nearness(state, compiled, note[: 16_000 + shift]) for shift in range(72)]
    by_silence = nearness(state, compiled, np.zeros(16_000, np.float32))
    assert min(by_note) < 0.5 * by_silence, (min(by_note), by_silence)

    first = round((BEFORE_S + 0.05) * RATE_HZ)
    goes_on = primed.out[first : first + RATE_HZ // 10]
    assert pitch_of(goes_on) == pytest.approx(pitch_of(sound[: RATE_HZ // 10]), abs=0.3)
    level = np.sqrt(np.mean(goes_on**2)) / np.sqrt(np.mean(sound**2))
    assert level == pytest.approx(1.0, rel=0.15)
    print(f"{primed.found}; from the note {min(by_note):.3f}, from silence {by_silence:.3f}")


def nearness(state: VoiceState, compiled: Compiled, sound: F32) -> float:
    """How far a state is from that of a network that was fed a sound, over its size."""
    fed = Fed(make_voice(compiled, 16_000))
    fed.feed(codes_of(compiled.plugin, sound, 16_000, 0.25))
    (there,) = voices_of(compiled, fed.state())
    return float(np.linalg.norm(state.hidden - there.hidden) / np.linalg.norm(there.hidden))


def pitch_of(sound: F32) -> float:
    """The MIDI number of its strongest partial between 300 and 600 Hz."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 19))
    hz = np.fft.rfftfreq(1 << 19, 1 / RATE_HZ)
    within = (hz > 300) & (hz < 600)
    return float(69 + 12 * np.log2(hz[within][np.argmax(spectrum[within])] / 440))


def test_a_channel_that_there_is_not(tmp_path: Path) -> None:
    plugin = with_history(tmp_path)
    primed = prime(plugin, np.zeros(RATE_HZ, np.float32), tmp_path, channel=9)
    assert "channel 9: 'system' has inputs 1 to 2" in primed.found["problem"]

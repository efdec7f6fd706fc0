"""What comes into the sound card is added to a run, on a real JACK server; the trainer reads it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.plugin import Plugin
from rtsynth_train.gru.more import More
from tests.requirements import require_portaudio
from tests.rtsynth.control.programs import jack_server
from tests.rtsynth.host.jack_tone import JackTone
from tests.rtsynth.host.run import new_run, write_network
from tests.rtsynth.host.steering_engine import HALF_S
from tests.train.recordings import small_config, write_set

pytestmark = [pytest.mark.system, pytest.mark.alone, pytest.mark.jack, pytest.mark.measure]

RATE_HZ = 48_000
HZ, LEVEL = 1000, 0.4


@pytest.mark.parametrize("channel", [1, 2])
def test_a_tone_that_comes_in_is_what_the_run_is_given(
    plugin: Plugin, tmp_path: Path, channel: int
) -> None:
    """Its pitch and its level, of the channel that was asked for, in two sounds: a knob moved."""
    require_portaudio()
    run = new_run(tmp_path / "run")
    (run / "more").mkdir()
    write_network(run, plugin, 10)
    sound = LEVEL * np.sin(2 * np.pi * HZ * np.arange(RATE_HZ) / RATE_HZ)
    command = [sys.executable, "-m", "tests.rtsynth.host.steering_engine"]
    command += [str(plugin.path), str(run), str(channel)]
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        jack_server(monkeypatch, rate_hz=RATE_HZ, block_frames=256),
        JackTone(sound.astype(np.float32), f"rtsynth:in_{channel - 1}") as tone,
    ):
        done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
        assert done.returncode == 0, done.stderr
        assert tone.connected.is_set()
    said = json.loads(done.stdout)
    assert said["problems"] == [
        "slot 1: the input is not listened to: send /slot/1/follow/listen 1, play into it, and ask "
        "again",
        "channel 9: 'system' has inputs 1 to 2",
        f"channel {3 - channel}: channel {channel} of the input is being listened to; end that "
        "first",
        "slot 1: the input is not listened to: send /slot/1/follow/listen 1, play into it, and ask "
        "again",
    ]
    assert (said["listens"], said["stopped"]) == (channel, 0)
    assert said["primed_s"] == pytest.approx(0.2)
    assert said["put_out"]
    first, second = (check_tone(run / "more" / name) for name in said["came_in"])
    wanted = {"amplitude": 1.0, "pitch": 70.0}
    assert first == pytest.approx(wanted | {"instrument": 0.0})
    assert second == pytest.approx(wanted | {"instrument": 0.75})
    check_trainer(run, tmp_path, said["came_in"])


def check_tone(path: Path) -> dict[str, float]:
    """The values that are written with it."""
    sound, rate_hz = sf.read(path)
    assert rate_hz == 16_000
    assert HALF_S - 0.5 < len(sound) / rate_hz < 3 * HALF_S  # the machine may be busy
    # In tenths of a second, most of them: a client of Python's may miss a block now and then.
    pieces = sound[: len(sound) // 1600 * 1600].reshape(-1, 1600)
    phase = 2j * np.pi * HZ * np.arange(1600) / rate_hz
    parts = 2 * np.mean(pieces * np.exp(-phase), axis=1, keepdims=True)
    assert np.median(np.abs(parts)) == pytest.approx(LEVEL, rel=0.01)
    besides = np.abs(pieces - np.real(parts * np.exp(phase))).max(axis=1)
    assert np.median(besides) < 0.002, "there is something besides the tone"
    values: dict[str, float] = json.loads(path.with_suffix(".json").read_text())["values"]
    return values


def check_trainer(run: Path, folder: Path, names: list[str]) -> None:
    """It takes the sounds up, with what its network is to see."""
    found = More(run, small_config(write_set(folder / "set"))).new(set())
    items = {item.name: item for item in found}
    first, second = (items[name.removesuffix(".wav")] for name in names)
    np.testing.assert_allclose(first.row, [0.0, 1.0, 0.5], atol=1e-5)
    np.testing.assert_allclose(second.row, [0.75, 1.0, 0.5], atol=1e-5)
    for item in (first, second):
        middle = np.asarray(item.codes[4000:12_000], np.float64)
        spectrum = np.abs(np.fft.rfft(middle - middle.mean()))
        assert np.argmax(spectrum) * 16_000 / len(middle) == pytest.approx(HZ, abs=2.0)
        assert len(item.codes) == sf.info(run / "more" / f"{item.name}.wav").frames

"""More of this: sounds of a slot, and recordings, for the training run that it follows."""

import json
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth import Host
from rtsynth.common.errors import ControlError, InputError
from rtsynth.host.steering import MOST
from rtsynth.plugin import Plugin
from tests.rtsynth.host.audio.test_input import Device
from tests.rtsynth.host.audio.test_listening import come_in
from tests.rtsynth.host.live import until
from tests.rtsynth.host.run import new_run, write_network

pytestmark = pytest.mark.system


@pytest.fixture
def run(tmp_path: Path, plugin: Plugin) -> Path:
    run = new_run(tmp_path / "run")
    (run / "more").mkdir()
    write_network(run, plugin, 10)
    return run


@pytest.fixture
def host(plugin: Plugin, run: Path) -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=48_000) as opened:
        opened.load(plugin)
        opened.start()
        opened.following.follow(1, run)
        yield opened


def written(host: Host, seconds: float = 10.0) -> list[Path]:
    """Once there is anything."""
    found: list[Path] = []

    def there() -> bool:
        try:
            found[:] = host.following.more(1, seconds)
        except ControlError:
            time.sleep(0.1)
        return bool(found)

    until(there)
    return found


def test_what_was_put_out_is_written_with_its_values(host: Host, run: Path) -> None:
    host.set(1, "instrument", 0.75)
    host.note_on(1, 70.0, 1.0)
    time.sleep(0.8)
    last = written(host)[-1]
    assert last.parent == run / "more"
    values = json.loads(last.with_suffix(".json").read_text())["values"]
    assert values == pytest.approx({"instrument": 0.75, "amplitude": 1.0, "pitch": 70.0})
    sound, rate_hz = sf.read(last)
    assert rate_hz == 16_000
    assert len(sound) >= 4000
    assert np.ptp(sound) > 0.01
    assert len(list((run / "more").iterdir())) % 2 == 0


def test_it_goes_on_over_other_networks(host: Host, run: Path, plugin: Plugin) -> None:
    before = host.slot(1).voice
    time.sleep(0.4)
    write_network(run, plugin, 20)
    until(lambda: host.slot(1).voice is not before)
    time.sleep(0.4)
    (whole,) = host.following.more(1)
    assert sf.info(whole).duration > 0.6, "one stretch, from before and after"


def test_a_recording_is_added_with_the_values_of_now(host: Host, run: Path, tmp_path: Path) -> None:
    time.sleep(0.2)
    sf.write(tmp_path / "mine.wav", 0.1 * np.sin(np.arange(22_050)), 44_100)
    sound = host.following.add(1, tmp_path / "mine.wav")
    assert sound.parent == run / "more"
    assert sf.info(sound).samplerate == 16_000
    assert sf.info(sound).duration == pytest.approx(0.5, abs=0.01)
    values = json.loads(sound.with_suffix(".json").read_text())["values"]
    assert values["pitch"] == pytest.approx(69.0)
    with pytest.raises(InputError, match=re.escape("gone.wav")):
        host.following.add(1, tmp_path / "gone.wav")
    sf.write(tmp_path / "short.wav", 0.1 * np.sin(np.arange(100)), 16_000)
    with pytest.raises(ControlError, match=r"shorter than 0\.25 s"):
        host.following.add(1, tmp_path / "short.wav")


class Fed(Device):
    """An input into which a tone is played."""

    level = 0.4

    def __init__(self, device: int, channel: int, longest_s: float) -> None:
        super().__init__(device, channel, longest_s)
        self.rate_hz = 8000
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.play)
        self.thread.start()

    def play(self) -> None:
        wave = self.level * np.sin(2 * np.pi * 500 * np.arange(80) / 8000)
        while not self.ended.wait(0.01):
            come_in(self, wave)

    def close(self) -> None:
        self.ended.set()
        self.thread.join()
        super().close()


def test_what_comes_in_is_added(host: Host, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From where it is listened to, until it is listened to no more, or the run not followed."""
    monkeypatch.setattr("rtsynth.host.audio.input.find_input", lambda playing_to: 3)
    monkeypatch.setattr("rtsynth.host.audio.input.Listening", Fed)
    monkeypatch.setattr(Device, "opened", [])
    following = host.following
    host.note_on(1, 70.0, 1.0)
    following.listen(1)
    follows = host.describe().slots[0].follows
    assert follows is not None
    assert follows.listens == 1
    with pytest.raises(ControlError, match=r"stood still for 0\.25 s in the last 0\.1 s"):
        following.add_input(1, 0.1)
    time.sleep(0.8)
    sound = following.add_input(1)[-1]
    assert sf.info(sound).samplerate == 16_000
    heard, _ = sf.read(sound)
    assert np.abs(heard).max() == pytest.approx(0.4, rel=0.1)
    about = json.loads(sound.with_suffix(".json").read_text())
    assert about["values"] == pytest.approx({"instrument": 0.0, "amplitude": 1.0, "pitch": 70.0})
    following.listen(1, 1)
    assert [device.closed for device in Device.opened] == [False], "what is kept by now stays"
    following.listen(1, 2)
    assert [device.closed for device in Device.opened] == [True, False]
    monkeypatch.setattr(Fed, "level", 0.0)
    following.listen(1, 1)
    time.sleep(0.5)
    with pytest.raises(ControlError, match="channel 1 of the audio input 'card' was silent: conn"):
        following.add_input(1)
    following.stop(1)
    assert [device.closed for device in Device.opened] == [True] * 3
    following.follow(1, run)
    with pytest.raises(ControlError, match="the input is not listened to: send /slot/1/follow/lis"):
        following.add_input(1)
    following.listen(1)
    host.close()
    assert [device.closed for device in Device.opened] == [True] * 4


def test_with_other_voices_the_sound_is_kept_anew(host: Host) -> None:
    host.voicing.set_voices(1, 2)
    host.voicing.set_voices(1, 1)
    until(lambda: host.slot(1).voice.tap is not None)
    host.note_on(1, 70.0, 1.0)
    assert written(host)


def test_what_cannot_be_is_said(host: Host, run: Path, plugin: Plugin) -> None:
    with pytest.raises(ControlError, match="the last 60 s are kept"):
        host.following.more(1, 61.0)
    with pytest.raises(ControlError, match="the last 60 s are kept"):
        host.following.more(1, float("nan"))
    with pytest.raises(ControlError, match="slot 2 follows no training run"):
        host.following.more(2)
    with pytest.raises(ControlError, match=r"never stood still for 0\.25 s"):
        host.following.more(1, 0.1)
    with pytest.raises(ControlError, match="the last 60 s are kept"):
        host.following.add_input(1, 61.0)
    with pytest.raises(ControlError, match="slot 2 follows no training run"):
        host.following.listen(2)
    host.voicing.set_voices(1, 2)
    with pytest.raises(ControlError, match="slot 1 has 2 voices"):
        host.following.more(1)
    with pytest.raises(ControlError, match="slot 1 has 2 voices"):
        host.following.add_input(1)
    host.voicing.set_voices(1, 1)
    with pytest.raises(ControlError, match="nothing of its sound is kept yet"):
        host.following.more(1)
    for number in range(MOST):
        (run / "more" / f"{number}.json").touch()
    with pytest.raises(ControlError, match="has 1000 sounds, and a training takes no more"):
        host.following.more(1)
    for number in range(MOST):
        (run / "more" / f"{number}.json").unlink()
    (run / "more").rmdir()
    with pytest.raises(ControlError, match="takes nothing more while it runs"):
        host.following.more(1)

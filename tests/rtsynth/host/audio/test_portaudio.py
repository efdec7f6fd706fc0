"""Finding devices, and doing without PortAudio."""

import subprocess
import sys
from pathlib import Path

import pytest

from rtsynth.common.errors import EngineError, InputError
from rtsynth.host.audio import portaudio
from rtsynth.host.audio.portaudio import find_again, find_device, output_devices, quiet_stderr
from tests.requirements import require_portaudio
from tests.rtsynth.cli.run import TIMEOUT_S

pytestmark = [pytest.mark.system, pytest.mark.measure]

# What sounddevice does where the library is missing: it raises when imported.
WITHOUT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name == "sounddevice":
            raise OSError("PortAudio library not found")
sys.meta_path.insert(0, Absent())
from rtsynth.cli import main
sys.exit(main(sys.argv[1:]))
"""


def _without(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, *arguments],
        capture_output=True, text=True, timeout=TIMEOUT_S,
    )  # fmt: skip


def test_without_portaudio_it_plays_to_the_null_device(plugin_path: Path) -> None:
    done = _without("serve", str(plugin_path), "--midi", "none", "--seconds", "0.3", "--osc", "0",
                    "--precision", "float32")  # fmt: skip
    assert done.returncode == 0, done.stderr
    warning, playing = done.stderr.splitlines()[-2:]
    assert "PortAudio is missing; install PortAudio" in warning
    assert "apt install libportaudio2" in warning
    assert "the null device" in playing


def test_without_portaudio_a_device_by_name_is_an_error(plugin_path: Path) -> None:
    done = _without("serve", str(plugin_path), "--midi", "none", "--device", "Scarlett",
                    "--osc", "0")  # fmt: skip
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "PortAudio is missing" in line


def test_devices_are_described() -> None:
    require_portaudio()
    for device in output_devices():
        assert device.keys() == {"index", "name", "api", "channels", "rate_hz", "default"}
        assert device["channels"] > 0
        assert find_device(str(device["index"])) == device["index"]


def test_an_unknown_device_lists_the_known() -> None:
    require_portaudio()
    with pytest.raises((InputError, EngineError), match="nonesuch|no audio output device") as info:
        find_device("nonesuch")
    assert "\n" not in str(info.value)


def test_a_device_is_found_again_under_another_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """ALSA numbers cards in the order in which they are plugged in."""
    cards = {3: ("Box: USB Audio (hw:2,0)", "ALSA"), 4: ("Box: USB Audio (hw:2,1)", "JACK")}
    devices = [{"index": i, "name": name, "api": api} for i, (name, api) in cards.items()]
    monkeypatch.setattr(portaudio, "output_devices", lambda: devices)
    assert find_again("Box: USB Audio (hw:1,0)", "ALSA") == 3
    assert find_again("Box: USB Audio (hw:1,0)", "JACK") == 4
    for name, api in (("Box: USB Audio (hw:1,0)", "OSS"), ("Box: USB", "ALSA")):
        with pytest.raises(EngineError, match="is not there"):
            find_again(name, api)


@pytest.mark.measure
def test_a_device_that_is_there_is_found_by_the_probe() -> None:
    """A process that ends once it is there, and not before."""
    require_portaudio()
    words = [sys.executable, "-m", "rtsynth.host.audio.probe"]
    for device in output_devices():
        name, api = str(device["name"]), str(device["api"])
        assert subprocess.run([*words, name, api], timeout=60, check=False).returncode == 0
    looking = subprocess.Popen([*words, "no such device", "ALSA"])
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            looking.wait(5.0)
    finally:
        looking.kill()
        looking.wait()


def test_chatter_of_libraries_is_kept_off(capfd: pytest.CaptureFixture[str]) -> None:
    import os

    with quiet_stderr():
        os.write(2, b"ALSA lib pcm.c:2666: Unknown PCM\n")
    os.write(2, b"ours\n")
    assert capfd.readouterr().err == "ours\n"

"""Audio backends of installed packages are found by their names."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.compiler.compile import Compiled
from rtsynth.host.audio.backend import GROUP, find_backend
from rtsynth.host.audio.null import open_null
from rtsynth.host.host import Host

TAP = """
from rtsynth.host.audio.block import Block

class Tap:
    name, api, latency_s = "tap", "Tap", 0.25

    def __init__(self, request, text):
        self.rate_hz = request.rate_hz or int(text)
        self.block_frames = request.block_frames or 64
        self.block = Block(request.words, request.channels, self.block_frames)
        self.calls = []

    def start(self):
        self.calls.append("start")

    def stop(self):
        self.calls.append("stop")

    def close(self):
        self.calls.append("close")
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with one backend that works and one that is not there."""
    (tmp_path / "some_tap.py").write_text(TAP)
    info = tmp_path / "some_tap-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: some-tap\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\ntap = some_tap:Tap\nlost = some_tap:Lost\n")
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.parametrize("device", [None, "", "USB Audio", "hw:1,0", "tap"])
def test_what_names_no_backend_is_a_device_of_portaudio(device: str | None) -> None:
    assert find_backend(device) is None


def test_the_null_device_takes_no_text(compiled: Compiled) -> None:
    assert find_backend("null") == (open_null, "")
    with pytest.raises(InputError, match="null:5"):
        Host("null:5")


def test_one_that_cannot_be_imported_is_refused(installed: None) -> None:
    with pytest.raises(InputError, match=r"--device lost cannot be imported from some_tap:Lost"):
        find_backend("lost:5")


@pytest.mark.measure
def test_an_installed_one_plays_the_engine(installed: None, compiled: Compiled) -> None:
    with Host("tap:32000") as host:
        assert (host.rate_hz, host.device, host.api) == (32_000, "tap", "Tap")
        assert host.playing_to is None  # no device of PortAudio's, so none to look for again
        host.load(compiled)
        stream = host._output._stream
        host.start()
        blocks = [stream.block.fill().copy() for _ in range(500)]
        assert all(block.shape == (64, 2) for block in blocks)
        assert max(abs(block).max() for block in blocks) > 0.01
    assert stream.calls == ["start", "stop", "close"]

"""A JACK server that dies while it plays: the window says so within two seconds."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rtsynth.plugin.file import save
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.plugins import small_plugin
from tests.ports import free_port
from tests.requirements import lacking, require, require_portaudio
from tests.rtsynth.cli.run import spawn, wait_for
from tests.rtsynth.cli.test_interrupts import frames_of
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.host.jack import JackServer

pytestmark = [pytest.mark.measure, pytest.mark.system]

SAID_S = 2.0


def test_a_dead_server_is_soon_said(
    tmp_path: Path, open_window: Callable[[int], Window], spin: Spin
) -> None:
    require("jackd", "jack_lsp")
    require_portaudio()
    plugin, port = small_plugin(), free_port()
    path = tmp_path / "small.safetensors"
    save(path, plugin.manifest, plugin.tensors)
    with JackServer(rate_hz=48_000, block_frames=256) as server:
        process: subprocess.Popen[str] = spawn(
            "serve", path, "--midi", "none", "--precision", "float32",
            "--osc", f"127.0.0.1:{port}", JACK_DEFAULT_SERVER=server.name,
        )  # fmt: skip
        try:
            with OscClient(port) as client:
                wait_for(lambda: frames_of(client) > 0, process)
                if client.ask_json("/status")["api"] is None:
                    lacking("PortAudio was built without JACK")
            window = open_window(port)
            banner, lamp = window.watch.banner, window.header.lamp
            spin(lambda: window.status.number("still_s") is not None)
            assert not window.status.stalled
            assert not lamp.silent
            server.kill()
            began_s = time.monotonic()
            spin(lambda: banner.shown is not None and banner.shown.key == "stalled_alone")
            said_s = time.monotonic() - began_s
        finally:
            process.kill()
            process.communicate()
    assert said_s < SAID_S
    assert lamp.silent
    assert "accepts none" in window.header.engine.text()

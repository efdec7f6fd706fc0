"""On a machine without an audio device: the window says so, and what it offers helps."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rtsynth.plugin.file import save
from rtsynth_gui.settings.trouble import SILENT
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.plugins import small_plugin
from tests.ports import free_port
from tests.requirements import lacking
from tests.rtsynth.cli.run import wait_for
from tests.rtsynth.cli.test_interrupts import frames_of
from tests.rtsynth.control.osc_client import OscClient

pytestmark = [pytest.mark.measure, pytest.mark.system]


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Of a supervised engine that was asked for no device in particular."""
    plugin = small_plugin()
    path = tmp_path / "small.safetensors"
    save(path, plugin.manifest, plugin.tensors)
    port = free_port()
    words = [sys.executable, "-m", "rtsynth", "play", str(path), "--headless"]
    words += ["--osc", f"127.0.0.1:{port}", "--oscquery", "off", "--midi", "none"]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    try:
        with OscClient(port) as client:
            wait_for(lambda: frames_of(client) > 0, process)
            if client.ask_json("/status")["device"] != "null":
                lacking("this machine has an audio device")
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_no_device_and_playing_without_one(
    port: int, open_window: Callable[[int], Window], spin: Spin
) -> None:
    window = open_window(port)
    banner, section = window.watch.banner, window.settings.engine_section
    spin(lambda: banner.shown is not None and banner.shown.key == "silent")
    assert "No audio device was found" in banner.text.text()
    with OscClient(port) as client:
        client.send("/slot/1/gain", -9.0)
        client.sync()
        before = client.ask_json("/status")["pid"]
    spin(lambda: banner.buttons[SILENT].isVisible())
    banner.buttons[SILENT].click()
    spin(lambda: section.offered.options.get("device") == "null")
    spin(lambda: banner.shown is None and window.link.answering)
    with OscClient(port) as client:
        status = client.ask_json("/status")
        assert (status["device"], status["waits_for"]) == ("null", None)
        assert status["pid"] != before
        assert client.ask("/slot/1/gain/get", reply="/slot/1/gain")[0] == pytest.approx(-9.0)
    # A device that there is not: it plays as before, and says why.
    window.side.turn_to("Settings")
    device = section.choices["device"]
    device.show_options([("no such card", "no such card")], "no such card")
    section.restart.setEnabled(True)
    section.restart.click()
    spin(lambda: banner.shown is not None and banner.shown.key == "refused")
    assert section.offered.options["device"] == "null"

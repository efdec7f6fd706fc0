"""`rtsynth devices`."""

import json
import signal
import sys

import pytest

from tests.rtsynth.cli.run import refused, succeeds
from tests.rtsynth.control.midi.keyboard import Keyboard
from tests.rtsynth.control.programs import jack_server, running, wait_until

pytestmark = pytest.mark.system


def test_devices() -> None:
    document = json.loads(succeeds("devices", "--json"))
    assert document.keys() == {"audio", "midi", "problems"}
    null = document["audio"][-1]
    assert (null["name"], null["rate_hz"]) == ("null", 48_000)
    assert sum(row["default"] for row in document["audio"]) <= 1
    assert "null" in succeeds("devices")


@pytest.mark.jack
def test_what_arrives_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    with jack_server(monkeypatch):
        keyboard = Keyboard("keys")
        with running([sys.executable, "-m", "rtsynth", "devices", "--watch"]) as program:
            assert wait_until(lambda: "keys:out: is open" in program.log()), program.log()
            keyboard.send(0xB0, 21, 64)
            line = "keys:out: CC 21 = 64, channel 1"
            assert wait_until(lambda: line in program.log()), program.log()
            keyboard.unplug()
            assert wait_until(lambda: "keys:out: is gone" in program.log()), program.log()
            program.process.send_signal(signal.SIGINT)
            assert program.wait(30) == 130


def test_watching_prints_no_json() -> None:
    assert "--watch prints lines" in refused("devices", "--watch", "--json")

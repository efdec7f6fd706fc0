"""What an engine was started with, over OSC, and asking for another start."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtsynth.control.osc.guests import Afar
from rtsynth.control.osc.surface.commands import GLOBAL_COMMANDS
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.host.audio import listing
from rtsynth.host.restart import ALONE
from tests.ports import free_port
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.recording_engine import RecordingEngine

pytestmark = pytest.mark.system

RESTART, FORGET = "/engine/restart", "/engine/forget"


@pytest.fixture
def engine() -> RecordingEngine:
    return RecordingEngine()


@pytest.fixture
def client(engine: RecordingEngine) -> Iterator[OscClient]:
    with OscServer(engine, port=0) as server, OscClient(server.port) as opened:
        yield opened


def test_the_options(engine: RecordingEngine, client: OscClient) -> None:
    (text,) = client.ask("/engine/options", reply="/engine/options.reply")
    assert json.loads(str(text)) == engine.restart.describe()
    assert json.loads(str(text))["possible"] is False


def test_another_start_is_asked_for(engine: RecordingEngine, client: OscClient) -> None:
    address, problem = client.ask(RESTART, "device", "null", reply="/fail")
    assert (address, problem) == (RESTART, ALONE)
    asked: list[dict[str, str]] = []
    engine.restart.offer(asked.append)
    port = free_port()
    done = client.ask(RESTART, "device", "null", "rate", "auto", "block", 64, reply="/done")
    assert tuple(done) == (RESTART, "device", "null", "rate", "auto", "block", 64)
    client.ask(RESTART, "rate", 48000.0, "block", 256.0, reply="/done")  # as Pd and Max send them
    client.ask(RESTART, "osc", str(port), "osc-allow", "192.0.2.1 ,", "keep", "no", reply="/done")
    client.ask(RESTART, "osc", "auto", "osc-allow", "auto", reply="/done")
    client.ask(FORGET, reply="/done")
    assert asked == [
        {"device": "null", "rate": "auto", "block": "64"},
        {"rate": "48000", "block": "256"},
        {"osc": f"127.0.0.1:{port}", "osc-allow": "192.0.2.1", "keep": "no"},
        {"osc": "auto", "osc-allow": "auto"},
        {"forget": ""},
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("device", "null", "rate"), "names and values"),
        (("colour", "red"), "colour: none of device, rate"),
        (("rate", "2"), "rate: '2' is not a whole number 4000..384000"),
        (("osc", "9"), "1024..65535"),
        (("osc-allow", "0.0.0.0/0"), "too large"),
    ],
)
def test_what_cannot_be_asked_for(
    engine: RecordingEngine, client: OscClient, words: tuple[str, ...], says: str
) -> None:
    asked: list[dict[str, str]] = []
    engine.restart.offer(asked.append)
    _, problem = client.ask(RESTART, *words, reply="/fail")
    assert says in str(problem)
    assert asked == []


def test_devices_are_listed(client: OscClient) -> None:
    client.send("/devices")
    (text,) = client.expect("/devices.reply", timeout_s=30)
    found = json.loads(str(text))
    assert "null" in [row["name"] for row in found["audio"]]


def test_nothing_waits_for_the_list(
    client: OscClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    program = (
        "import pathlib, time\n"
        f"while not pathlib.Path({str(gate)!r}).exists(): time.sleep(0.01)\n"
        "raise SystemExit('no sound here')"
    )
    monkeypatch.setattr(listing, "WORDS", (sys.executable, "-c", program))
    client.send("/devices")
    client.ask(RESTART, "device", "null", reply="/fail")  # the worker's
    gate.touch()
    address, problem = client.expect("/fail", timeout_s=30)
    assert address == "/devices"
    assert "no sound here" in str(problem)


def test_only_from_this_machine() -> None:
    assert GLOBAL_COMMANDS[FORGET].afar is Afar.REFUSED
    assert GLOBAL_COMMANDS[RESTART].afar is GLOBAL_COMMANDS["/devices"].afar is Afar.REFUSED
    assert GLOBAL_COMMANDS["/engine/options"].afar is Afar.CONFIRMED

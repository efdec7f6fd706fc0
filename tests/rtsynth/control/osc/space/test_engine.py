"""The commands to the engine as a whole, over OSC."""

import json
import time

import pytest

from rtsynth.control.osc.describe import description_json
from rtsynth.control.osc.surface.server import OscServer
from tests.rtsynth.control.osc.space.sent import Sent, check_call
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.recording_engine import RecordingEngine

CALLS: list[Sent] = [
    ("/panic", (), ("panic",)),
]


@pytest.mark.parametrize("sent", CALLS)
def test_addresses_reach_the_engine(client: OscClient, engine: RecordingEngine, sent: Sent) -> None:
    check_call(client, engine, sent)


def test_ping_and_sync(client: OscClient) -> None:
    assert client.ask("/ping", reply="/pong") == ()
    for token in (5, 0.5, "x"):
        assert client.ask("/sync", token, reply="/synced") == (token,)


def test_status_and_description_are_json(client: OscClient, engine: RecordingEngine) -> None:
    status = client.ask_json("/status")
    assert status["rate_hz"] == 48_000
    assert status["osc"]["messages"] == 1
    assert client.ask_json("/describe") == json.loads(description_json(engine.describe()))


def test_slow_commands_answer_done_and_sync_waits_for_them(
    client: OscClient, engine: RecordingEngine
) -> None:
    engine.load_seconds = 0.3
    began = time.monotonic()
    client.send("/slot/1/load", "slow.safetensors")
    client.send("/slot/1/param/pitch", 70.0)
    client.send("/sync", 1)
    client.send("/ping")
    assert [message.address for _ in range(3) for message in client.receive()] == [
        "/pong", "/done", "/synced",
    ]  # fmt: skip
    assert time.monotonic() - began >= 0.3
    assert [call[0] for call in engine.calls] == ["set", "load"]  # nobody waited for the load


def test_quit_asks_the_process_to_end(
    client: OscClient, quits: list[bool], engine: RecordingEngine
) -> None:
    assert client.ask("/quit", reply="/done") == ("/quit",)
    client.sync()
    assert quits == [True]
    with OscServer(engine, port=0) as other, OscClient(other.port) as peer:
        assert "part of another program" in peer.ask("/quit", reply="/fail")[1]

"""Every OSC address over a real socket: what the engine is asked, what the client is answered."""

import json
import time

import numpy as np
import pytest

from rtsynth.control.osc.describe import description_json
from rtsynth.control.osc.packet import Argument
from rtsynth.control.osc.server import OscServer
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.recording_engine import RecordingEngine

CALLS: list[tuple[str, tuple[Argument, ...], tuple[object, ...]]] = [
    ("/slot/1/param/pitch", (70.0,), ("set", 1, "pitch", 70.0, None)),
    ("/slot/2/param/pitch", (70.0,), ("set", 2, "pitch", 70.0, None)),
    ("/slot/1/param/pitch/norm", (0.5,), ("set", 1, "pitch", 70.0, None)),
    ("/slot/1/param/rate/norm", (0.5,), ("set", 1, "rate", 10.0, None)),
    ("/slot/1/gain", (-6.0,), ("set", 1, "gain", -6.0, None)),
    ("/slot/1/gain/norm", (1.0,), ("set", 1, "gain", 12.0, None)),
    ("/slot/1/sampling/temperature", (0.5,), ("set", 1, "temperature", 0.5, None)),
    ("/slot/1/sampling/top_k", (3,), ("set", 1, "top_k", 3.0, None)),
    ("/slot/1/sampling/top_p", (0.5,), ("set", 1, "top_p", 0.5, None)),
    ("/slot/1/note/on", (70, 0.5), ("note_on", 1, 70.0, 0.5, None)),
    ("/slot/1/note/on", (70.5, True), ("note_on", 1, 70.5, 1.0, None)),
    ("/slot/1/note/on", (60, 0), ("note_off", 1, 60.0, None)),
    ("/slot/1/note/off", (60,), ("note_off", 1, 60.0, None)),
    ("/slot/1/note/off", (60, 0.0), ("note_off", 1, 60.0, None)),
    ("/slot/1/load", ("a.safetensors",), ("load", 1, "a.safetensors")),
    ("/slot/1/unload", (), ("unload", 1)),
    ("/slot/2/unload", (1,), ("unload", 2)),
    ("/slot/1/reset", (), ("reset", 1, None)),
    ("/slot/1/reset", (1.0,), ("reset", 1, None)),
    ("/slot/1/seed", (7,), ("seed", 1, 7, None)),
    ("/slot/1/seed", (7.0,), ("seed", 1, 7, None)),
    ("/slot/1/seed", (1 << 40,), ("seed", 1, 1 << 40, None)),
    ("/state/save", ("warm",), ("save_state", "warm")),
    ("/panic", (), ("panic",)),
    ("/record/start", ("out.wav",), ("record_start", "out.wav")),
    ("/record/stop", (), ("record_stop",)),
]


@pytest.mark.parametrize(("address", "arguments", "call"), CALLS)
def test_addresses_reach_the_engine(
    client: OscClient,
    engine: RecordingEngine,
    address: str,
    arguments: tuple[Argument, ...],
    call: tuple[object, ...],
) -> None:
    client.send(address, *arguments)
    (made,) = engine.wait_for(1)
    assert made == pytest.approx(call) if address.endswith("norm") else made == call
    client.sync()
    assert client.ask_json("/status")["osc"]["failed"] == 0


@pytest.mark.parametrize("value", [1, 1.0, True, 1 << 33])
def test_number_types_are_interchangeable(
    client: OscClient, engine: RecordingEngine, value: Argument
) -> None:
    client.send("/slot/1/param/amplitude", value)
    assert engine.wait_for(1) == [("set", 1, "amplitude", 1.0, None)]


def test_a_double_is_a_number(client: OscClient, engine: RecordingEngine) -> None:
    client.socket.send(b"/slot/1/param/pitch\0,d\0\0" + np.array(70.5, ">f8").tobytes())
    assert engine.wait_for(1) == [("set", 1, "pitch", 70.5, None)]


def test_a_button_that_is_released_does_nothing(client: OscClient, engine: RecordingEngine) -> None:
    for address in ("/panic", "/slot/1/reset", "/record/stop"):
        client.send(address, 0.0)
    client.sync()
    assert engine.calls == []


@pytest.mark.parametrize(
    "address", ["/slot/1/param/pitch", "/slot/2/gain", "/slot/1/sampling/temperature"]
)
def test_values_are_answered(client: OscClient, address: str) -> None:
    client.send(address, 1.5 if "temperature" in address else 65.0 if "param" in address else -3.0)
    expected = 1.5 if "temperature" in address else 65.0 if "param" in address else -3.0
    assert client.ask(f"{address}/get", reply=address) == (expected,)


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


def test_states(client: OscClient, engine: RecordingEngine) -> None:
    client.send("/slot/1/param/pitch", 70.0)
    assert client.ask("/state/save", "a", reply="/done") == ("/state/save", "a")
    client.send("/slot/1/param/pitch", 75.0)
    assert client.ask("/state/recall", "a", reply="/done") == ("/state/recall", "a")
    assert engine.get(1, "pitch") == 70.0
    assert "does not exist" in client.ask("/state/recall", "b", reply="/fail")[1]


def test_quit_asks_the_process_to_end(
    client: OscClient, quits: list[bool], engine: RecordingEngine
) -> None:
    assert client.ask("/quit", reply="/done") == ("/quit",)
    client.sync()
    assert quits == [True]
    with OscServer(engine, port=0) as other, OscClient(other.port) as peer:
        assert "part of another program" in peer.ask("/quit", reply="/fail")[1]

"""The OSC server's start and end."""

import socket
import sys
import threading
import time
from contextlib import ExitStack

import pytest

from rtsynth.common.errors import InputError
from rtsynth.control.osc.streams import Streams
from rtsynth.control.osc.surface import server as osc_server
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.control.osc.time import timetag_at
from tests.rtsynth.control.osc_client import PATIENCE_S, OscClient
from tests.rtsynth.control.osc_messages import encode, encode_bundle
from tests.rtsynth.control.recording_engine import RecordingEngine


def test_a_busy_port_is_one_clear_line(server: OscServer, engine: RecordingEngine) -> None:
    with pytest.raises(InputError, match=rf"^--osc 127.0.0.1:{server.port}: .*busy.*--osc") as line:
        OscServer(engine, port=server.port)
    assert "\n" not in str(line.value)


def test_the_port_is_free_after_stop(engine: RecordingEngine) -> None:
    with OscServer(engine, port=0) as first:
        port = first.port
    with OscServer(engine, port=port) as second:
        assert second.port == port


def test_it_stops_at_once_even_with_commands_for_later(engine: RecordingEngine) -> None:
    with OscServer(engine, port=0) as server, OscClient(server.port) as client:
        tag = timetag_at(time.time_ns() + 30_000_000_000)
        client.socket.send(encode_bundle([encode("/panic")], tag))
        client.send("/notify", 1)
        client.sync()
        began = time.monotonic()
    assert time.monotonic() - began < 20.0  # of the 30 until the command is due
    assert engine.calls == []


def test_a_server_never_started_can_be_stopped(engine: RecordingEngine) -> None:
    server = OscServer(engine, port=0)
    server.stop()
    OscServer(engine, port=server.port).stop()


@pytest.mark.parametrize("place", ["turn", "connections"])
def test_a_mistake_of_ours_does_not_end_the_thread(
    server: OscServer, client: OscClient, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    tried = threading.Event()

    def broken(*_: object) -> None:
        tried.set()
        raise RuntimeError("a bug")

    with monkeypatch.context() as patch, ExitStack() as stack:
        if place == "turn":
            patch.setattr(osc_server, "ClientSession", broken)
            client.send("/ping")
        else:
            patch.setattr(Streams, "_accept", broken)
            where = ("127.0.0.1", server.port)
            stack.enter_context(socket.create_connection(where, PATIENCE_S))
        assert tried.wait(PATIENCE_S)
    client.ask("/ping", reply="/pong")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says it")
def test_what_the_system_dropped_is_reported(
    engine: RecordingEngine, caplog: pytest.LogCaptureFixture
) -> None:
    server = OscServer(engine, port=0)
    server._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    with OscClient(server.port) as flooding, OscClient(server.port) as client:
        for _ in range(200):  # nobody reads yet
            flooding.send("/slot/1/gain", 0.0)
        with server:
            engine.wait_for(1)  # all that was kept has been read: there is room for more
            counts = client.ask_json("/status")["osc"]
    assert counts["socket_drops"] > 0
    assert counts["socket_drops"] + len(engine.calls) == 200
    assert f"the system dropped {counts['socket_drops']} datagrams" in caplog.text

"""The OSC server's start and end."""

import time

import pytest

from rtsynth.common.errors import InputError
from rtsynth.control.osc.server import OscServer
from rtsynth.control.osc.time import timetag_at
from tests.rtsynth.control.osc_client import OscClient
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

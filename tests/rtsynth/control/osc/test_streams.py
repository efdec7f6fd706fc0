"""OSC over TCP, from plain sockets."""

import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from rtsynth.control.osc import streams as osc_streams
from rtsynth.control.osc.admission import Admission
from rtsynth.control.osc.packet import OscMessage, decode
from rtsynth.control.osc.surface.server import OscServer
from tests.rtsynth.control.osc.test_framing import prefixed, slip
from tests.rtsynth.control.osc_client import PATIENCE_S, OscClient
from tests.rtsynth.control.osc_messages import encode
from tests.rtsynth.control.recording_engine import RecordingEngine

pytestmark = pytest.mark.system


def connect(server: OscServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S)


def prefixed_messages(end: socket.socket) -> Iterator[OscMessage]:
    with end.makefile("rb") as stream:
        while header := stream.read(4):
            yield from decode(stream.read(struct.unpack(">i", header)[0]))


def slip_messages(end: socket.socket) -> Iterator[OscMessage]:
    data = b""
    while received := end.recv(4096):
        *whole, data = (data + received).split(b"\xc0")
        for part in filter(None, whole):
            yield from decode(part.replace(b"\xdb\xdc", b"\xc0").replace(b"\xdb\xdd", b"\xdb"))


@pytest.mark.parametrize(("wrap", "read"), [(prefixed, prefixed_messages), (slip, slip_messages)])
def test_commands_and_answers_on_a_connection(
    server: OscServer, engine: RecordingEngine, wrap: type[bytes], read: type[Iterator[OscMessage]]
) -> None:
    with connect(server) as end:
        packets = [
            encode("/slot/1/param/pitch", 70.0), encode("/slot/1/param/pitch", 99),
            encode("/slot/1/param/pitch/get"), encode("/sync", 192 * 256 + 219),
        ]  # fmt: skip
        stream = b"".join(map(wrap, packets))
        for start in range(0, len(stream), 7):
            end.sendall(stream[start : start + 7])
        answers = read(end)
        assert next(answers).arguments[1] == "99 is out of range: clamped to 76"
        assert next(answers) == OscMessage("/slot/1/param/pitch", (76.0,))
        assert next(answers) == OscMessage("/synced", (192 * 256 + 219,))
    assert [call[3] for call in engine.calls] == [70.0, 76.0]


@pytest.mark.measure
def test_a_connection_subscribes(server: OscServer, engine: RecordingEngine) -> None:
    with connect(server) as end:
        end.sendall(prefixed(encode("/notify", 1, "values")) + prefixed(encode("/sync", 1)))
        answers = prefixed_messages(end)
        assert next(answers).address == "/synced"
        engine.set(1, "pitch", 71.0)
        assert next(answers) == OscMessage("/slot/1/param/pitch", (71.0,))
        end.sendall(prefixed(encode("/notify", 1, 7401)))
        assert "name no port" in str(next(answers).arguments[1])
        assert server.notifier.count() == 1
    end_s = time.monotonic() + PATIENCE_S
    while server.notifier.count():
        assert time.monotonic() < end_s
        time.sleep(0.01)


def test_a_flood_is_obeyed_to_the_last_message(
    server: OscServer, client: OscClient, engine: RecordingEngine
) -> None:
    """Nothing is dropped: the connection is read no faster. And others have their turns."""
    count = 60_000
    packets = b"".join(
        prefixed(encode("/slot/1/param/pitch", 64 + number % 12)) for number in range(count)
    )
    assert len(packets) > 4 * (1 << 18)
    with connect(server) as end:
        end.sendall(packets + prefixed(encode("/sync", 5)))
        client.ask("/ping", reply="/pong")
        assert next(prefixed_messages(end)) == OscMessage("/synced", (5,))
    assert len(engine.calls) == count
    assert server.status()["dropped"] == 0


@pytest.mark.parametrize(
    "data", [b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\0", b"\0\xff\0\0", b"/a\xdb\x01\xc0", b"\xff" * 9]
)
def test_what_is_not_osc_is_dropped(server: OscServer, client: OscClient, data: bytes) -> None:
    with connect(server) as end:
        end.sendall(data)
        assert end.recv(10) == b""
    client.ask("/ping", reply="/pong")


def test_who_sends_nothing_whole_is_dropped(
    server: OscServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osc_streams, "BEGUN_S", 0.5)
    with connect(server) as silent, connect(server) as slow, connect(server) as good:
        slow.sendall(prefixed(encode("/ping")) + b"\0\0")
        assert next(prefixed_messages(slow)).address == "/pong"
        good.sendall(prefixed(encode("/ping")))
        assert next(prefixed_messages(good)).address == "/pong"
        assert silent.recv(10) == b""
        assert slow.recv(10) == b""
        good.sendall(prefixed(encode("/ping")))
        assert next(prefixed_messages(good)).address == "/pong"


def test_who_does_not_take_its_answers_is_dropped(
    server: OscServer, client: OscClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osc_streams, "MAX_WAITING_BYTES", 100_000)
    with connect(server) as end:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        packets = prefixed(encode("/describe")) * 3000
        with pytest.raises(OSError, match=r"reset|pipe"):
            for _ in range(100):
                end.sendall(packets)
    assert client.ask_json("/status")["osc"]["connections"] == 0


def test_there_is_always_room_on_this_machine(server: OscServer) -> None:
    with ExitStack() as stack:
        ends = [stack.enter_context(connect(server)) for _ in range(osc_streams.MAX_HERE + 1)]
        ends[-1].sendall(prefixed(encode("/ping")))
        assert next(prefixed_messages(ends[-1])).address == "/pong"
        assert ends[0].recv(10) == b""
        assert server.status()["connections"] == osc_streams.MAX_HERE


def test_a_busy_tcp_port_leaves_udp(engine: RecordingEngine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with OscServer(engine, port=port) as server, OscClient(port) as client:
            client.ask("/ping", reply="/pong")
            assert server.status()["connections"] == 0


def test_who_is_not_admitted_is_closed_at_once(
    server: OscServer, client: OscClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Admission, "admits", lambda _, peer: False)
    with connect(server) as end:
        assert end.recv(10) == b""
    assert client.ask_json("/status")["osc"]["connections"] == 0

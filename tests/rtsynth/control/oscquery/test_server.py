"""The OSCQuery server from plain clients: http.client, and the websocket library."""

import asyncio
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from websockets.asyncio.client import connect as connect_async
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from rtsynth.control.osc.admission import Admission
from rtsynth.control.osc.endpoint import bind_tcp
from rtsynth.control.osc.packet import OscMessage, decode
from rtsynth.control.osc.surface.server import OscServer
from rtsynth.control.oscquery import server as query_server
from rtsynth.control.oscquery.server import OscQueryServer, _Client
from tests.rtsynth.control.osc_client import PATIENCE_S, OscClient
from tests.rtsynth.control.osc_messages import encode, encode_bundle
from tests.rtsynth.control.recording_engine import RecordingEngine

pytestmark = pytest.mark.system


@pytest.fixture
def query(
    engine: RecordingEngine, server: OscServer, quits: list[bool]
) -> Iterator[OscQueryServer]:
    listener = bind_tcp("127.0.0.1", 0)
    query = OscQueryServer(engine, listener, server.port, lambda: quits.append(True), Admission())
    query.start()
    yield query
    query.stop()


@pytest.fixture
def web(query: OscQueryServer) -> Iterator[ClientConnection]:
    with connect(f"ws://127.0.0.1:{query.port}/", open_timeout=PATIENCE_S) as web:
        yield web


def get(port: int, target: str, **headers: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    connection.request("GET", target, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    is_json = "json" in response.headers["Content-Type"]
    return response.status, json.loads(body) if is_json else body.decode()


def listen(web: ClientConnection, path: str, command: str = "LISTEN") -> None:
    web.send(json.dumps({"COMMAND": command, "DATA": path}))


def received(web: ClientConnection) -> OscMessage:
    frame = web.recv(timeout=PATIENCE_S)
    assert isinstance(frame, bytes)
    (message,) = decode(frame)
    return message


def test_a_plain_client_listens_to_what_is_moved_over_udp(
    query: OscQueryServer, client: OscClient, web: ClientConnection
) -> None:
    status, info = get(query.port, "/?HOST_INFO")
    assert status == 200
    assert info["OSC_PORT"] == client.socket.getpeername()[1]
    assert info["WS_PORT"] == query.port
    status, tree = get(query.port, "/")
    pitch = tree["CONTENTS"]["slot"]["CONTENTS"]["2"]["CONTENTS"]["param"]["CONTENTS"]["pitch"]
    assert (pitch["VALUE"], pitch["TYPE"]) == ([69.0], "f")
    listen(web, pitch["FULL_PATH"])
    assert received(web) == OscMessage("/slot/2/param/pitch", (69.0,))
    client.send("/slot/1/param/pitch", 70.0)  # not listened to
    client.send(pitch["FULL_PATH"], 71.5)
    assert received(web) == OscMessage("/slot/2/param/pitch", (71.5,))
    assert get(query.port, "/slot/2/param/pitch?VALUE") == (200, {"VALUE": [71.5]})
    listen(web, pitch["FULL_PATH"], "IGNORE")
    listen(web, "/slot/1/gain")
    assert received(web) == OscMessage("/slot/1/gain", (0.0,))
    client.send(pitch["FULL_PATH"], 66.0)
    client.send("/slot/1/gain", -3.0)
    assert received(web) == OscMessage("/slot/1/gain", (-3.0,))


def test_the_mixer_is_listened_to(
    query: OscQueryServer, client: OscClient, web: ClientConnection, engine: RecordingEngine
) -> None:
    listen(web, "/slot/2/mute")
    assert received(web) == OscMessage("/slot/2/mute", (False,))
    client.send("/slot/*/mute", True)
    assert received(web) == OscMessage("/slot/2/mute", (True,))
    listen(web, "/master/gain")
    assert received(web) == OscMessage("/master/gain", (0.0,))
    web.send(encode("/master/gain/norm", 0.5))
    assert received(web) == OscMessage("/master/gain", (-24.0,))
    assert get(query.port, "/slot/2/mute?VALUE") == (200, {"VALUE": [True]})
    engine.change_plugin(2, None)
    assert json.loads(web.recv(timeout=PATIENCE_S))["COMMAND"] == "PATH_REMOVED"
    assert get(query.port, "/slot/2/mute")[0] == 404
    engine.set(2, "mixer.mute", 0.0)  # of nobody's concern now
    engine.change_plugin(2, "oboe")
    assert json.loads(web.recv(timeout=PATIENCE_S)) == {"COMMAND": "PATH_ADDED", "DATA": "/slot/2"}
    assert get(query.port, "/slot/2/mute?VALUE") == (200, {"VALUE": [False]})


def test_packets_are_obeyed_on_the_socket(
    web: ClientConnection, engine: RecordingEngine, quits: list[bool]
) -> None:
    web.send(encode("/slot/*/param/pitch", 70.0))
    web.send(encode("/slot/1/param/pitch/get"))
    assert received(web) == OscMessage("/slot/1/param/pitch", (70.0,))
    assert [call[:2] for call in engine.calls] == [("set", 1), ("set", 2)]
    web.send(encode("/notify", 1))
    assert "send LISTEN instead" in str(received(web).arguments[1])
    web.send(b"rubbish")
    assert received(web).address == "/fail"
    web.send("rubbish")
    assert received(web).address == "/fail"
    web.send(encode("/quit"))
    assert received(web) == OscMessage("/done", ("/quit",))
    assert quits == [True]


def test_plugins_that_come_and_go_are_told(
    query: OscQueryServer, web: ClientConnection, engine: RecordingEngine
) -> None:
    listen(web, "/slot/2/gain")
    received(web)
    for plugin, command in (("flute", "CHANGED"), (None, "REMOVED"), ("oboe", "ADDED")):
        engine.change_plugin(2, plugin)
        news = json.loads(web.recv(timeout=PATIENCE_S))
        assert news == {"COMMAND": f"PATH_{command}", "DATA": "/slot/2"}
        status, node = get(query.port, "/slot/2")
        assert (status, plugin is not None) == (200 if plugin else 404, status == 200)
        assert plugin is None or node["DESCRIPTION"] == plugin


def test_a_slot_that_is_renamed_is_described_so(
    query: OscQueryServer, web: ClientConnection, engine: RecordingEngine
) -> None:
    listen(web, "/slot/2/gain")
    received(web)
    engine.lineup.move(2, 1)  # of no concern here
    engine.lineup.rename(2, "Lead")
    news = json.loads(web.recv(timeout=PATIENCE_S))
    assert news == {"COMMAND": "PATH_CHANGED", "DATA": "/slot/2"}
    assert get(query.port, "/slot/2?DESCRIPTION") == (200, {"DESCRIPTION": "Lead (clarinet)"})


def test_an_error_does_not_end_what_is_sent(
    web: ClientConnection, engine: RecordingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    listen(web, "/slot/1/gain")
    received(web)
    tried = threading.Event()

    def broken() -> None:
        tried.set()
        raise RuntimeError("a bug")

    monkeypatch.setattr(engine, "describe", broken)
    engine.change_plugin(2, "flute")
    assert tried.wait(PATIENCE_S)
    monkeypatch.undo()
    engine.set(1, "gain", -4.0)
    assert received(web) == OscMessage("/slot/1/gain", (-4.0,))


def test_an_unknown_path_and_a_method(query: OscQueryServer) -> None:
    assert get(query.port, "/slot/9")[0] == 404
    connection = http.client.HTTPConnection("127.0.0.1", query.port, timeout=PATIENCE_S)
    connection.request("POST", "/")
    assert connection.getresponse().status == 405
    connection.close()


def test_a_page_from_elsewhere_is_refused(query: OscQueryServer) -> None:
    assert get(query.port, "/", Origin="https://example.com")[0] == 403
    assert get(query.port, "/", Host="example.com")[0] == 403
    assert get(query.port, "/slot", Origin="http://localhost:3000")[0] == 200
    with pytest.raises(InvalidStatus, match="403"):
        connect(f"ws://127.0.0.1:{query.port}/", origin="https://example.com")


def is_closed(end: socket.socket) -> bool:
    try:
        end.sendall(b"GET / HTTP/1.1\r\n\r\n")
        return end.recv(10) == b""
    except ConnectionResetError:
        return True


def test_connections_have_a_limit(
    query: OscQueryServer, web: ClientConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_server, "MAX_CONNECTIONS", 4)
    with ExitStack() as stack:
        ends = [
            stack.enter_context(
                socket.create_connection(("127.0.0.1", query.port), timeout=PATIENCE_S)
            )
            for _ in range(10)
        ]
        assert is_closed(ends[-1])
        listen(web, "/slot/1/gain")
        assert received(web).address == "/slot/1/gain"


@pytest.mark.measure
def test_who_takes_nothing_is_dropped(
    query: OscQueryServer, engine: RecordingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_server, "MAX_WAITING", 10)
    bundle = encode_bundle([encode("/slot/*/param/pitch/get")] * 1500)
    with (
        connect(f"ws://127.0.0.1:{query.port}/", max_queue=1) as slow,
        pytest.raises(ConnectionClosed),
    ):
        for _ in range(1000):
            slow.send(bundle)
    assert get(query.port, "/slot/1/gain?VALUE")[0] == 200


def test_it_stops_with_clients_on_it(engine: RecordingEngine) -> None:
    query = OscQueryServer(engine, bind_tcp("127.0.0.1", 0), 9000, lambda: None, Admission())
    query.start()
    with connect(f"ws://127.0.0.1:{query.port}/") as web:
        query.stop()
        with pytest.raises(ConnectionClosed):
            web.recv(timeout=PATIENCE_S)
    bind_tcp("127.0.0.1", query.port).close()


def test_sending_ends_with_the_connection() -> None:
    """Without an error that nobody retrieves."""

    async def talk_to_nobody() -> None:
        ended = asyncio.Event()

        async def talk(connection: ServerConnection) -> None:
            client = _Client(connection)
            await connection.close()
            client.put(b"too late")
            await client.send_all()
            ended.set()

        async with serve(talk, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            async with connect_async(f"ws://127.0.0.1:{port}/"):
                await asyncio.wait_for(ended.wait(), PATIENCE_S)

    asyncio.run(talk_to_nobody())


def test_it_stops_while_a_command_runs(
    engine: RecordingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, go_on = threading.Event(), threading.Event()
    crashes: list[object] = []
    monkeypatch.setattr(threading, "excepthook", crashes.append)

    def slow(slot: int, path: str) -> None:
        began.set()
        go_on.wait(PATIENCE_S)

    monkeypatch.setattr(engine, "load_into", slow)
    query = OscQueryServer(engine, bind_tcp("127.0.0.1", 0), 9000, lambda: None, Admission())
    query.start()
    with connect(f"ws://127.0.0.1:{query.port}/") as web:
        web.send(encode("/slot/1/load", "flute"))
        assert began.wait(PATIENCE_S)
        threading.Timer(0.2, go_on.set).start()
        query.stop()
    assert crashes == []

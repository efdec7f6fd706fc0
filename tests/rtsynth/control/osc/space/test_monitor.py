"""The monitor of OSC over OSC: what others send is shown to who asks for it."""

from collections.abc import Iterator

import pytest

from rtsynth.common.errors import InputError
from rtsynth.control.osc.surface.server import OscServer
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.recording_engine import RecordingEngine

pytestmark = pytest.mark.system


@pytest.fixture
def other(server: OscServer) -> Iterator[OscClient]:
    with OscClient(server.port) as client:
        yield client


def test_what_others_send_is_shown_until_it_ends(
    client: OscClient, other: OscClient, server: OscServer
) -> None:
    client.send("/osc/monitor", 1)
    client.sync()
    client.send("/slot/1/gain", -3.0)
    other.send("/slot/1/gain", -6.5)
    where = f"127.0.0.1:{other.port}"
    assert client.expect("/osc/message") == (where, "/slot/1/gain", "-6.5", "")
    assert client.expect("/osc/activity") == (where, 1)
    other.send("/slot/1/param/heat", 1, "x")
    assert client.expect("/osc/message")[1:3] == ("/slot/1/param/heat", '1 "x"')
    other.send("/slot/*/pitch", 1)
    message = client.expect("/osc/message", where=lambda m: m.arguments[1] == "/slot/*/pitch")
    assert message[3] == "matches no address of the loaded slots"
    other.socket.send(b"rubbish")
    assert client.expect("/osc/message", where=lambda m: m.arguments[1] == "/")[3]
    client.send("/osc/monitor", 0)
    client.sync()
    assert not server.monitor.watchers.any


def test_why_something_was_not_obeyed(client: OscClient, other: OscClient) -> None:
    client.send("/osc/monitor", 1)
    client.sync()
    failed = other.ask("/nowhere", 1, reply="/fail")
    assert failed[1] == "unknown address"
    assert client.expect("/osc/message")[1:] == ("/nowhere", "1", "unknown address")


def test_what_is_clamped_or_fails_later_is_said(
    client: OscClient, other: OscClient, engine: RecordingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **more: object) -> None:
        raise InputError("no such file")

    monkeypatch.setattr(engine, "load_into", refuse)
    client.send("/osc/monitor", 1)
    client.sync()
    other.send("/slot/1/param/pitch", 99)
    assert client.expect("/osc/message")[1:] == (
        "/slot/1/param/pitch", "99", "99 is out of range: clamped to 76",
    )  # fmt: skip
    other.send("/slot/1/load", "nowhere")
    message = client.expect("/osc/message", where=lambda m: bool(m.arguments[3]))
    assert message[1:] == ("/slot/1/load", '"nowhere"', "no such file")
    other.send("/slot/1/param/pitch", 70)
    assert client.expect("/osc/message", where=lambda m: m.arguments[2] == "70")[3] == ""


def test_nothing_is_kept_while_nobody_watches(other: OscClient, server: OscServer) -> None:
    other.send("/slot/1/gain", -6.5)
    other.sync()
    assert not server.monitor.watchers.any
    assert not list(server.monitor._collect())

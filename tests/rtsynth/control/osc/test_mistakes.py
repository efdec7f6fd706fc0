"""What an OSC client can do wrong, alone or by the thousand."""

import logging
import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtsynth.control.osc import packet
from rtsynth.control.osc import worker as osc_worker
from rtsynth.control.osc.packet import Argument, OscMessage, decode
from rtsynth.control.osc.session import MAX_FAILS
from rtsynth.control.osc.surface.commands import REPLIES
from rtsynth.control.osc.surface.server import OscServer
from tests.rtsynth.control.osc.space import test_engine, test_kept, test_slots, test_values
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.osc_messages import encode, encode_bundle
from tests.rtsynth.control.recording_engine import RecordingEngine

FAILURES: list[tuple[str, tuple[Argument, ...], str]] = [
    ("/nothing", (), "unknown address"),
    ("/", (), "unknown address"),
    ("/slot/1", (), "unknown address"),
    ("/slot/one/gain", (1.0,), "unknown address"),
    ("/slot/1/param", (1.0,), "unknown address"),
    ("/slot/1/param/", (1.0,), "unknown address"),
    ("/slot/1/param/" + "x" * 5000, (1.0,), "unknown address"),
    ("/slot/1/param/pitch/set", (1.0,), "unknown address"),
    ("/slot/1/param/pitch/norm/get", (1.0,), "unknown address"),
    ("/slot/1/sampling/heat", (1.0,), "unknown address"),
    ("/slot/*/param/heat", (1.0,), "matches no address of the loaded slots"),
    ("/slot/[1/param/pitch", (1.0,), "'[' in the address is not closed, or empty"),
    ("/slot/1/param/heat", (1.0,), "no parameter 'heat'"),
    ("/slot/1/param/heat/get", (), "no parameter 'heat'"),
    ("/slot/9/param/pitch", (1.0,), "slot 9"),
    ("/slot/9/reset", (), "no slot 9"),
    ("/slot/1/param/pitch", (), "expects 1 argument, value, got 0"),
    ("/slot/1/param/pitch", (1.0, 2.0), "expects 1 argument, value, got 2"),
    ("/slot/1/param/pitch/get", (1.0,), "expects 0 arguments, got 1"),
    ("/slot/1/note/on", (), "expects 1 to 2 arguments, note and [velocity], got 0"),
    ("/slot/1/note/off", (), "expects 1 to 2 arguments, note and [velocity], got 0"),
    ("/slot/1/param/pitch", ("high",), "expects a number, got the text 'high'"),
    ("/slot/1/param/pitch", (None,), "expects a number, got nil"),
    ("/slot/1/param/pitch", (b"ab",), "expects a number"),
    ("/slot/1/param/pitch", (math.nan,), "not a finite number"),
    ("/slot/1/param/pitch", (math.inf,), "not a finite number"),
    ("/slot/1/param/pitch/norm", (-math.inf,), "not a finite number"),
    ("/slot/1/note/on", (60, math.nan), "not a finite number"),
    ("/slot/1/seed", (7.5,), "whole number"),
    ("/slot/1/seed", (math.nan,), "not a finite number"),
    ("/slot/1/load", (3,), "expects a text"),
    ("/slot/1/load", ("",), "expects a text"),
    ("/slot/1/load", ("missing.safetensors",), "missing.safetensors: no such file"),
    ("/notify", (1, 70_000), "not a port"),
    ("/notify", (1, 0), "not a port"),
]


@pytest.mark.parametrize(("address", "arguments", "message"), FAILURES)
def test_mistakes_are_answered_and_change_nothing(
    client: OscClient,
    engine: RecordingEngine,
    address: str,
    arguments: tuple[Argument, ...],
    message: str,
) -> None:
    named, text = client.ask(address, *arguments, reply="/fail")
    assert named == address
    assert message in text
    assert "\n" not in text
    client.sync()
    assert engine.calls == []


@pytest.mark.parametrize(
    ("address", "value", "applied"),
    [
        ("/slot/1/param/pitch", 99.0, 76.0),
        ("/slot/1/param/pitch", -1e30, 64.0),
        ("/slot/1/param/pitch/norm", 1.5, 76.0),
        ("/slot/1/gain", -99.0, -60.0),
        ("/slot/1/sampling/top_p", 0.0, 0.01),
    ],
)
def test_values_out_of_range_are_clamped_and_reported(
    client: OscClient, engine: RecordingEngine, address: str, value: float, applied: float
) -> None:
    named, text = client.ask(address, value, reply="/fail")
    assert named == address
    assert "clamped to" in text
    assert engine.wait_for(1)[0][3] == applied


def test_notes_out_of_range_are_clamped_and_reported(
    client: OscClient, engine: RecordingEngine
) -> None:
    """Out of what MIDI has, and out of what the plugin's pitch (64 to 76) reaches."""
    assert (
        "130 is out of range: clamped to 76"
        in client.ask("/slot/1/note/on", 130, 0.5, reply="/fail")[1]
    )
    assert (
        "130 is out of range: clamped to 127"
        in client.ask("/slot/1/note/off", 130, reply="/fail")[1]
    )
    assert "clamped to 1" in client.ask("/slot/1/note/on", 70, 64, reply="/fail")[1]
    assert client.ask("/slot/1/note/on", 60, 0.5, reply="/fail") == (
        "/slot/1/note/on", "60 is out of range: clamped to 64",
    )  # fmt: skip
    assert engine.wait_for(4) == [
        ("note_on", 1, 127.0, 0.5, None),
        ("note_off", 1, 127.0, None),
        ("note_on", 1, 70.0, 1.0, None),
        ("note_on", 1, 60.0, 0.5, None),
    ]
    client.send("/slot/1/note/off", 60)
    client.send("/ping")
    assert [message.address for message in client.messages(0.3)] == ["/pong"]


@pytest.mark.parametrize(
    "datagram", [b"", b"hello", b"/a", b"/slot/1/gain\0\0\0\0,f\0\0", b"#bundle\0" + b"\xff" * 20]
)
def test_malformed_datagrams_are_answered(
    client: OscClient, engine: RecordingEngine, datagram: bytes
) -> None:
    client.socket.send(datagram)
    assert client.expect("/fail")[0] == "/"
    client.sync()
    assert engine.calls == []


@pytest.mark.parametrize("address", sorted(REPLIES))
def test_replies_are_never_answered(client: OscClient, address: str) -> None:
    client.send(address, "/x", "y")
    client.send("/ping")
    assert [message.address for message in client.messages(0.3)] == ["/pong"]


def test_an_error_inside_the_engine_is_told_and_the_server_lives(
    client: OscClient, engine: RecordingEngine, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(engine, "set", lambda *_, **__: 1 / 0)
    assert "ZeroDivisionError" in client.ask("/slot/1/gain", 1.0, reply="/fail")[1]
    assert client.ask("/ping", reply="/pong") == ()
    assert "ZeroDivisionError" in caplog.text


def test_the_mistakes_of_one_datagram_are_summed_up(
    client: OscClient, engine: RecordingEngine
) -> None:
    """A bundle of 2000 is answered by 21 messages, not by 2000."""
    bundle = encode_bundle([encode("/slot/1/gain", 99.0)] * 1000 + [encode("/nothing")] * 1000)
    client.socket.send(bundle)
    client.send("/sync", 1)
    answers = list(iter(lambda: client.receive()[0], ("/synced", (1,), None)))
    assert len(answers) == MAX_FAILS + 1
    assert answers[-1].arguments == (
        "/", f"{2000 - MAX_FAILS} more messages of this datagram have failed",
    )  # fmt: skip
    assert len(engine.calls) == 1000


def test_a_question_is_answered_once_in_a_datagram(client: OscClient) -> None:
    client.socket.send(encode_bundle([encode("/status"), encode("/describe")] * 1000))
    client.send("/sync", 1)
    answers = list(iter(lambda: client.receive()[0], ("/synced", (1,), None)))
    assert [answer.address for answer in answers] == ["/status.reply", "/describe.reply"]


def test_bursts_arrive_whole_and_in_order(client: OscClient, engine: RecordingEngine) -> None:
    for burst in range(10):
        for i in range(100):
            client.send("/slot/1/param/rate", 1.0 + (burst * 100 + i) / 100)
        client.sync()
    values = [call[3] for call in engine.calls]
    assert len(values) == 1000
    assert values == sorted(values)


def test_a_flood_of_mistakes_is_one_line_a_second(
    client: OscClient, caplog: pytest.LogCaptureFixture
) -> None:
    began = time.monotonic()
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            for _ in range(60):
                client.send("/nothing")
            client.sync()  # and so reads the answers, before they fill the socket's buffer
    lines = [
        record for record in caplog.records if record.name == "rtsynth.control.osc.surface.server"
    ]
    assert 1 <= len(lines) <= 2 + time.monotonic() - began


def test_large_datagrams_are_read(client: OscClient, engine: RecordingEngine) -> None:
    bundle = encode_bundle([encode("/slot/1/param/pitch", 70.0)] * 2000)
    assert 60_000 < len(bundle) <= 65_507
    client.socket.send(bundle)
    assert len(engine.wait_for(2000)) == 2000


def test_commands_that_wait_are_limited(
    client: OscClient, engine: RecordingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osc_worker, "MAX_JOBS", 10)
    engine.load_seconds = 0.5
    client.send("/slot/1/load", "slow")
    for _ in range(12):
        client.send("/state/save", "x")
    address, text = client.expect("/fail")
    assert address == "/state/save"
    assert "10 commands are waiting already" in text


SENT = [row for group in (test_engine, test_kept, test_slots, test_values) for row in group.CALLS]

words = st.sampled_from(
    sorted({word for row in (*SENT, *FAILURES) for word in row[0].split("/") if len(word) < 99})
)
anything = st.one_of(
    st.booleans(), st.none(), st.integers(-(1 << 63), (1 << 63) - 1), st.floats(width=32),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.binary(),
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(
    st.lists(words, min_size=1, max_size=6),
    st.lists(anything, max_size=3),
    st.one_of(st.just(1), st.integers(0, (1 << 64) - 1)),
)
def test_no_message_is_an_internal_error(
    path: list[str], arguments: list[Argument], timetag: int
) -> None:
    engine = RecordingEngine()
    server = OscServer(engine, port=0)
    sent: list[OscMessage] = []
    server.send = lambda datagram, _: sent.extend(decode(datagram))
    try:
        message = packet.encode("/" + "/".join(path), *arguments)  # python-osc: no empty blobs
        server.handle(message, ("127.0.0.1", 9))
        server.handle(encode_bundle([message], timetag), ("127.0.0.1", 9))
    finally:
        server.stop()
    failures = [str(message.arguments[1]) for message in sent if message.address == "/fail"]
    assert not any("internal error" in text or "\n" in text for text in failures)
    assert all(math.isfinite(value) for value in engine.values.values())

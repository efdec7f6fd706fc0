"""SuperCollider as an OSC client: the bytes that sclang 3.13 sends for what people write in it."""

import struct
import time

import pytest

from rtsynth.control.osc.time import timetag_at
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.osc_messages import encode
from tests.rtsynth.control.recording_engine import RecordingEngine

PITCH = b"/slot/1/param/pitch\0"
SEVENTY = PITCH + b",i\0\0\0\0\0F"

HEARD = {
    'sendMsg("/slot/1/param/pitch", 70)': (SEVENTY, ("pitch", 70.0)),
    'sendMsg("/slot/1/param/pitch", 70.25)': (PITCH + b",f\0\0B\x8c\x80\0", ("pitch", 70.25)),
    'sendMsg("/slot/1/gain", true)': (b"/slot/1/gain\0\0\0\0,i\0\0\0\0\0\1", ("gain", 1.0)),
    'sendBundle(nil, ["/slot/1/param/pitch", 70])': (
        b"#bundle\0\0\0\0\0\0\0\0\1\0\0\0\x1c" + SEVENTY, ("pitch", 70.0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("call", HEARD)
def test_what_is_heard_at_once(client: OscClient, engine: RecordingEngine, call: str) -> None:
    packet, (name, value) = HEARD[call]
    client.socket.send(packet)
    assert engine.wait_for(1) == [("set", 1, name, value, None)]


def bundle(latency_s: float) -> bytes:
    tag = timetag_at(time.time_ns() + round(latency_s * 1e9))
    return b"#bundle\0" + struct.pack(">QI", tag, len(SEVENTY)) + SEVENTY


def test_a_bundle_with_a_latency(client: OscClient, engine: RecordingEngine) -> None:
    """`sendBundle(20, ...)` is for later, `sendBundle(-1, ...)` for now: its time has passed."""
    due_ns = time.monotonic_ns() + 20_000_000_000
    client.socket.send(bundle(20.0))
    client.socket.send(bundle(-1.0))
    later, now = engine.wait_for(2)
    assert later[:4] == ("set", 1, "pitch", 70.0)
    assert abs(later[4] - due_ns) < 5_000_000_000
    assert now == ("set", 1, "pitch", 70.0, None)


REFUSED = {
    'sendMsg("slot/1/param/pitch", 70)': (
        b"slot/1/param/pitch\0\0,i\0\0\0\0\0F", "/", "starts with neither '/' nor '#bundle'",
    ),
    'sendMsg("/slot/1/param/pitch", [70])': (
        PITCH + b",b\0\0\0\0\0\x08\0\0\0F,\0\0\0", "/slot/1/param/pitch", "expects a number",
    ),
    'sendMsg("/slot/1/param/pitch", $[, 70, $])': (
        PITCH + b",[i]\0\0\0\0\0\0\0F", "/", "/slot/1/param/pitch: unknown type tag '['",
    ),
    'sendMsg("/slot/1/param/pitch", "70")': (
        PITCH + b",s\0\0" + b"70\0\0", "/slot/1/param/pitch", "expects a number, got the text '70'",
    ),
    'sendMsg("/slot/1/param/pitch", inf)': (
        PITCH + b",f\0\0\x7f\x80\0\0", "/slot/1/param/pitch", "inf is not a finite number",
    ),
}  # fmt: skip


@pytest.mark.parametrize("call", REFUSED)
def test_what_is_refused_is_said(client: OscClient, engine: RecordingEngine, call: str) -> None:
    packet, address, message = REFUSED[call]
    client.socket.send(packet)
    named, text = client.expect("/fail")
    assert named == address
    assert message in text
    client.sync()
    assert engine.calls == []


def test_nil_is_sent_as_a_zero(client: OscClient) -> None:
    """`sendMsg("/ping", nil)` has an argument, 0, which nobody meant."""
    client.socket.send(encode("/ping", 0))
    assert client.expect("/pong") == ()

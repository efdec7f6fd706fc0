"""Bundles with time tags: passed on with their time, late, or too early."""

import time

from rtsynth.control.osc_packet import encode, encode_bundle
from rtsynth.control.osc_time import timetag_at
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.recording_engine import RecordingEngine


def test_bundles_are_passed_on_with_their_time(client: OscClient, engine: RecordingEngine) -> None:
    due_ns = time.monotonic_ns() + 30_000_000_000
    bundle = encode_bundle(
        [encode("/slot/1/param/pitch", 70.0), encode("/slot/1/note/on", 70, 1.0)],
        timetag_at(time.time_ns() + 30_000_000_000),
    )
    client.socket.send(bundle)
    client.send("/slot/1/param/pitch", 71.0)
    first, second, third = engine.wait_for(3)
    assert time.monotonic_ns() < due_ns  # nobody slept until the bundle was due
    assert first[:4] == ("set", 1, "pitch", 70.0)
    assert abs(first[4] - due_ns) < 500_000_000  # the two clocks were read one after the other
    assert second == ("note_on", 1, 70.0, 1.0, first[4])
    assert third == ("set", 1, "pitch", 71.0, None)


def test_immediately_is_the_next_block(client: OscClient, engine: RecordingEngine) -> None:
    client.socket.send(encode_bundle([encode("/slot/1/gain", 0.0)]))
    assert engine.wait_for(1) == [("set", 1, "gain", 0.0, None)]
    assert client.ask_json("/status")["osc"]["late"] == 0


def test_late_bundles_run_now_and_are_counted(client: OscClient, engine: RecordingEngine) -> None:
    tag = timetag_at(time.time_ns() - 1_000_000)
    client.socket.send(encode_bundle([encode("/slot/1/gain", 0.0)], tag))
    assert engine.wait_for(1) == [("set", 1, "gain", 0.0, None)]
    assert client.ask_json("/status")["osc"]["late"] == 1


def test_the_far_future_is_refused(client: OscClient, engine: RecordingEngine) -> None:
    tag = timetag_at(time.time_ns() + 90_000_000_000)
    client.socket.send(encode_bundle([encode("/slot/1/gain", 0.0)], tag))
    address, text = client.expect("/fail")
    assert address == "/slot/1/gain"
    assert "90 s ahead" in text
    assert engine.calls == []


def test_commands_without_a_sample_run_at_their_time(
    client: OscClient, engine: RecordingEngine
) -> None:
    began = time.monotonic()
    tag = timetag_at(time.time_ns() + 1_000_000_000)
    client.socket.send(encode_bundle([encode("/panic")], tag))
    client.sync()
    calls = list(engine.calls)
    if time.monotonic() - began < 0.9:  # else the machine was too busy to look in time
        assert calls == []
    engine.wait_for(1)
    assert time.monotonic() - began > 0.98

"""Bundles with time tags: passed on with their time, late, too early, or of no time at all."""

import logging
import time

import pytest

from rtsynth.control.osc import worker as osc_worker
from rtsynth.control.osc.time import timetag_at
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.osc_messages import encode, encode_bundle
from tests.rtsynth.control.recording_engine import RecordingEngine

pytestmark = pytest.mark.system


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
    tag = timetag_at(time.time_ns() + 7_200_000_000_000)
    client.socket.send(encode_bundle([encode("/slot/1/gain", 0.0)], tag))
    address, text = client.expect("/fail")
    assert address == "/slot/1/gain"
    assert "7,200 s ahead, at most 3,600 s" in text
    assert "compare the clocks" in text
    assert engine.calls == []


def unix_s() -> int:
    return time.time_ns() // 1_000_000_000


FOREIGN = {
    "zero": lambda: 0,
    "seconds since 1970": lambda: unix_s() << 32,
    "seconds since 2001": lambda: (unix_s() - 978_307_200) << 32,
    "milliseconds since 1970, 64 bits": lambda: time.time_ns() // 1_000_000,
    "nanoseconds since 1970, 64 bits": time.time_ns,
    "seconds since the sender was switched on": lambda: 1234 << 32,
    "all ones": lambda: (1 << 64) - 1,
    "a clock that was never set": lambda: timetag_at(0),
}


@pytest.mark.parametrize("epoch", FOREIGN)
def test_time_tags_of_another_epoch_play_now(
    client: OscClient, engine: RecordingEngine, epoch: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for value in (-3.0, -6.0, -9.0):
            tag = FOREIGN[epoch]()
            client.socket.send(encode_bundle([encode("/slot/1/gain", value)], tag))
        calls = engine.wait_for(3)
        assert calls == [("set", 1, "gain", value, None) for value in (-3.0, -6.0, -9.0)]
        counts = client.ask_json("/status")["osc"]
    assert (counts["foreign_time_tags"], counts["failed"], counts["late"]) == (3, 0, 0)
    lines = [r.getMessage() for r in caplog.records if "sends invalid time tags" in r.message]
    assert len(lines) == 1
    assert f"127.0.0.1:{client.port}" in lines[0]


def test_a_bundle_for_now_inside_one_for_later_is_for_later(
    client: OscClient, engine: RecordingEngine
) -> None:
    inner = encode_bundle([encode("/slot/1/gain", 0.0)])
    client.socket.send(encode_bundle([inner], timetag_at(time.time_ns() + 30_000_000_000)))
    (call,) = engine.wait_for(1)
    assert call[4] > time.monotonic_ns()


def test_a_sender_whose_clock_is_ahead_gets_a_fail(
    client: OscClient, engine: RecordingEngine
) -> None:
    """Once, not for every message; and its messages are taken all the same."""
    for _ in range(60):
        tag = timetag_at(time.time_ns() + 20_000_000_000)
        client.socket.send(encode_bundle([encode("/slot/1/gain", 0.0)], tag))
        time.sleep(0.02)
    engine.wait_for(60)
    client.send("/sync", 1)
    answers = list(iter(lambda: client.receive()[0], ("/synced", (1,), None)))
    assert [answer.address for answer in answers] == ["/fail"]
    address, text = answers[0].arguments
    assert address == "/slot/1/gain"
    assert isinstance(text, str)
    assert text.startswith(("takes effect in 20 s", "takes effect in 19 s"))
    assert "compare the clocks" in text


def test_a_score_sent_early_is_not_a_clock_that_is_ahead(
    client: OscClient, engine: RecordingEngine
) -> None:
    for step in range(60):
        tag = timetag_at(time.time_ns() + 20_000_000_000 + step * 100_000_000)
        client.socket.send(encode_bundle([encode("/slot/1/gain", 0.0)], tag))
        time.sleep(0.02)
    engine.wait_for(60)
    client.sync()
    assert client.ask_json("/status")["osc"]["failed"] == 0


def test_commands_for_later_leave_room_for_those_for_now(
    client: OscClient, engine: RecordingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osc_worker, "MAX_LATER", 10)
    tag = timetag_at(time.time_ns() + 600_000_000_000)
    for _ in range(11):
        client.socket.send(encode_bundle([encode("/state/recall", "x")], tag))
    assert "10 commands are already scheduled" in client.expect("/fail")[1]
    assert client.ask("/state/save", "x", reply="/done") == ("/state/save", "x")


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

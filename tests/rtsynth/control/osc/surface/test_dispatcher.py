"""Patterns over a real socket: the commands that they stand for. The rest is in its own tests."""

import pytest

from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.osc_messages import encode, encode_bundle
from tests.rtsynth.control.recording_engine import RecordingEngine

pytestmark = pytest.mark.system


def test_a_pattern_moves_all_that_it_matches(client: OscClient, engine: RecordingEngine) -> None:
    client.send("/slot/*/param/{pitch,rate}", 70)
    client.send("/slot/[!1]/ga?n", -6)
    client.send("/slot/?/note/on", 71)
    client.sync()
    assert engine.calls == [
        ("set", 1, "pitch", 70.0, None),
        ("set", 1, "rate", 70.0, None),
        ("set", 2, "pitch", 70.0, None),
        ("set", 2, "rate", 70.0, None),
        ("set", 2, "gain", -6.0, None),
        ("note_on", 1, 71.0, 0.8, None),
        ("note_on", 2, 71.0, 0.8, None),
    ]


def test_a_pattern_asks(client: OscClient) -> None:
    client.send("/slot/*/param/pitch/get")
    for slot in (1, 2):
        assert client.expect(f"/slot/{slot}/param/pitch") == (69.0,)


def test_what_a_match_refuses_names_its_own_address(client: OscClient) -> None:
    client.send("/slot/*/param/pitch", 99)
    for slot in (1, 2):
        assert client.expect("/fail") == (
            f"/slot/{slot}/param/pitch", "99 is out of range: clamped to 76"
        )  # fmt: skip


@pytest.mark.parametrize("address", ["/slot/*/pitch", "/*", "/pan?c", "/qu[i]t", "/slot/3/*"])
def test_a_pattern_that_reaches_nothing_fails(
    client: OscClient, engine: RecordingEngine, quits: list[bool], address: str
) -> None:
    client.send(address, 1)
    assert client.expect("/fail") == (address, "matches no address of the loaded slots")
    assert (engine.calls, quits) == ([], [])


def test_others_have_their_turn_while_patterns_are_obeyed(
    client: OscClient, engine: RecordingEngine
) -> None:
    many = encode_bundle([encode("/slot/*/*/*", 70)] * 1000)
    client.socket.send(many)
    with OscClient(client.socket.getpeername()[1]) as other:
        other.ask("/ping", reply="/pong")
        assert len(engine.calls) < 8 * 1000  # it was answered before all was done


def test_a_flood_of_hostile_patterns_holds_nobody_up(client: OscClient) -> None:
    """Each takes a turn of its own, though none of them reaches anything."""
    hostile = "/slot/*/*/" + "{a,b}*" * 20
    flood = encode_bundle([encode(hostile, 1)] * 400)
    with OscClient(client.socket.getpeername()[1]) as other:
        for _ in range(3):
            client.socket.send(flood)
        counts = other.ask_json("/status")["osc"]
    assert counts["messages"] < 1000  # it was answered while they were matched
    client.sync()


def test_a_long_address_is_refused(client: OscClient) -> None:
    client.send("/" + "x" * 9000, 1)
    _, problem = client.expect("/fail")
    assert problem == "unknown address: it has 9001 characters, at most 160 are allowed"

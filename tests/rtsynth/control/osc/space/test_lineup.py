"""Names and order of slots over OSC."""

import pytest

from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.recording_engine import RecordingEngine


@pytest.fixture
def engine() -> RecordingEngine:
    return RecordingEngine(slots=3)


def test_a_slot_is_named_and_asked_for_its_name(client: OscClient, engine: RecordingEngine) -> None:
    client.send("/slot/2/name")
    assert client.expect("/slot/2/name") == ("clarinet",)
    client.send("/slot/2/name", "Lead")
    client.send("/slot/2/name")
    assert client.expect("/slot/2/name") == ("Lead",)
    client.send("/slot/2/name", "")
    client.send("/slot/2/name")
    assert client.expect("/slot/2/name") == ("clarinet",)


def test_the_rack_is_arranged(client: OscClient, engine: RecordingEngine) -> None:
    client.send("/slots/order")
    assert client.expect("/slots/order") == (1, 2, 3)
    client.send("/slots/order", 3)
    client.send("/slot/1/move", 3.0)
    client.send("/slots/order")
    assert client.expect("/slots/order") == (3, 2, 1)
    client.send("/slot/3/move", 9)
    assert client.expect("/fail") == ("/slot/3/move", "9 is out of range: clamped to 3")


@pytest.mark.parametrize(
    ("address", "arguments", "text"),
    [
        ("/slot/2/name", ("a\nb",), "one line"),
        ("/slot/2/name", ("x" * 41,), "at most 40"),
        ("/slot/2/name", (5,), "expects a text"),
        ("/slot/9/name", ("Lead",), "slot 9 is empty"),
        ("/slot/9/move", (1,), "slot 9 is empty"),
        ("/slots/order", (9,), "slot 9 is empty"),
        ("/slots/order", (1, 1), "named twice"),
        ("/slots/order", (1.5,), "whole number"),
        ("/slot/1/move", (), "expects 1 argument, position,"),
    ],
)
def test_what_is_refused(
    client: OscClient, address: str, arguments: tuple[object, ...], text: str
) -> None:
    client.send(address, *arguments)
    failed, message = client.expect("/fail")
    assert failed == address
    assert text in str(message)


def test_subscribers_to_events_are_told(client: OscClient, engine: RecordingEngine) -> None:
    client.send("/notify", 1, "events")
    client.sync()
    engine.lineup.rename(2, "Lead")
    assert client.expect("/slot/2/name") == ("Lead",)
    engine.lineup.arrange([3, 1])
    assert client.expect("/slots/order") == (3, 1, 2)


def test_subscribers_to_values_are_sent_the_description(
    client: OscClient, engine: RecordingEngine
) -> None:
    client.send("/notify", 1, "values")
    client.sync()
    engine.lineup.rename(2, "Lead")
    described = client.expect_json("/describe")
    assert [slot["name"] for slot in described["slots"]] == ["clarinet", "Lead", "clarinet"]
    engine.lineup.arrange([3, 1])
    assert client.expect_json("/describe")["order"] == [3, 1, 2]

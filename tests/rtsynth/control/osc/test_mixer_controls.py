"""The mixer's controls over OSC: like those of a slot, at addresses of their own."""

import pytest

from rtsynth.control.osc.addresses import control_address
from rtsynth.control.osc.surface.commands import find_command
from rtsynth.host.mixer import MASTER_CONTROLS, STRIP_CONTROLS
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.recording_engine import RecordingEngine


@pytest.mark.parametrize(
    ("address", "sent", "number", "name", "value"),
    [
        ("/slot/1/pan", -0.3, 1, "pan", -0.3),
        ("/slot/16/pan", True, 16, "pan", 1.0),
        ("/slot/2/mute", 1, 2, "mute", 1.0),
        ("/slot/2/mute", 0.5, 2, "mute", 1.0),
        ("/slot/3/solo", 1.0, 3, "solo", 1.0),
        ("/master/gain", -6, 0, "gain", -6.0),
        ("/master/dc_block", True, 0, "dc_block", 1.0),
    ],
)
def test_values_are_set_answered_and_announced(
    client: OscClient,
    engine: RecordingEngine,
    address: str,
    sent: float,
    number: int,
    name: str,
    value: float,
) -> None:
    assert client.ask(f"{address}/get", reply=address) == (0.0,)
    client.send("/notify", 1)
    client.sync()
    client.send(address, sent)
    assert client.expect(address) == (pytest.approx(value),)
    assert engine.mixer.get(number, name) == pytest.approx(value)
    assert client.ask(f"{address}/get", reply=address) == (pytest.approx(value),)
    assert client.ask_json("/status")["osc"]["failed"] == 0


@pytest.mark.parametrize(
    ("address", "value", "message"),
    [
        ("/slot/1/pan", 2.0, "2 is out of range: clamped to 1"),
        ("/master/gain", 40.0, "40 is out of range: clamped to 12"),
        ("/slot/17/pan", 0.0, "slot 17: slots are 1 to 16"),
        ("/slot/0/mute", 1, "unknown address"),
        ("/slot/0/gain", -6, "unknown address"),
        ("/slot/1/pan", float("nan"), "not a finite number"),
        ("/master/pan", 0.5, "unknown address"),
    ],
)
def test_mistakes_are_answered(client: OscClient, address: str, value: float, message: str) -> None:
    named, text = client.ask(address, value, reply="/fail")
    assert named == address
    assert message in text


def test_values_are_announced_where_they_are_set() -> None:
    for number, controls in ((3, STRIP_CONTROLS), (0, MASTER_CONTROLS)):
        for control in controls.values():
            found = find_command(control_address(number, control))
            assert (found.slot, found.name) == (number, control.name)


def test_the_output_has_meters(client: OscClient) -> None:
    client.send("/notify", 1)
    assert client.expect("/meter/master") == (-1.0, -2.0, -3.0, -4.0)

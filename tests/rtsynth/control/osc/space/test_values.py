"""Values and knob positions over OSC."""

import numpy as np
import pytest

from rtsynth.control.osc.packet import Argument
from tests.rtsynth.control.osc.space.sent import Sent, check_call
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.recording_engine import RecordingEngine

CALLS: list[Sent] = [
    ("/slot/1/param/pitch", (70.0,), ("set", 1, "pitch", 70.0, None)),
    ("/slot/2/param/pitch", (70.0,), ("set", 2, "pitch", 70.0, None)),
    ("/slot/1/param/pitch/norm", (0.5,), ("set", 1, "pitch", 70.0, None)),
    ("/slot/1/param/rate/norm", (0.5,), ("set", 1, "rate", 10.0, None)),
    ("/slot/1/gain", (-6.0,), ("set", 1, "gain", -6.0, None)),
    ("/slot/1/gain/norm", (1.0,), ("set", 1, "gain", 12.0, None)),
    ("/slot/1/sampling/temperature", (0.5,), ("set", 1, "temperature", 0.5, None)),
    ("/slot/1/sampling/top_k", (3,), ("set", 1, "top_k", 3.0, None)),
    ("/slot/1/sampling/top_p", (0.5,), ("set", 1, "top_p", 0.5, None)),
]


@pytest.mark.parametrize("sent", CALLS)
def test_addresses_reach_the_engine(client: OscClient, engine: RecordingEngine, sent: Sent) -> None:
    check_call(client, engine, sent)


@pytest.mark.parametrize("value", [1, 1.0, True, 1 << 33])
def test_number_types_are_interchangeable(
    client: OscClient, engine: RecordingEngine, value: Argument
) -> None:
    client.send("/slot/1/param/amplitude", value)
    assert engine.wait_for(1) == [("set", 1, "amplitude", 1.0, None)]


def test_a_double_is_a_number(client: OscClient, engine: RecordingEngine) -> None:
    client.socket.send(b"/slot/1/param/pitch\0,d\0\0" + np.array(70.5, ">f8").tobytes())
    assert engine.wait_for(1) == [("set", 1, "pitch", 70.5, None)]


@pytest.mark.parametrize(
    "address", ["/slot/1/param/pitch", "/slot/2/gain", "/slot/1/sampling/temperature"]
)
def test_values_are_answered(client: OscClient, address: str) -> None:
    client.send(address, 1.5 if "temperature" in address else 65.0 if "param" in address else -3.0)
    expected = 1.5 if "temperature" in address else 65.0 if "param" in address else -3.0
    assert client.ask(f"{address}/get", reply=address) == (expected,)

"""The commands of a group over a real socket: what the engine is asked."""

import pytest

from rtsynth.control.osc.packet import Argument
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.recording_engine import RecordingEngine

Sent = tuple[str, tuple[Argument, ...], tuple[object, ...]]
"""An address, its arguments, and the call of the engine that they make."""


def check_call(client: OscClient, engine: RecordingEngine, sent: Sent) -> None:
    """Send, and compare the call that arrives."""
    address, arguments, call = sent
    client.send(address, *arguments)
    (made,) = engine.wait_for(1)
    assert made == pytest.approx(call) if address.endswith("norm") else made == call
    client.sync()
    assert client.ask_json("/status")["osc"]["failed"] == 0

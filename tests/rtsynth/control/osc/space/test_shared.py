"""What the commands of all groups share."""

from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.recording_engine import RecordingEngine


def test_a_button_that_is_released_does_nothing(client: OscClient, engine: RecordingEngine) -> None:
    for address in ("/panic", "/slot/1/reset", "/record/stop"):
        client.send(address, 0.0)
    client.sync()
    assert engine.calls == []

"""What the commands of all groups share."""

from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.recording_engine import RecordingEngine


def test_a_button_that_is_released_does_nothing(client: OscClient, engine: RecordingEngine) -> None:
    for address in ("/panic", "/slot/1/reset", "/record/stop"):
        client.send(address, 0.0)
    client.sync()
    assert engine.calls == []


def test_an_impulse_presses_a_button(client: OscClient, engine: RecordingEngine) -> None:
    for tag in (b",I", b",N", b",T", b","):
        client.socket.send(b"/panic\0\0" + tag.ljust(4, b"\0"))
    client.sync()
    assert engine.calls == [("panic",)] * 4

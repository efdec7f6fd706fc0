"""States and recordings over OSC."""

import pytest

from tests.rtsynth.control.osc.space.sent import Sent, check_call
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.recording_engine import RecordingEngine

CALLS: list[Sent] = [
    ("/state/save", ("warm",), ("save_state", "warm")),
    ("/record/start", ("out.wav",), ("record_start", "out.wav")),
    ("/record/stop", (), ("record_stop",)),
]


@pytest.mark.parametrize("sent", CALLS)
def test_addresses_reach_the_engine(client: OscClient, engine: RecordingEngine, sent: Sent) -> None:
    check_call(client, engine, sent)


def test_states(client: OscClient, engine: RecordingEngine) -> None:
    client.send("/slot/1/param/pitch", 70.0)
    assert client.ask("/state/save", "a", reply="/done") == ("/state/save", "a")
    client.send("/slot/1/param/pitch", 75.0)
    assert client.ask("/state/recall", "a", reply="/done") == ("/state/recall", "a")
    assert engine.get(1, "pitch") == 70.0
    assert "does not exist" in client.ask("/state/recall", "b", reply="/fail")[1]

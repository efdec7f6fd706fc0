"""Sets over OSC."""

import pytest

from tests.rtsynth.control.osc.space.sent import Sent, check_call
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.recording_engine import RecordingEngine

CALLS: list[Sent] = [
    ("/set/save", ("gig",), ("set_save", "gig")),
    ("/set/recall", ("gig",), ("set_recall", "gig")),
    ("/set/rename", ("gig", "tour"), ("set_rename", "gig", "tour")),
    ("/set/delete", ("gig",), ("set_delete", "gig")),
]


@pytest.mark.parametrize("sent", CALLS)
def test_addresses_reach_the_engine(client: OscClient, engine: RecordingEngine, sent: Sent) -> None:
    check_call(client, engine, sent)


def test_answers(client: OscClient, engine: RecordingEngine) -> None:
    client.send("/set/list")
    assert client.expect("/set/names") == (0, 1, "gig")
    engine.sets.problems = ["slot 1: gone"]
    client.send("/set/recall", "gig")
    assert client.expect("/fail") == ("/set/recall", "slot 1: gone")
    assert client.expect("/done") == ("/set/recall", "gig")

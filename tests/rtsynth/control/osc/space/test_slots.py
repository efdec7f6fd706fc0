"""Notes, plugins, reset and seed over OSC."""

import pytest

from tests.rtsynth.control.osc.space.sent import Sent, check_call
from tests.rtsynth.control.osc_client import OscClient
from tests.rtsynth.control.recording_engine import RecordingEngine

CALLS: list[Sent] = [
    ("/slot/1/note/on", (70,), ("note_on", 1, 70.0, 0.8, None)),
    ("/slot/1/note/on", (70, 0.5), ("note_on", 1, 70.0, 0.5, None)),
    ("/slot/1/note/on", (70.5, True), ("note_on", 1, 70.5, 1.0, None)),
    ("/slot/1/note/on", (60, 0), ("note_off", 1, 60.0, None)),
    ("/slot/1/note/off", (60,), ("note_off", 1, 60.0, None)),
    ("/slot/1/note/off", (60, 0.0), ("note_off", 1, 60.0, None)),
    ("/slot/1/load", ("a.safetensors",), ("load", 1, "a.safetensors")),
    ("/slot/1/unload", (), ("unload", 1)),
    ("/slot/2/unload", (1,), ("unload", 2)),
    ("/slot/1/reset", (), ("reset", 1, None)),
    ("/slot/1/reset", (1.0,), ("reset", 1, None)),
    ("/slot/1/seed", (7,), ("seed", 1, 7, None)),
    ("/slot/1/seed", (7.0,), ("seed", 1, 7, None)),
    ("/slot/1/seed", (1 << 40,), ("seed", 1, 1 << 40, None)),
]


@pytest.mark.parametrize("sent", CALLS)
def test_addresses_reach_the_engine(client: OscClient, engine: RecordingEngine, sent: Sent) -> None:
    check_call(client, engine, sent)


def test_the_engine_chooses_a_free_slot(client: OscClient, engine: RecordingEngine) -> None:
    """Two clients that add at the same time get a slot each."""
    for name, slot in (("a", 3), ("b", 4)):
        client.send("/slots/load", name)
        assert client.expect("/done") == ("/slots/load", name, slot)
    assert engine.plugins == {1: "clarinet", 2: "clarinet", 3: "a", 4: "b"}

"""Notes begin at once and without a click: `tests.rtsynth.engine.run.note_on`."""

import pytest

from tests.rtsynth.engine.run.note_on import SHIPPED, measure

QUICK_MS = 6.0
# A note that is louder than the one before it is a step for the network, too.
AT_EDGES = 1.25  # times the largest step inside notes


@pytest.mark.measure
@pytest.mark.parametrize("name", SHIPPED)
def test_a_note_is_there_at_once(name: str) -> None:
    rise_ms, at_edges, at_steals, inside = measure(name)
    assert rise_ms < QUICK_MS
    assert max(at_edges, at_steals) < AT_EDGES * inside

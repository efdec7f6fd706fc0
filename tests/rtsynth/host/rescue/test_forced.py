"""Some bad states of one plugin; `forced` itself has 200 of each."""

import pytest

from tests.rtsynth.host.rescue.forced import KINDS, force

pytestmark = pytest.mark.measure
PLUGIN, STATES = "clarinet-trumpet", 30
WELL = 0.95


def test_the_measure_calls_well_what_was_left_alone_and_not_what_was_spoilt() -> None:
    alone, spoilt = force(PLUGIN, "off", STATES, bad=False), force(PLUGIN, "off", STATES)
    assert alone.share >= WELL, alone.failed
    assert spoilt.share < 0.8
    assert spoilt.rescues == 0


@pytest.mark.parametrize(("mode", "ahead_ms"), [("gentle", 0), ("firm", 0), ("gentle", 400)])
def test_half_a_second_after_a_bad_state_it_sounds_well(mode: str, ahead_ms: int) -> None:
    result = force(PLUGIN, mode, STATES, ahead_ms=ahead_ms)
    assert sum(result.states.values()) == STATES
    assert set(result.states) == set(KINDS)
    assert result.share >= WELL, result.failed
    assert result.rescues > STATES / 4
    assert result.cpu_share < 0.02

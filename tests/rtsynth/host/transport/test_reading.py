"""Where a clock is at other times than it was read."""

import pytest

from rtsynth.host.transport.reading import Reading, beats_in

SECOND = 1_000_000_000


def test_beats_go_on_while_it_rolls() -> None:
    rolling = Reading(5 * SECOND, True, 16.0, 90.0)
    assert rolling.beats_at(7 * SECOND) == pytest.approx(19.0)
    assert rolling.beats_at(4 * SECOND) == pytest.approx(14.5)
    assert rolling._replace(rolls=False).beats_at(7 * SECOND) == 16.0


def test_without_a_tempo_beats_are_seconds_until_they_have_one() -> None:
    seconds = Reading(0, True, 30.0, None)
    assert seconds.beats_at(10 * SECOND) == pytest.approx(40.0)
    assert seconds.at_tempo(90.0) == Reading(0, True, 45.0, 90.0)
    timed = Reading(0, True, 30.0, 100.0)
    assert timed.at_tempo(90.0) is timed


def test_beats_in_a_duration() -> None:
    assert beats_in(60 * SECOND, 133.0) == pytest.approx(133.0)

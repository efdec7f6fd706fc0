"""All clocks together: what is followed, and where it goes on when that ends. Simulated time."""

import pytest

from rtsynth.common.clock_sources import AUTO, INTERNAL, JACK, MIDI
from rtsynth.common.errors import ControlError
from rtsynth.host.transport.clocks import Clocks
from rtsynth.host.transport.midi_clock import LOST_S
from rtsynth.host.transport.reading import Reading

SECOND = 1_000_000_000


def play(clocks: Clocks, bpm: float, start_s: float, ticks: int, *, first: str = "") -> float:
    """A MIDI clock; when the tick after its last one would be."""
    if first:
        clocks.midi.handle(first, start_s)
    for number in range(ticks):
        clocks.midi.handle("clock", start_s + number * 60 / bpm / 24)
    return start_s + ticks * 60 / bpm / 24


def at(seconds: float) -> int:
    return round(seconds * SECOND)


def test_a_midi_clock_takes_over_and_leaves_tempo_and_position_behind() -> None:
    clocks = Clocks()
    assert clocks.look(at(9.9))[0] == (False, 0.0, 120.0, INTERNAL)
    end_s = play(clocks, 90.0, 10.0, 72, first="start")
    state, reading = clocks.look(at(end_s))
    assert state == (True, pytest.approx(3.0), pytest.approx(90.0), MIDI)
    assert reading.beats_at(at(end_s + 1.0)) == pytest.approx(4.5)
    gone_s = end_s + 2 * LOST_S
    state, _ = clocks.look(at(gone_s))
    assert state == (False, pytest.approx(3.0), pytest.approx(90.0), INTERNAL)
    clocks.internal.roll(True, at(gone_s))
    assert clocks.look(at(gone_s + 2.0))[0].beats == pytest.approx(6.0)


def test_jack_without_a_tempo_is_in_seconds_at_the_internal_tempo() -> None:
    clocks = Clocks()
    clocks.internal.set_tempo(150.0, 0)
    clocks.jack = Reading(at(100.0), True, 8.0, None)
    state, reading = clocks.look(at(101.0))
    assert state == (True, pytest.approx(22.5), 150.0, JACK)
    assert reading.tempo_bpm == 150.0
    clocks.check_tempo_is_ours(at(101.0))
    clocks.jack = Reading(at(101.0), False, 9.0, None)
    assert clocks.look(at(101.0))[0] == (False, pytest.approx(22.5), 150.0, INTERNAL)


def test_what_another_clock_says_cannot_be_set() -> None:
    clocks = Clocks()
    clocks.jack = Reading(0, True, 8.0, 99.0)
    with pytest.raises(ControlError, match="the tempo is that of JACK's transport; /tempo/source"):
        clocks.check_tempo_is_ours(0)
    with pytest.raises(ControlError, match="JACK's transport is followed: start and stop there"):
        clocks.check_is_internal(0)
    clocks.asked = INTERNAL
    clocks.check_tempo_is_ours(0)
    clocks.check_is_internal(0)


def test_a_source_that_was_chosen_is_waited_for() -> None:
    clocks = Clocks()
    clocks.internal.set_tempo(100.0, 0)
    clocks.internal.roll(True, 0)
    clocks.asked = MIDI
    assert clocks.look(at(6.0))[0] == (False, pytest.approx(10.0), 100.0, MIDI)
    assert clocks.look(at(9.0))[0] == (False, pytest.approx(10.0), 100.0, MIDI)
    clocks.check_tempo_is_ours(at(9.0))  # there is none
    end_s = play(clocks, 80.0, 10.0, 48, first="start")
    assert clocks.look(at(end_s))[0] == (True, pytest.approx(2.0), pytest.approx(80.0), MIDI)


def test_auto_goes_to_and_fro() -> None:
    clocks = Clocks()
    assert clocks.asked == AUTO
    followed = []
    now_s = play(clocks, 120.0, 10.0, 48, first="start")
    followed.append(clocks.look(at(now_s))[0].source)
    clocks.jack = Reading(at(now_s), True, 0.0, 140.0)
    followed.append(clocks.look(at(now_s))[0].source)  # MIDI was there first
    clocks.midi.handle("stop", now_s)
    followed.append(clocks.look(at(now_s))[0].source)
    clocks.jack = Reading(at(now_s), False, 0.0, 140.0)
    followed.append(clocks.look(at(now_s))[0].source)
    clocks.jack = None
    followed.append(clocks.look(at(now_s))[0].source)
    followed.append(clocks.look(at(now_s + 2 * LOST_S))[0].source)
    assert followed == [MIDI, MIDI, JACK, JACK, MIDI, INTERNAL]

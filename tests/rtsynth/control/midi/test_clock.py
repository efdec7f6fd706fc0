"""Tempo and running state of MIDI clocks."""

import numpy as np
import pytest

from rtsynth.control.midi.clock import LOST_S, MidiClock
from rtsynth.host.mapping.monitor import Clock


def ticks(clock: MidiClock, bpm: float, count: int, start_s: float, jitter_s: float = 0.0) -> float:
    """Send ticks; the time of the last one."""
    late = np.random.default_rng(0).uniform(0, jitter_s, count)
    times = start_s + np.arange(count) * 60 / bpm / 24
    for time_s in times + late:
        clock.handle("clock", float(time_s))
    return float(times[-1])


@pytest.mark.parametrize("bpm", [30.0, 60.0, 120.0, 174.5, 300.0])
def test_the_tempo_of_a_steady_clock(bpm: float) -> None:
    clock = MidiClock()
    end_s = ticks(clock, bpm, 49, 100.0)
    assert clock.read(end_s).tempo_bpm == pytest.approx(bpm, rel=1e-4)


@pytest.mark.parametrize("bpm", [60.0, 120.0, 200.0])
def test_jitter_of_the_polling_is_averaged(bpm: float) -> None:
    clock = MidiClock()
    end_s = ticks(clock, bpm, 200, 100.0, jitter_s=0.003)
    assert clock.read(end_s).tempo_bpm == pytest.approx(bpm, rel=0.01)


def test_another_tempo_is_followed_within_a_beat() -> None:
    clock = MidiClock()
    end_s = ticks(clock, 120.0, 100, 100.0)
    end_s = ticks(clock, 180.0, 24, end_s + 60 / 180 / 24)
    assert clock.read(end_s).tempo_bpm == pytest.approx(180.0, rel=0.05)


def test_a_clock_that_ends_has_no_tempo() -> None:
    clock = MidiClock()
    assert clock.is_lost(100.0)
    end_s = ticks(clock, 120.0, 49, 100.0)
    assert not clock.is_lost(end_s + LOST_S / 2)
    assert clock.read(end_s + 2 * LOST_S) == Clock()
    end_s = ticks(clock, 90.0, 10, end_s + 60.0)  # the pause is no tick
    assert clock.read(end_s).tempo_bpm == pytest.approx(90.0, rel=1e-3)


def test_start_stop_and_continue() -> None:
    clock = MidiClock()
    states = []
    for kind in ("start", "clock", "stop", "clock", "continue"):
        clock.handle(kind, 1.0)
        states.append(clock.read(1.0).running)
    assert states == [True, True, False, False, True]

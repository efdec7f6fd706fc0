"""Tempo and position of MIDI clocks, against a sequencer's own reckoning; simulated time."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.host.mapping.monitor import Clock
from rtsynth.host.transport.midi_clock import LOST_S, MidiClock

Spread = Callable[[np.random.Generator, int], NDArray[np.float64]]


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


class Master:
    """A sequencer: where it is by its own reckoning, and what it sends, late by a cable's jitter.

    `spread` draws how late the ticks are, in seconds.
    """

    def __init__(self, clock: MidiClock, spread: Spread) -> None:
        self.clock, self.spread = clock, spread
        self.random = np.random.default_rng(7)
        self.now_s, self.beats = 100.0, 0.0
        self.worst_s = self.worst_bpm = 0.0  # largest errors of what was read
        self.reads = 0

    def play(self, bpm: float, beats: int, *, from_beat: float = 0.0) -> None:
        """Ticks for so many beats at a tempo; between two of them it is read, every other time."""
        interval_s = 60 / bpm / 24
        late = self.spread(self.random, 24 * beats)
        for number, late_s in enumerate(late.tolist()):
            sent_s = self.now_s
            self.clock.handle("clock", sent_s + late_s)
            read_s = sent_s + late_s + interval_s * self.random.random()
            reading = self.clock.reading(read_s) if number % 2 else None
            if reading is not None and self.beats >= from_beat:
                self.reads += 1
                truth = self.beats + (read_s - sent_s) * bpm / 60
                off_s = (reading.beats_at(round(read_s * 1e9)) - truth) * 60 / bpm
                self.worst_s = max(self.worst_s, abs(off_s))
                assert reading.tempo_bpm is not None
                self.worst_bpm = max(self.worst_bpm, abs(reading.tempo_bpm / bpm - 1))
            self.now_s += interval_s
            self.beats += 1 / 24


def uniform(random: np.random.Generator, count: int) -> NDArray[np.float64]:
    return random.uniform(0.0, 0.003, count)


def normal(random: np.random.Generator, count: int) -> NDArray[np.float64]:
    return random.normal(0.0, 0.003, count).clip(-0.009, 0.009)


@pytest.mark.parametrize(("bpm", "spread"), [(120.0, normal), (87.0, uniform)])
def test_five_minutes_of_a_clock_with_3_ms_of_jitter(bpm: float, spread: Spread) -> None:
    clock = MidiClock()
    master = Master(clock, spread)
    clock.handle("start", master.now_s)
    master.play(bpm, round(5 * bpm), from_beat=3.0)
    assert master.reads > 4 * 60 * bpm / 60 * 12
    assert master.worst_bpm < 0.005
    assert master.worst_s < 0.005


def test_another_tempo_is_followed_and_the_position_kept() -> None:
    clock = MidiClock()
    master = Master(clock, uniform)
    clock.handle("start", master.now_s)
    for bpm, beats in ((120.0, 8), (126.0, 8), (90.0, 8), (170.0, 8)):
        begun = master.beats
        master.worst_bpm = master.worst_s = 0.0
        master.play(bpm, beats, from_beat=begun + 3.0)
        assert master.worst_bpm < 0.005, bpm
        assert master.worst_s < 0.005, bpm


def test_a_change_of_tempo_moves_the_position_little() -> None:
    clock = MidiClock()
    master = Master(clock, uniform)
    clock.handle("start", master.now_s)
    master.play(120.0, 8, from_beat=2.0)
    master.play(126.0, 8)
    assert master.worst_s < 0.015


def test_a_tick_that_is_held_up_shakes_nothing() -> None:
    steady, shaken = MidiClock(), MidiClock()
    for number in range(60):
        at_s = 10.0 + number / 48
        steady.handle("clock", at_s)
        shaken.handle("clock", at_s + (0.06 if number in (40, 41) else 0.0))
    first, second = steady.reading(11.3), shaken.reading(11.3)
    assert first is not None
    assert second is not None
    assert second.tempo_bpm == pytest.approx(first.tempo_bpm, rel=1e-3)
    assert second.at_ns == pytest.approx(first.at_ns, abs=1e6)


def beats_of(clock: MidiClock, at_s: float) -> tuple[bool, float]:
    reading = clock.reading(at_s)
    assert reading is not None
    return reading.rolls, reading.beats_at(round(at_s * 1e9))


def test_the_song_position() -> None:
    """By the MIDI specification: in sixteenths; the next tick after a continue is there."""
    clock = MidiClock()
    end_s = ticks(clock, 120.0, 49, 100.0)
    clock.handle("songpos", end_s, 18)
    assert beats_of(clock, end_s) == (False, 4.5)
    clock.handle("continue", end_s)
    assert beats_of(clock, end_s) == (False, 4.5)  # until the next tick
    end_s = ticks(clock, 120.0, 48, end_s + 1 / 48)
    rolls, beats = beats_of(clock, end_s)
    assert rolls
    assert beats == pytest.approx(4.5 + 47 / 24)
    clock.handle("stop", end_s + 0.001)
    end_s = ticks(clock, 120.0, 24, end_s + 1 / 48)
    assert beats_of(clock, end_s) == (False, pytest.approx(6.5))  # where the next tick would be
    clock.handle("continue", end_s)
    end_s = ticks(clock, 120.0, 24, end_s + 1 / 48)
    assert beats_of(clock, end_s) == (True, pytest.approx(6.5 + 23 / 24))
    clock.handle("start", end_s + 0.001)
    end_s = ticks(clock, 120.0, 13, end_s + 1 / 48)
    assert beats_of(clock, end_s) == (True, pytest.approx(0.5))


def test_a_clock_that_is_no_tempo_is_not_followed() -> None:
    clock = MidiClock()
    assert clock.reading(ticks(clock, 1000.0, 49, 100.0)) is None
    assert clock.reading(ticks(clock, 10.0, 49, 200.0)) is None

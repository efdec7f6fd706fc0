"""The beat that slots count, against the clock that they follow; simulated time and devices."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from rtsynth.common.errors import ControlError
from rtsynth.engine.live import shared as sh
from rtsynth.host.slot_acts import SlotActs
from rtsynth.host.transport.clocks import Clocks
from rtsynth.host.transport.reading import Reading
from rtsynth.host.transport.slot_beats import EVERY_NS, SlotBeats, Slots

SECOND = 1_000_000_000
DELAY_FRAMES = 256


class Device:
    """Plays a little faster than it says, from `SECOND` on."""

    def __init__(self, rate_hz: int = 48_000, off: float = 0.0) -> None:
        self.rate_hz, self.off = rate_hz, off

    def frame_at(self, monotonic_ns: int) -> int:
        if monotonic_ns < SECOND:
            return sh.NOW
        passed = (monotonic_ns - SECOND) / 1e9 * self.rate_hz * (1 + self.off)
        return round(passed) + DELAY_FRAMES


class Counter:
    """A slot, as far as beats go: `given` are (frame, tempo, beats)."""

    def __init__(self, device: Device, number: int) -> None:
        self.device, self.number, self.times = device, number, self
        self.voice = SimpleNamespace(number=10 + number)
        self.given = [(0, 120.0, 0.0)]
        self.refuses = False

    def at(self, at_ns: int | None, act: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        if at_ns is None:
            assert act is SlotActs.begin_beat
            self.given = [(0, *arguments, 0.0)]
            return
        assert act is SlotActs.set_beat
        if self.refuses:
            raise ControlError("too many changes at once")
        self.given.append((self.device.frame_at(at_ns), *arguments))

    def beats(self, at_ns: int) -> float:
        """What it counts at a time."""
        now = self.device.frame_at(at_ns)
        frame, tempo_bpm, beats = [given for given in self.given if given[0] <= now][-1]
        return beats + (now - frame) / self.device.rate_hz * tempo_bpm / 60


class Rack:
    def __init__(self, *slots: Counter) -> None:
        self.slots = list(slots)


def started(device: Device, *slots: Counter) -> tuple[SlotBeats, Rack]:
    rack = Rack(*slots)
    beats = SlotBeats(device, cast(Slots, rack))
    beats.begin(120.0)
    return beats, rack


def test_slots_stay_with_a_jittering_midi_clock_for_five_minutes() -> None:
    """Clock, jitter, regression, corrections and a device that is off by 100 ppm, together."""
    device, clocks = Device(off=1e-4), Clocks()
    slot = Counter(device, 1)
    beats, _ = started(device, slot)
    random, tempo_bpm, start_s = np.random.default_rng(3), 124.0, 2.0
    interval_s = 60 / tempo_bpm / 24
    count = round(300 / interval_s)
    sent = start_s + np.arange(count) * interval_s + random.uniform(0, 0.003, count)
    clocks.midi.handle("start", start_s)
    look_s, off_s = start_s, []
    for tick_s in sent.tolist():
        while look_s < tick_s:
            now_ns = round(look_s * 1e9)
            beats.follow(clocks.look(now_ns)[1], now_ns)
            if look_s > start_s + 3.0:
                truth = (look_s - start_s) * tempo_bpm / 60
                off_s.append((slot.beats(now_ns) - truth) * 60 / tempo_bpm)
            look_s += 1 / 30
        clocks.midi.handle("clock", tick_s)
    assert len(off_s) > 8000
    assert np.abs(off_s).max() < 0.005
    assert len(slot.given) < 300 * 1e9 / EVERY_NS
    assert len(slot.given) > 50


@pytest.mark.parametrize("off", [0.0, 1e-4, -1e-4])
def test_the_internal_clock_needs_few_corrections(off: float) -> None:
    device = Device(off=off)
    slots = Counter(device, 1), Counter(device, 2)
    beats, _ = started(device, *slots)
    clocks = Clocks()
    clocks.internal.set_tempo(133.0, 2 * SECOND)
    clocks.internal.roll(True, 2 * SECOND)
    for number in range(30 * 60):
        now_ns = 2 * SECOND + number * SECOND // 30
        beats.follow(clocks.look(now_ns)[1], now_ns)
        if number > 1:
            for slot in slots:
                truth = (now_ns - 2 * SECOND) / 1e9 * 133 / 60
                assert slot.beats(now_ns) == pytest.approx(truth, abs=0.0025 * 133 / 60)
    assert 2 < len(slots[0].given) < 20
    assert slots[0].given == slots[1].given


def test_what_nobody_touches_is_given_nothing() -> None:
    device = Device()
    slot = Counter(device, 1)
    beats, _ = started(device, slot)
    for number in range(300):
        now_ns = number * SECOND // 30
        beats.follow(Reading(now_ns, False, 0.0, 120.0), now_ns)
    assert len(slot.given) == 1


def test_a_song_begins_at_its_tempo() -> None:
    device = Device()
    slot = Counter(device, 1)
    beats, _ = started(device, slot)
    beats.begin(77.0)
    for at_ns in range(SECOND, 3 * SECOND, SECOND // 30):
        beats.follow(Reading(at_ns, False, 0.0, 77.0), at_ns)
    assert slot.given == [(0, 77.0, 0.0)]


def test_a_slot_that_comes_later_counts_with_the_others() -> None:
    device = Device(off=1e-4)
    first = Counter(device, 1)
    beats, rack = started(device, first)
    stopped = Reading(0, False, 0.0, 97.0)
    for at_ns in range(SECOND, 4 * SECOND, SECOND // 30):
        beats.follow(stopped, at_ns)
    rack.slots.append(Counter(device, 2))
    rack.slots[1].refuses = True
    beats.follow(stopped, 4 * SECOND)  # there is no room, for now
    rack.slots[1].refuses = False
    for at_ns in range(5 * SECOND, 6 * SECOND, SECOND // 30):
        beats.follow(stopped, at_ns)
    assert [tempo for _, tempo, _ in first.given] == [120.0, 97.0]
    assert [tempo for _, tempo, _ in rack.slots[1].given] == [120.0, 97.0]
    at_ns = 9 * SECOND
    assert rack.slots[1].beats(at_ns) == pytest.approx(first.beats(at_ns), abs=1e-4)
    rack.slots[0] = Counter(device, 3)  # another plugin in the first slot
    rack.slots[0].number = 1  # its voice is another one
    beats.follow(stopped, at_ns)
    assert rack.slots[0].beats(10 * SECOND) == pytest.approx(first.beats(10 * SECOND), abs=1e-4)


def test_a_jump_is_followed_at_once_and_early_sound_is_reckoned_with() -> None:
    device = Device()
    slot = Counter(device, 1)
    beats, _ = started(device, slot)
    rolling = Reading(2 * SECOND, True, 4.0, 120.0)
    beats.follow(rolling, 2 * SECOND)
    beats.follow(rolling._replace(beats=64.0), 2 * SECOND + SECOND // 30)
    assert slot.beats(3 * SECOND) == pytest.approx(66.0, abs=1e-3)
    delay_ns = DELAY_FRAMES * SECOND // device.rate_hz
    beats.follow(rolling, 4 * SECOND, early_ns=delay_ns)
    # The frame that the device is given at a time is `DELAY_FRAMES` before the one of a change.
    assert slot.beats(5 * SECOND - delay_ns) == pytest.approx(10.0, abs=2e-3)

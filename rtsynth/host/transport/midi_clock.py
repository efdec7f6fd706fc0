"""A MIDI clock: 24 ticks a quarter note; start, stop, continue, and the song position."""

import threading
import time
from collections import deque

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.clock_sources import HIGHEST_BPM, LOWEST_BPM
from rtsynth.host.mapping.monitor import Clock
from rtsynth.host.transport.reading import Reading

PER_BEAT = 24
PER_POSITION = 6  # ticks in a unit of the song position, a sixteenth note
MOST_TICKS = 3 * PER_BEAT + 1  # a line through three beats: a clock's jitter is milliseconds
FEWEST_TICKS = 7
LOST_S = 0.5  # without a tick (5 bpm) there is no clock any more
_CHANGED = 0.2  # from one tick to the next: another tempo, not jitter, where several agree
_RECENT = 6
_ASTRAY, _ASTRAY_S = 4.0, 0.001  # times the median, and more: the tick was held up on its way

_NUMBERS = np.arange(1.0 - MOST_TICKS, 1.0)  # of ticks, the last one 0

MESSAGES = frozenset(("clock", "start", "stop", "continue", "songpos"))


class MidiClock:
    """What one port's clock says. Any thread may call anything; times are `time.monotonic()`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ticks_s: deque[float] = deque(maxlen=MOST_TICKS)
        self._running = False
        self._next = 0  # number of the next tick in the song
        self._moves = False  # there was a tick since the position was set
        self._last_s = -LOST_S

    def handle(self, kind: str, now_s: float, position: int = 0) -> None:
        """A message of MESSAGES came; `position` is of "songpos"."""
        with self._lock:
            if kind == "clock":
                self._tick(now_s)
                return
            self._moves = False
            if kind == "songpos":
                self._next = PER_POSITION * position
                return
            self._running = kind != "stop"
            if kind == "start":
                self._next = 0

    def _tick(self, now_s: float) -> None:
        if self._is_lost(now_s):
            self._ticks_s.clear()
        self._last_s = now_s
        self._ticks_s.append(now_s)
        self._forget_the_old_tempo()
        if self._running:
            self._next += 1
            self._moves = True

    def _forget_the_old_tempo(self) -> None:
        ticks = self._ticks_s
        if len(ticks) <= 2 * _RECENT:
            return
        recent = (ticks[-1] - ticks[-1 - _RECENT]) / _RECENT
        whole = (ticks[-1] - ticks[0]) / (len(ticks) - 1)
        if abs(recent / whole - 1) > _CHANGED:
            for _ in range(len(ticks) - 1 - _RECENT):
                ticks.popleft()

    def _is_lost(self, now_s: float) -> bool:
        return now_s - self._last_s > LOST_S

    def is_lost(self, now_s: float) -> bool:
        """Whether there has been no tick for a while."""
        with self._lock:
            return self._is_lost(now_s)

    def reading(self, now_s: float) -> Reading | None:
        """Where it is; None without a clock, or before its tempo is known."""
        with self._lock:
            ticks = np.array(self._ticks_s)
            lost, rolls, following = self._is_lost(now_s), self._running, self._next
            moves = self._moves
        if lost or len(ticks) < FEWEST_TICKS or ticks[-1] == ticks[0]:
            return None
        last_s, interval_s = _line(ticks)
        tempo_bpm = 60.0 / (PER_BEAT * interval_s)
        if not LOWEST_BPM <= tempo_bpm <= HIGHEST_BPM:
            return None
        beats = following / PER_BEAT
        if not (rolls and moves):  # the next tick is there
            return Reading(round(now_s * 1e9), False, beats, tempo_bpm)
        return Reading(round((last_s + interval_s) * 1e9), True, beats, tempo_bpm)

    def read(self, now_s: float | None = None) -> Clock:
        """The tempo in beats a minute, None without a clock, and whether it runs."""
        now_s = time.monotonic() if now_s is None else now_s
        reading = self.reading(now_s)
        known = None if reading is None or reading.tempo_bpm is None else reading.tempo_bpm
        return Clock(None if known is None else round(known, 2), self._running)


def _line(ticks: NDArray[np.float64]) -> tuple[float, float]:
    """When the last tick was due, and the time between two, by least squares: without jitter.

    Ticks that were held up much longer than the others count for nothing.
    """
    last = len(ticks) - 1
    numbers, times = _NUMBERS[-last - 1 :], ticks - ticks[-1]
    due_s, interval_s = _fit(numbers, times)
    off = np.abs(times - (due_s + interval_s * numbers))
    kept = off <= _ASTRAY * np.median(off) + _ASTRAY_S
    if FEWEST_TICKS <= np.count_nonzero(kept) <= last:
        due_s, interval_s = _fit(numbers[kept], times[kept])
    return float(ticks[-1]) + due_s, interval_s


def _fit(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """(a, b) of the straight line a + b x through points."""
    x_mean, y_mean = x.mean(), y.mean()
    from_mean = x - x_mean
    slope = float(from_mean @ y / (from_mean @ from_mean))
    return float(y_mean - slope * x_mean), slope

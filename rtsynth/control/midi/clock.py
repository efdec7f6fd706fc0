"""The tempo that MIDI clocks keep: 24 a quarter note, and start, stop and continue."""

import time
from collections import deque

from rtsynth.host.mapping.monitor import Clock

PER_BEAT = 24
MOST_TICKS = 2 * PER_BEAT + 1  # two beats are averaged: a clock's jitter is a few milliseconds
FEWEST_TICKS = 7
LOST_S = 0.5  # without a tick (5 bpm) there is no clock any more
_CHANGED = 0.2  # from one tick to the next: another tempo, not jitter, where several agree
_RECENT = 6

MESSAGES = frozenset(("clock", "start", "stop", "continue"))


class MidiClock:
    """What one port's clock says. One thread may call `handle`, any `read`."""

    def __init__(self) -> None:
        self._ticks_s: deque[float] = deque(maxlen=MOST_TICKS)
        self._running = False
        self._last_s = -LOST_S

    def handle(self, kind: str, now_s: float) -> None:
        """A message of MESSAGES came."""
        if kind != "clock":
            self._running = kind != "stop"
            return
        if self.is_lost(now_s):
            self._ticks_s.clear()
        self._last_s = now_s
        self._ticks_s.append(now_s)
        self._forget_the_old_tempo()

    def _forget_the_old_tempo(self) -> None:
        ticks = self._ticks_s
        if len(ticks) <= 2 * _RECENT:
            return
        recent = (ticks[-1] - ticks[-1 - _RECENT]) / _RECENT
        whole = (ticks[-1] - ticks[0]) / (len(ticks) - 1)
        if abs(recent / whole - 1) > _CHANGED:
            for _ in range(len(ticks) - 1 - _RECENT):
                ticks.popleft()

    def is_lost(self, now_s: float) -> bool:
        """Whether there has been no tick for a while."""
        return now_s - self._last_s > LOST_S

    def read(self, now_s: float | None = None) -> Clock:
        """The tempo in beats a minute, None without a clock, and whether it runs."""
        now_s = time.monotonic() if now_s is None else now_s
        ticks = list(self._ticks_s)
        if len(ticks) < FEWEST_TICKS or self.is_lost(now_s) or ticks[-1] == ticks[0]:
            return Clock(None, self._running)
        beat_s = PER_BEAT * (ticks[-1] - ticks[0]) / (len(ticks) - 1)
        return Clock(round(60.0 / beat_s, 2), self._running)

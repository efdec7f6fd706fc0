"""The engine's own clock: it rolls when it is started, at the tempo that is set or tapped."""

from collections import deque

from rtsynth.common.clock_sources import DEFAULT_BPM
from rtsynth.host.transport.reading import Reading

FEWEST_TAPS, MOST_TAPS = 2, 8
NEW_TAPS_NS = 3_000_000_000  # after such a pause (20 bpm) another tempo is tapped
CLOSEST_NS = 150_000_000  # 400 bpm: a tap closer to the one before it is a button that bounces


class InternalClock:
    """For one thread at a time. Times are `time.monotonic_ns()`."""

    def __init__(self) -> None:
        self._reading = Reading(0, False, 0.0, DEFAULT_BPM)

    def read(self, now_ns: int) -> Reading:
        """Where it is."""
        reading = self._reading
        return reading._replace(at_ns=now_ns, beats=reading.beats_at(now_ns))

    def set_tempo(self, tempo_bpm: float, now_ns: int) -> None:
        """Go on from here at another tempo."""
        self._reading = self.read(now_ns)._replace(tempo_bpm=tempo_bpm)

    def roll(self, rolls: bool, now_ns: int) -> None:
        """Start where it is, or stop there."""
        self._reading = self.read(now_ns)._replace(rolls=rolls)

    def locate(self, beats: float, now_ns: int) -> None:
        """Go to a position."""
        self._reading = self.read(now_ns)._replace(beats=beats)


class Taps:
    """A tempo from taps: the mean of the last ones."""

    def __init__(self) -> None:
        self._times_ns: deque[int] = deque(maxlen=MOST_TAPS)

    def tap(self, now_ns: int) -> float | None:
        """Take a tap; the tempo in beats a minute, None after the first one.

        One that comes too close to the one before it is ignored: None as well.
        """
        times = self._times_ns
        if times and 0 <= now_ns - times[-1] < CLOSEST_NS:
            return None
        if times and not 0 < now_ns - times[-1] < NEW_TAPS_NS:
            times.clear()
        times.append(now_ns)
        if len(times) < FEWEST_TAPS:
            return None
        return 60e9 * (len(times) - 1) / (times[-1] - times[0])

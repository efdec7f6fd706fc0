"""OSC time tags: NTP wall-clock time <-> the monotonic clock events are timed by."""

import time

_NTP_TO_UNIX_S = 2_208_988_800  # 1900-01-01 to 1970-01-01
_WRAP = 1 << 64
_KEEP_S = 1.0
_TOLERANCE_NS = 200_000  # clocks that moved apart by less are taken not to have moved
_READINGS = 5


def timetag_at(unix_ns: int) -> int:
    """Return the NTP time tag (32.32 fixed point) of a `time.time_ns()` time."""
    return (((unix_ns << 32) // 1_000_000_000) + (_NTP_TO_UNIX_S << 32)) % _WRAP


class WallClock:
    """Converts time tags. Equal tags give equal times, and distances between tags are kept.

    The distance between the two clocks is therefore measured once a second at most and kept until
    somebody sets the wall clock or it has been slewed noticeably. For one thread.
    """

    def __init__(self) -> None:
        self._distance_ns = _clock_distance_ns()
        self._measured_s = time.monotonic()

    def monotonic_ns(self, timetag: int) -> int:
        """Return the `time.monotonic_ns()` time of a time tag.

        The difference from now is taken modulo 2**64, so the end of the NTP era in 2036 passes
        unnoticed.
        """
        now_s = time.monotonic()
        if now_s - self._measured_s > _KEEP_S:
            self._measured_s = now_s
            distance_ns = _clock_distance_ns()
            if abs(distance_ns - self._distance_ns) > _TOLERANCE_NS:
                self._distance_ns = distance_ns
        # Any recent time will do as origin; a fixed grid of one second keeps equal tags equal.
        origin_ns = int(now_s) * 1_000_000_000
        difference = (timetag - timetag_at(origin_ns + self._distance_ns)) % _WRAP
        if difference >= _WRAP // 2:
            difference -= _WRAP
        return origin_ns + ((difference * 1_000_000_000 + (1 << 31)) >> 32)


def _clock_distance_ns() -> int:
    """Wall clock minus monotonic clock, from the reading that was interrupted least."""
    readings = []
    for _ in range(_READINGS):
        before_ns = time.monotonic_ns()
        wall_ns = time.time_ns()
        after_ns = time.monotonic_ns()
        readings.append((after_ns - before_ns, wall_ns - (before_ns + after_ns) // 2))
    return min(readings)[1]

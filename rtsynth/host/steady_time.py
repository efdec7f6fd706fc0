"""Device frames of clock times, steady: what is 50 ms apart stays 50 ms apart, to the sample.

Readings of the device's clock differ by fractions of a millisecond, above all in its first seconds.
Changes of one phrase are placed by readings minutes or milliseconds apart; so a reading only slews
the clock that places them, as NTP does, unless it is far off: then the device was another one, or
stood still.
"""

SLEW = 2e-4  # of the time that has passed: no sound card is further off
SOONER_S, LATER_S = 0.005, 0.0005  # a reading that is further off is taken as it is


class SteadyTime:
    """Smooths readings of one device's clock. For one thread at a time."""

    def __init__(self) -> None:
        self._at_ns: int | None = None
        self._frame = 0.0

    def frame(self, at_ns: int, reading: int, rate_hz: int) -> int:
        """The frame of a `time.monotonic_ns()` time whose frame reads as `reading`."""
        if self._at_ns is None:
            self._at_ns, self._frame = at_ns, float(reading)
        passed = (at_ns - self._at_ns) * rate_hz / 1e9
        expected = self._frame + passed
        off = reading - expected
        if not -SOONER_S * rate_hz <= off <= LATER_S * rate_hz:
            self._at_ns, self._frame = at_ns, float(reading)
            return reading
        most = SLEW * abs(passed)
        expected += min(max(off, -most), most)
        if passed > 0:
            self._at_ns, self._frame = at_ns, expected
        return round(expected)

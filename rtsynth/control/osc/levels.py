"""Levels over the time between two messages, from readings that are more frequent."""

import math
from collections.abc import Iterable

from rtsynth.host.protocol import Meter


class Levels:
    """The highest peak and the mean power of each slot since they were last taken."""

    def __init__(self) -> None:
        self._slots: dict[int, tuple[float, float, int]] = {}  # peak in dB, power, readings

    def add(self, meters: Iterable[Meter]) -> None:
        """Take a reading into account."""
        for meter in meters:
            peak_db, power, count = self._slots.get(meter.slot, (-math.inf, 0.0, 0))
            peak_db = max(peak_db, meter.peak_db)
            self._slots[meter.slot] = peak_db, power + 10.0 ** (meter.rms_db / 10.0), count + 1

    def take(self) -> list[Meter]:
        """The levels, and start again."""
        slots, self._slots = self._slots, {}
        return [
            Meter(slot, peak_db, 10.0 * math.log10(power / count) if power else -math.inf)
            for slot, (peak_db, power, count) in slots.items()
        ]

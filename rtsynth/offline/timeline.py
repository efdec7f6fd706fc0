"""What files move over time, kept small: changes are derived from it one after the other.

A straight line is very many changes. They are made when they are due, and only as far as it is
played.
"""

import heapq
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rtsynth.offline.events import ControlEvent

LINE_STEP_S = 0.004  # a straight line consists of changes this far apart; smoothing joins them
_AT_ONCE = 4096  # of a track: numbers made into Python's

F64 = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Track:
    """One control: at `times_s` [n], which never decrease, it is at `values` [n].

    In between it holds, or with `linear` moves on straight lines.
    """

    name: str
    times_s: F64
    values: F64
    linear: bool = False

    def __iter__(self) -> Iterator[ControlEvent]:
        last: tuple[float, float] | None = None
        for start in range(0, len(self.times_s), _AT_ONCE):
            here = slice(start, start + _AT_ONCE)
            times, values = self.times_s[here].tolist(), self.values[here].tolist()
            for time_s, value in zip(times, values, strict=True):
                if self.linear and last is not None:
                    yield from _line(self.name, *last, time_s, value)
                yield ControlEvent(time_s, self.name, value)
                last = time_s, value


def _line(
    name: str, start_s: float, start: float, end_s: float, end: float
) -> Iterator[ControlEvent]:
    """The changes strictly between two points."""
    if start == end:
        return
    for step in range(1, math.ceil((end_s - start_s) / LINE_STEP_S)):
        time_s = start_s + step * LINE_STEP_S
        share = (time_s - start_s) / (end_s - start_s)
        yield ControlEvent(time_s, name, start + share * (end - start))


@dataclass(frozen=True)
class Shifted:
    """The same changes at other times, in the same order: `at` of what they were (s)."""

    events: Iterable[ControlEvent]
    at: Callable[[float], float]

    def __iter__(self) -> Iterator[ControlEvent]:
        return (replace(event, time_s=self.at(event.time_s)) for event in self.events)


class Timeline:
    """The changes of several tracks, in the order of their times; at one time, of the tracks.

    It can be gone through any number of times. Each track is a stream of changes in the order of
    their times, and of controls that the plugin has. `has_notes`: whether gates are among them.
    """

    def __init__(
        self, tracks: Sequence[Iterable[ControlEvent]], *, has_notes: bool = False
    ) -> None:
        self._tracks, self.has_notes = tracks, has_notes

    def __iter__(self) -> Iterator[ControlEvent]:
        return heapq.merge(*self._tracks, key=lambda event: event.time_s)

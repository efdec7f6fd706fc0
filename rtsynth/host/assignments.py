"""What modulates what in a slot: now, and as it will be by what the engine was given for later."""

import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from rtsynth.host.given import Given

Key = tuple[str, str]  # source, control
Publish = Callable[[int | None, str, str, float], None]


class _Timed(NamedTuple):
    """Depths that the engine has been given, to take effect at a `time.monotonic_ns()` time."""

    at_ns: int
    depths: dict[Key, float]


class Assignments:
    """The depths of a slot; its methods are called with the slot's lock held.

    Args:
        publish: called with the time, if there is one, source, control and depth of what changes,
            when it takes effect.
    """

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._now: dict[Key, float] = {}
        self._timed: Given[_Timed] = Given()

    @property
    def now(self) -> dict[Key, float]:
        """{(source, control): depth}, of those that are not 0; never changed in place."""
        return self._now

    @property
    def waits(self) -> bool:
        """Whether there are depths for later; needs no lock."""
        return bool(self._timed)

    def at(self, at_ns: int | None) -> dict[Key, float]:
        """`now` at a `time.monotonic_ns()` time, None for now, as far as is known."""
        self.settle()
        found = self._now
        for change in self._timed:
            if at_ns is not None and change.at_ns <= at_ns:
                found = merged(found, change.depths)
        return found

    def place(self, assigned: dict[Key, float]) -> None:
        """Begin with these; before the slot plays."""
        self._now = assigned

    def put(self, depths: Mapping[Key, float], at_ns: int | None) -> None:
        """Sources move controls so far; 0: not any more."""
        before = self._now
        self._now = merged(before, depths)
        for key, depth in depths.items():
            if depth != before.get(key, 0.0):
                self._publish(at_ns, *key, depth)

    def put_later(self, depths: dict[Key, float], at_ns: int) -> None:
        """The same from a time on."""
        self._timed.put(_Timed(at_ns, depths))

    def settle(self, now_ns: int | None = None) -> None:
        """Take note of the timed depths that are due."""
        now_ns = time.monotonic_ns() if now_ns is None else now_ns
        for change in self._timed.due(now_ns):
            self.put(change.depths, change.at_ns)

    def forget(self, now_ns: int) -> None:
        """Drop the timed depths that are not due yet."""
        self.settle(now_ns)
        self._timed.clear()


def merged(before: Mapping[Key, float], depths: Mapping[Key, float]) -> dict[Key, float]:
    """What is assigned once some depths have changed."""
    return {key: depth for key, depth in {**before, **depths}.items() if depth}

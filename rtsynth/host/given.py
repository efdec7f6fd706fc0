"""What the engine has been given to take effect at a time, until that has come."""

from bisect import insort
from collections import deque
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Timed(Protocol):
    """A change that takes effect at a `time.monotonic_ns()` time."""

    @property
    def at_ns(self) -> int: ...


AnyTimed = TypeVar("AnyTimed", bound=Timed)


def _time_of(change: Timed) -> int:
    return change.at_ns


class Given(Generic[AnyTimed]):
    """Changes by time, those of one time in the order they came."""

    def __init__(self) -> None:
        self._changes: deque[AnyTimed] = deque()

    def __bool__(self) -> bool:
        return bool(self._changes)

    def __iter__(self) -> Iterator[AnyTimed]:
        return iter(self._changes)

    def put(self, change: AnyTimed) -> None:
        """Keep a change until its time."""
        insort(self._changes, change, key=_time_of)

    def due(self, now_ns: int) -> Iterator[AnyTimed]:
        """Take those whose time has come, one after the other."""
        while self._changes and self._changes[0].at_ns <= now_ns:
            yield self._changes.popleft()

    def clear(self) -> None:
        """Drop all."""
        self._changes.clear()

"""Changes for later: kept here in order of time, and given to the engine shortly before.

The audio thread's queues are short, so that its work in a block is bounded and an immediate change
always finds room. A score of any length therefore waits here, on the control threads' side, and a
thread feeds it on, slot by slot: `LEAD_S` before its time, and never more at once than leaves room
for what is due now.
"""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from rtsynth.common.errors import ControlError

CAPACITY = 200_000  # changes that wait, of all slots: about 60 MB
LONGEST_S = 3600.0  # ahead
LEAD_S = 0.25  # that a change is given to the engine before its time: Python may be held up
LEAD_NS = int(LEAD_S * 1e9)
TURN_S = 0.001  # of feeding, between which other threads get the lock
REST_S = 0.001
FULL_S = 0.005  # before an engine that has no room is tried again
MOST_REPLACED = 1000  # in a turn: bounds the time under the lock


class Later(NamedTuple):
    """A change that waits: `act(slot, at_ns, *arguments)` at a `time.monotonic_ns()` time."""

    at_ns: int
    act: Callable[..., None]
    arguments: tuple[Any, ...]
    subject: int  # how many arguments, from the first, say what a value is of; 0: no value


def _replaces(following: tuple[Any, ...], entry: tuple[Any, ...]) -> bool:
    """Whether the next entry undoes one: it gives the same control another value, at one time."""
    subject: int = entry[3]
    return (
        subject > 0
        and following[0] == entry[0]
        and following[2 : 4 + subject] == entry[2 : 4 + subject]
    )


class Schedule:
    """The changes that wait, by slot. Any thread may call anything; the lock is held briefly."""

    def __init__(self) -> None:
        # (at_ns, order, act, subject, *arguments), flat and with a number for the act: such tuples
        # the garbage collector leaves alone. It would stop Python for 0.3 s to look at 200,000.
        self._heaps: dict[int, list[tuple[Any, ...]]] = {}
        self._acts: list[Callable[..., None]] = []
        self._count = 0
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._woken = False
        self._wakes_ns: int | None = 0  # when the feeder looks next; None: when something comes

    def __len__(self) -> int:
        return self._count

    def put(
        self,
        slot: int,
        at_ns: int,
        act: Callable[..., None],
        arguments: tuple[Any, ...],
        subject: int = 0,
    ) -> None:
        """Keep a change for its time; see `SlotTimes.at`.

        Raises:
            ControlError: `CAPACITY` changes wait already, or the time is too far ahead.
        """
        ahead_s = (at_ns - time.monotonic_ns()) / 1e9
        if ahead_s > LONGEST_S:
            raise ControlError(
                f"{ahead_s:,.0f} s ahead; changes are kept for at most {LONGEST_S:,.0f} s"
            )
        with self._changed:
            if self._count >= CAPACITY:
                raise ControlError(
                    f"{CAPACITY:,} changes are already scheduled; "
                    "this one was refused (/panic drops them)"
                )
            heap = self._heaps.setdefault(slot, [])
            if act not in self._acts:
                self._acts.append(act)
            number = self._acts.index(act)
            heapq.heappush(heap, (at_ns, next(self._order), number, subject, *arguments))
            self._count += 1
            if self._wakes_ns is None or at_ns - LEAD_NS < self._wakes_ns:
                self._wake()

    def is_clear(self, slot: int, at_ns: int) -> bool:
        """Whether nothing of a slot waits that comes before a change for that time."""
        with self._changed:
            heap = self._heaps.get(slot)
            return not heap or heap[0][0] > at_ns

    def take(self, slot: int, until_ns: int) -> Later | None:
        """The slot's next change for a time up to `until_ns`, and off the schedule."""
        with self._changed:
            heap = self._heaps.get(slot)
            if not heap or heap[0][0] > until_ns:
                return None
            entry = heapq.heappop(heap)
            self._count -= 1
            for _ in range(MOST_REPLACED):
                if not heap or not _replaces(heap[0], entry):
                    break
                entry = heapq.heappop(heap)
                self._count -= 1
            if not heap:
                del self._heaps[slot]
            at_ns, _, act, subject, *arguments = entry
            return Later(at_ns, self._acts[act], tuple(arguments), subject)

    def drop(self, slot: int | None = None) -> int:
        """Forget what waits for a slot, or for all; returns how many changes that were."""
        with self._changed:
            names = list(self._heaps) if slot is None else [slot]
            dropped = [self._heaps.pop(name, []) for name in names]
            count = sum(len(heap) for heap in dropped)
            self._count -= count
        return count  # the memory is given back here, outside the lock

    def due(self, until_ns: int) -> list[int]:
        """The slots for which something waits that is for a time up to `until_ns`."""
        with self._changed:
            return [slot for slot, heap in self._heaps.items() if heap[0][0] <= until_ns]

    def wait(self) -> None:
        """Until something is due within `LEAD_S`, or `wake`."""
        with self._changed:
            first = min((heap[0][0] for heap in self._heaps.values()), default=None)
            self._wakes_ns = None if first is None else first - LEAD_NS
            waits_s = None if first is None else (first - LEAD_NS - time.monotonic_ns()) / 1e9
            if not self._woken and (waits_s is None or waits_s > 0):
                self._changed.wait(waits_s)
            self._woken = False
            self._wakes_ns = 0

    def wake(self) -> None:
        """End a `wait`, or the next one."""
        with self._changed:
            self._wake()

    def _wake(self) -> None:
        self._woken = True
        self._changed.notify()


class Fed(Protocol):
    """What a feeder gives changes to."""

    def give(self, slot: int, until_ns: int, end_s: float) -> bool:
        """Give a slot what waits for it up to `until_ns`, until `time.monotonic()` is `end_s`.

        False if the engine had no room for all of it.
        """


class Feeder:
    """The thread that gives an engine what waits in a schedule when it is due."""

    def __init__(self, schedule: Schedule, fed: Fed) -> None:
        self._schedule = schedule
        self._fed = fed
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start, if it has not started."""
        if self._thread is None:
            self._stopping = False
            self._thread = threading.Thread(target=self._run, name="schedule", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread; what waits keeps waiting. The engine's lock must not be held."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stopping = True
            self._schedule.wake()
            thread.join()

    def _run(self) -> None:
        while not self._stopping:
            self._schedule.wait()
            while not self._stopping:
                until_ns = time.monotonic_ns() + LEAD_NS
                slots = self._schedule.due(until_ns)
                if not slots:
                    break
                # Not one `and` the next: a slot without room holds up no other.
                room = [self._fed.give(s, until_ns, time.monotonic() + TURN_S) for s in slots]
                # Other threads want the engine's lock: it is nobody's for a moment.
                time.sleep(REST_S if any(room) else FULL_S)

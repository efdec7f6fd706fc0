"""A thread for commands that take long or are due later, so that the OSC socket never waits."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable

from rtsynth.common.errors import ControlError

MAX_JOBS = 256
MAX_LATER = 128  # of them, for later: so that there is room for those for now


class Worker:
    """Runs jobs in the order of their time, and jobs of one time in the order they came."""

    def __init__(self, name: str = "osc-worker") -> None:
        self._jobs: list[tuple[int, int, bool, Callable[[], None]]] = []
        self._order = itertools.count()
        self._later = 0  # jobs that were for later when they came
        self._running = False
        self._stopping = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Drop what waits, let what runs finish, end the thread."""
        with self._changed:
            self._stopping = True
            self._jobs.clear()
            self._changed.notify()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join()

    def put(self, job: Callable[[], None], at_ns: int | None = None) -> None:
        """Queue a job for a `time.monotonic_ns()` time; None is now. It must not raise.

        Raises:
            ControlError: `MAX_JOBS` are waiting, or `MAX_LATER` for a later time.
        """
        with self._changed:
            if len(self._jobs) >= MAX_JOBS:
                raise ControlError(f"{MAX_JOBS} commands are waiting already; wait for /done")
            if at_ns is not None and self._later >= MAX_LATER:
                raise ControlError(f"{MAX_LATER} commands are already scheduled")
            due_ns = time.monotonic_ns() if at_ns is None else at_ns
            heapq.heappush(self._jobs, (due_ns, next(self._order), at_ns is not None, job))
            self._later += at_ns is not None
            self._changed.notify()

    def is_busy(self) -> bool:
        """Say whether a job is running or due."""
        with self._changed:
            return self._running or (bool(self._jobs) and self._jobs[0][0] <= time.monotonic_ns())

    def _work(self) -> None:
        while (job := self._next()) is not None:
            job()
            with self._changed:
                self._running = False

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            while not self._stopping:
                ahead_ns = self._jobs[0][0] - time.monotonic_ns() if self._jobs else None
                if ahead_ns is not None and ahead_ns <= 0:
                    self._running = True
                    _, _, later, job = heapq.heappop(self._jobs)
                    self._later -= later
                    return job
                self._changed.wait(None if ahead_ns is None else ahead_ns / 1e9)
        return None

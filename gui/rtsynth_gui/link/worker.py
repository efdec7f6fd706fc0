"""What may wait for a disk or a process, done beside the window: it never waits itself."""

import threading
import time
from collections.abc import Callable
from itertools import count
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from rtsynth.common.errors import RtsynthError

T = TypeVar("T")

LOOK_MS = 10  # for what is done, while there is something to do
SETTLE_S = 2.0  # that a window which closes waits for a disk at most


class Tasks:
    """Does things one after the other, in a thread that is there while there is something to do.

    It knows nothing of Qt: what has asked may be gone before it is done.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._waiting: dict[str, Callable[[], None]] = {}
        self._count = count()
        self._changed = threading.Condition()
        self._at_work = False

    def put(self, task: Callable[[], None], key: str = "") -> None:
        """One more; it takes the place of one with the same key that waits. It must not raise."""
        with self._changed:
            self._waiting[key or f"#{next(self._count)}"] = task
            if not self._at_work:
                self._at_work = True
                threading.Thread(target=self._work, name=self._name, daemon=True).start()

    @property
    def busy(self) -> bool:
        """Whether there is something to do, or being done."""
        return self._at_work

    def settle(self, seconds: float = SETTLE_S) -> bool:
        """Wait until all is done; whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._at_work, seconds)

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._waiting:
                    self._at_work = False
                    self._changed.notify_all()
                    return
                task = self._waiting.pop(next(iter(self._waiting)))
            task()


KEPT = Tasks("kept files")  # what the window remembers, for all of its rooms


class Done(NamedTuple):
    """What came of a piece of work, by its number: a value, or what it raised."""

    number: int
    value: Any
    error: Exception | None


class Awaited(NamedTuple):
    """What waits for a piece of work: for what it returns, or for its end without a result."""

    then: Callable[[Any], object] | None
    failed: Callable[[], object] | None


NOBODY = Awaited(None, None)


class Worker(QObject):
    """Has work done for a widget, which gets the results on its own thread.

    `failed(text)`: a line about what went wrong. Without `tasks` it has a thread of its own.
    """

    failed = Signal(str)

    def __init__(self, name: str, parent: QObject, tasks: Tasks | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks or Tasks(name)
        self._done: SimpleQueue[Done] = SimpleQueue()
        self._awaited: dict[int, Awaited] = {}
        self._count = count(1)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.collect)

    def do(
        self,
        work: Callable[[], T],
        then: Callable[[T], object] | None = None,
        key: str = "",
        *,
        failed: Callable[[], object] | None = None,
    ) -> None:
        """Have `work` done, which has nothing of Qt, and then `then` with what it returns.

        With a key, it takes the place of work with the same key that has not begun, and whose
        `then` is never called: of several writes of a file the last one counts.

        Args:
            failed: called instead of `then` whatever the work raised, after the line about it; so
                that nothing waits for a result which never comes.
        """
        number = next(self._count)
        self._awaited[number] = Awaited(then, failed)
        self._tasks.put(_task(work, number, self._done), key)
        self._timer.start()

    def settle(self, seconds: float = SETTLE_S) -> bool:
        """Wait until all is done, and take it in: for the end of a window. Whether it is."""
        settled = self._tasks.settle(seconds)
        self.collect()
        return settled

    def collect(self) -> None:
        """Take in what is done."""
        while not self._done.empty():
            done = self._done.get()
            awaited = self._awaited.pop(done.number, NOBODY)
            if done.error is None:
                if awaited.then is not None:
                    awaited.then(done.value)
                continue
            if isinstance(done.error, RtsynthError | OSError):
                self.failed.emit(str(done.error))
            if awaited.failed is not None:
                awaited.failed()
            if not isinstance(done.error, RtsynthError | OSError):
                raise done.error  # a mistake in the program
        # In this order: what was done when nothing was left to do is in the queue.
        if not self._tasks.busy and self._done.empty():
            self._timer.stop()
            self._awaited.clear()  # of work that was replaced


def settle_workers(parent: QObject, seconds: float = SETTLE_S) -> None:
    """Wait until all that was asked for in a window is done, but for so long at most in all."""
    end_s = time.monotonic() + seconds
    for worker in parent.findChildren(Worker):
        worker.settle(max(end_s - time.monotonic(), 0.0))


def _task(work: Callable[[], T], number: int, done: "SimpleQueue[Done]") -> Callable[[], None]:
    """The work, as a thread does it."""

    def task() -> None:
        try:
            done.put(Done(number, work(), None))
        except Exception as error:
            done.put(Done(number, None, error))

    return task

"""Jobs in the order of their time, on a thread of their own."""

import threading
import time
from collections.abc import Iterator

import pytest

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.worker import MAX_JOBS, MAX_LATER, Worker


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.stop()


def nothing() -> None:
    """A job."""


def test_jobs_are_done_in_the_order_of_their_time(worker: Worker) -> None:
    done: list[str] = []
    finished = threading.Event()
    soon_ns = time.monotonic_ns() + 50_000_000
    worker.put(finished.set, soon_ns + 1)
    worker.put(lambda: done.append("soon"), soon_ns)
    worker.put(lambda: done.append("soon, too"), soon_ns)
    worker.put(lambda: done.append("now"))
    worker.start()
    assert finished.wait(60.0)
    assert done == ["now", "soon", "soon, too"]
    assert time.monotonic_ns() > soon_ns


def test_it_is_busy_while_a_job_runs_or_is_due(worker: Worker) -> None:
    began, may_end, later = threading.Event(), threading.Event(), threading.Event()

    def job() -> None:
        began.set()
        may_end.wait(60.0)

    assert not worker.is_busy()
    worker.put(nothing, time.monotonic_ns() + 3_600_000_000_000)
    assert not worker.is_busy()  # it is for later
    worker.put(job)
    worker.start()
    assert began.wait(60.0)
    assert worker.is_busy()
    worker.put(later.set)
    may_end.set()
    assert later.wait(60.0)


def test_there_is_room_for_jobs_for_now_however_many_are_for_later(worker: Worker) -> None:
    later_ns = time.monotonic_ns() + 3_600_000_000_000
    for _ in range(MAX_LATER):
        worker.put(nothing, later_ns)
    with pytest.raises(ControlError, match="already scheduled"):
        worker.put(nothing, later_ns)
    for _ in range(MAX_JOBS - MAX_LATER):
        worker.put(nothing)
    with pytest.raises(ControlError, match="commands are waiting already"):
        worker.put(nothing)

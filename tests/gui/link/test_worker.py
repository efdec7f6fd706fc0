"""Work beside the window: in order, the last of the same kind, results on the thread of Qt."""

import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from rtsynth.common.errors import InputError
from rtsynth_gui.link.worker import Tasks, Worker, settle_workers
from tests.gui.conftest import TIMEOUT_S, Spin


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What holds a thread up until it is set."""
    gate = threading.Event()
    yield gate
    gate.set()


def test_tasks_are_done_in_order_and_the_last_of_a_key_counts(gate: threading.Event) -> None:
    tasks, done = Tasks("test"), []
    assert not tasks.busy
    tasks.put(gate.wait)
    for number in range(3):
        tasks.put(lambda number=number: done.append(number), key="file")
    tasks.put(lambda: done.append("other"))
    assert tasks.busy
    assert not tasks.settle(0.01)  # a disk that does not answer
    gate.set()
    assert tasks.settle(TIMEOUT_S)
    assert done == [2, "other"]
    assert not tasks.busy
    tasks.put(lambda: done.append("again"))
    assert tasks.settle(TIMEOUT_S)
    assert done[-1] == "again"


def test_results_come_on_the_thread_that_asked(qt: QApplication) -> None:
    parent = QObject()
    worker = Worker("test", parent)
    threads: list[tuple[threading.Thread, threading.Thread]] = []
    worker.do(
        threading.current_thread, lambda there: threads.append((there, threading.current_thread()))
    )
    assert threads == []
    assert worker.settle(TIMEOUT_S)
    ((there, here),) = threads
    assert there.daemon
    assert there is not here
    assert here is threading.main_thread()
    assert not worker._timer.isActive()  # nothing is looked for any more


def test_a_result_may_ask_for_more(qt: QApplication) -> None:
    parent = QObject()
    worker = Worker("test", parent)
    results: list[int] = []
    worker.do(lambda: 1, lambda one: worker.do(lambda: one + 1, results.append))
    assert worker.settle(TIMEOUT_S)
    assert results == []
    assert worker.settle(TIMEOUT_S)
    assert results == [2]


def test_what_goes_wrong_is_a_line_or_an_error(qt: QApplication) -> None:
    parent = QObject()
    worker = Worker("test", parent)
    lines: list[str] = []
    worker.failed.connect(lines.append)

    def refused() -> None:
        raise InputError("file.json: not JSON")

    def broken() -> None:
        raise ZeroDivisionError

    worker.do(refused)
    assert worker.settle(TIMEOUT_S)
    assert lines == ["file.json: not JSON"]

    def forbidden() -> None:
        raise PermissionError(13, "Permission denied", "folder")

    worker.do(forbidden)
    assert worker.settle(TIMEOUT_S)
    assert lines[1:] == ["[Errno 13] Permission denied: 'folder'"]
    worker.do(broken)
    with pytest.raises(ZeroDivisionError):
        worker.settle(TIMEOUT_S)


@pytest.mark.parametrize("error", [InputError("no"), PermissionError("no"), ZeroDivisionError()])
def test_who_asked_learns_of_every_end(qt: QApplication, error: Exception) -> None:
    parent = QObject()
    worker = Worker("test", parent)
    ends: list[str] = []

    def broken() -> None:
        raise error

    worker.do(broken, lambda _: ends.append("then"), failed=lambda: ends.append("failed"))
    worker.do(lambda: None, lambda _: ends.append("then"), failed=lambda: ends.append("failed"))
    if isinstance(error, ZeroDivisionError):
        with pytest.raises(ZeroDivisionError):
            worker.settle(TIMEOUT_S)
        assert ends == ["failed"]
    assert worker.settle(TIMEOUT_S)
    assert ends == ["failed", "then"]


def test_two_share_a_thread_and_get_their_own(qt: QApplication, gate: threading.Event) -> None:
    parent, tasks = QObject(), Tasks("shared")
    first, second = Worker("a", parent, tasks), Worker("b", parent, tasks)
    got: list[tuple[str, int]] = []
    first.do(gate.wait)
    second.do(lambda: 2, lambda value: got.append(("second", value)))
    first.do(lambda: 1, lambda value: got.append(("first", value)))
    gate.set()
    assert first.settle(TIMEOUT_S)
    assert got == [("first", 1)]
    assert second.settle(TIMEOUT_S)
    assert got == [("first", 1), ("second", 2)]


@pytest.mark.system
def test_what_is_done_is_looked_for(qt: QApplication, spin: Spin) -> None:
    parent = QObject()
    worker = Worker("test", parent)
    results: list[int] = []
    worker.do(lambda: 1, results.append)
    spin(lambda: results == [1] and not worker._timer.isActive())


def test_a_window_that_closes_waits_for_all_of_them_together(
    qt: QApplication, gate: threading.Event
) -> None:
    window = QObject()
    page = QObject(window)
    done: list[str] = []
    for parent in (window, page):
        Worker("test", parent).do(lambda: None, lambda _: done.append("done"))
    settle_workers(window, 60.0)
    assert done == ["done", "done"]
    stuck = [Worker("test", page) for _ in range(20)]
    for worker in stuck:
        worker.do(gate.wait)
    begun_s = time.monotonic()
    settle_workers(window, 0.5)
    assert time.monotonic() - begun_s < 5.0, "and not 0.5 s for each"

"""Rows shared out among threads: each one once, in whole groups, errors passed on."""

import threading

import pytest
import torch

from rtsynth_models.cells.row_threads import WORTH_SHARING, over_rows


@pytest.mark.parametrize("rows", [1, 8, 9, 24, 37])
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_every_row_once(rows: int, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    ranges: list[tuple[int, int]] = []
    over_rows(lambda first, last: ranges.append((first, last)), rows, 8, WORTH_SHARING)
    assert len(ranges) == min(threads, -(-rows // 8))
    assert sorted(row for edges in ranges for row in range(*edges)) == list(range(rows))
    assert all(first % 8 == 0 for first, _ in ranges)


def test_little_work_stays_on_the_calling_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    ran: list[tuple[int, int, int]] = []
    over_rows(lambda *edges: ran.append((*edges, threading.get_ident())), 64, 8, WORTH_SHARING - 1)
    assert ran == [(0, 64, threading.get_ident())]


def test_an_error_of_any_thread_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)

    def work(first: int, last: int) -> None:
        if first:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        over_rows(work, 16, 8, WORTH_SHARING)

"""Precisions, threads and time ahead: what there is passes, all else is one line."""

import os

import pytest

from rtsynth.common import computing
from rtsynth.common.errors import InputError


def test_threads_are_the_cores_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 5, 7}, raising=False)
    assert computing.usable_threads() == 3
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    assert computing.usable_threads() == computing.MOST_THREADS


@pytest.mark.parametrize(("precision", "threads"), [("auto", None), ("float32", 1), ("int4", 2)])
def test_what_there_is(
    precision: str, threads: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computing, "usable_threads", lambda: 2)
    computing.check_precision(precision, threads)


@pytest.mark.parametrize(
    ("precision", "threads", "problem"),
    [
        ("int16", None, "--precision int16: there are auto, float32, int8, int4"),
        ("auto", 0, "--threads 0: at least 1"),
        ("auto", 3, "--threads 3: this machine has 2 cores for it"),
    ],
)
def test_what_there_is_not(
    precision: str, threads: int | None, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computing, "usable_threads", lambda: 2)
    with pytest.raises(InputError, match=problem):
        computing.check_precision(precision, threads)


def test_time_ahead() -> None:
    for ahead_ms in (None, 0.0, computing.MOST_AHEAD_MS):
        computing.check_ahead(ahead_ms)
    for ahead_ms in (-1.0, computing.MOST_AHEAD_MS + 1, float("nan")):
        with pytest.raises(InputError, match="--ahead"):
            computing.check_ahead(ahead_ms)

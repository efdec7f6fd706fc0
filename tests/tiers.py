"""The three tiers of the suite, and what a unit test may not do.

unit      no mark: no process, no sleep
system    `system`: a playing engine, a process, a clock
measure   `measure`: live minutes, listening, latency, fuzz at length; `make check` only

A test marked `alone` runs beside no other one, whatever its tier: its deadlines are real. Half of
the machine waits meanwhile, so those marked `background` run then, where no other needs it.
"""

import multiprocessing.process
import os
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import pytest

TIERS = ("unit", "system", "measure")
STARTS_A_PROCESS: tuple[tuple[Any, str], ...] = (
    (subprocess.Popen, "__init__"),
    (multiprocessing.process.BaseProcess, "start"),
    *((os, name) for name in ("fork", "forkpty", "posix_spawn") if hasattr(os, name)),
)
SLOW_S = 1.0  # a unit test above it is listed


def tier_of(marks: Iterable[str]) -> str:
    """The tier of a test with these marks: its own and those of its file."""
    names = set(marks)
    return next((tier for tier in reversed(TIERS) if tier in names), "unit")


@contextmanager
def unit_rule() -> Iterator[None]:
    """Fail what starts a process, or sleeps in the thread of the test."""
    sleep = time.sleep

    def refuse(name: str) -> Callable[..., None]:
        def fail(*_: object, **__: object) -> None:
            pytest.fail(f"a unit test may not start a process ({name}): mark it `system`")

        return fail

    def wait(seconds: float) -> None:
        if seconds > 0 and threading.current_thread() is threading.main_thread():
            pytest.fail(f"a unit test may not sleep ({seconds:g} s): mark it `system`")
        sleep(seconds)

    with pytest.MonkeyPatch.context() as patch:
        for owner, name in STARTS_A_PROCESS:
            patch.setattr(owner, name, refuse(f"{owner.__name__}.{name}"))
        patch.setattr(time, "sleep", wait)
        yield


class Report(Protocol):
    """What is needed of pytest's reports of a test's set-up, call and teardown."""

    tier: str
    nodeid: str
    duration: float


def summary(reports: Iterable[Report]) -> list[str]:
    """Tests and seconds of each tier, then the slow tests of the unit tier."""
    seconds: dict[str, defaultdict[str, float]] = {tier: defaultdict(float) for tier in TIERS}
    for report in reports:
        took = seconds[report.tier]
        took[report.nodeid] += report.duration
    lines = [
        f"{tier}: {len(took)} tests, {sum(took.values()):.0f} s"
        for tier, took in seconds.items()
        if took
    ]
    slow = [(took, name) for name, took in seconds["unit"].items() if took > SLOW_S]
    return lines + [f"{took:.1f} s for a unit test: {name}" for took, name in sorted(slow)]

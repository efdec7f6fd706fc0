"""A unit test that starts a process or sleeps fails with a line; the tiers are added up."""

import multiprocessing
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.tiers import summary, tier_of, unit_rule

OFFENCES: dict[str, Callable[[], object]] = {
    "Popen.__init__": lambda: subprocess.run([sys.executable, "-c", ""], check=False),
    "BaseProcess.start": lambda: multiprocessing.get_context("spawn").Process().start(),
    "0.001 s": lambda: time.sleep(0.001),
}


@dataclass
class Report:
    nodeid: str
    duration: float
    tier: str


@pytest.mark.parametrize("what", OFFENCES)
def test_what_a_unit_test_may_not(what: str) -> None:
    with unit_rule(), pytest.raises(pytest.fail.Exception, match="mark it `system`") as failure:
        OFFENCES[what]()
    assert what in str(failure.value)


def test_a_thread_beside_it_may_sleep() -> None:
    slept = []

    def work() -> None:
        time.sleep(0.001)
        slept.append(True)

    thread = threading.Thread(target=work)
    with unit_rule():
        thread.start()
        thread.join()
        time.sleep(0)
    assert slept


def test_a_mark_of_a_test_goes_over_that_of_its_file() -> None:
    assert tier_of(["test_a", "jack"]) == "unit"
    assert tier_of(["measure", "system"]) == "measure"


def test_each_tier_is_added_up() -> None:
    reports = [
        Report("a", 0.25, "unit"),
        Report("a", 0.5, "unit"),
        Report("b", 1.5, "unit"),
        Report("c", 4.0, "system"),
    ]
    assert summary(reports) == [
        "unit: 2 tests, 2 s",
        "system: 1 tests, 4 s",
        "1.5 s for a unit test: b",
    ]

"""How long a thread waits awake."""

import os
import time

import pytest

from rtsynth.engine.kernels.wait import LONGEST_NS, patience
from rtsynth.engine.program.layout import MINIMUM_WORK
from rtsynth.engine.program.ops import Matrix
from rtsynth.engine.run import team
from rtsynth.engine.run.team import leave_team, take_team, usable_threads
from rtsynth.engine.run.team_words import HELPER_COMPUTED, TEAM_AWAKE, TEAM_RAISED
from tests.requirements import lacking
from tests.rtsynth.engine.helpers import one_matrix, ops_of, post_matrix


@pytest.mark.parametrize(
    ("left_ns", "passed_ns", "worked", "expected"),
    [
        (0, 30, True, 30),
        (30, 20, False, 10),
        (30, 40, False, 0),
        (10, 30, True, 40),  # a short pause takes little of what was earned
        (0, 10**10, True, LONGEST_NS),  # as after a machine was asleep
        (LONGEST_NS, 1, True, LONGEST_NS),
    ],
)
def test_patience(left_ns: int, passed_ns: int, worked: bool, expected: int) -> None:
    assert patience(left_ns, passed_ns, worked) == expected


def test_who_works_most_of_the_time_never_sleeps() -> None:
    for worked_ns, waited_ns, sleeps in ((6, 4, False), (4, 6, True)):
        left_ns, least = 0, LONGEST_NS
        for _ in range(1000):
            left_ns = patience(patience(left_ns, worked_ns, True), waited_ns, False)
            least = min(least, left_ns)
        assert (least == 0) == sleeps


def _awake_between_tasks(raised: bool) -> int:
    """In how many of 20 pauses of 10 ms, each after 60 ms of work, a helper is awake at the end."""
    own = team._Team(1)
    own.words[TEAM_RAISED] = raised
    helper, awake = own._helpers[0], 0
    program, arena, _ = one_matrix(own.words, 512, 64)
    op = ops_of(program.ops, Matrix)[0]
    try:
        for _ in range(20):
            assert take_team(own.words, MINIMUM_WORK) == 1
            end, computed = time.monotonic() + 0.06, helper[HELPER_COMPUTED]
            while time.monotonic() < end or helper[HELPER_COMPUTED] == computed:
                post_matrix(program, arena, op)
                team.fetch(own.words, 0)
            leave_team(own.words, 1)
            time.sleep(0.01)
            awake += int(own.words[TEAM_AWAKE])
    finally:
        own.close()
    assert not any(thread.is_alive() for thread in own.threads)  # also one that waits awake
    return awake


@pytest.mark.measure
@pytest.mark.system
@pytest.mark.alone
def test_a_helper_that_works_most_of_the_time_waits_awake() -> None:
    """Unless it is above the rest of the system, which it would keep from the core."""
    if usable_threads() < 2:
        lacking("the machine has a single core, so there are no helper threads")
    assert _awake_between_tasks(raised=False) >= 15
    assert _awake_between_tasks(raised=True) <= 5


def test_who_is_raised_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    def setter(thread: int, policy: int, parameter: os.sched_param) -> None:
        asked.append((thread, policy, parameter.sched_priority))
        if refuses:
            raise PermissionError

    monkeypatch.setattr(os, "sched_setscheduler", setter)
    own = team._Team(1)
    monkeypatch.setattr(team, "_teams", {1: own})
    try:
        for refuses in (True, False):
            asked: list[tuple[int, int, int]] = []
            assert team.raise_priority(7) is not refuses
            assert asked == [(own.threads[0].native_id, os.SCHED_FIFO, 7)]
            assert own.words[TEAM_RAISED] == (not refuses)
    finally:
        own.close()

"""Helper threads: what they are given, that they sleep and wake, and that one render has them."""

import threading
import time

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.memory import add_to
from rtsynth.engine.kernels.packing import FLOAT32, INT4, group_sizes
from rtsynth.engine.live.shared import read_word
from rtsynth.engine.program.layout import MINIMUM_WORK, header_of
from rtsynth.engine.program.ops import Matrix
from rtsynth.engine.run import team
from rtsynth.engine.run.tape import run_ops
from rtsynth.engine.run.team import aligned_words, leave_team, take_team
from rtsynth.engine.run.team_words import (
    TASK_CLAIM,
    TASK_DONE,
    TASK_SHARES,
    TASKS,
    TEAM_AWAKE,
    TEAM_BLOCKS,
    TEAM_HELPERS,
    TEAM_OWNER,
    TEAM_PENDING,
    TEAM_TASKS,
    TEAM_WORDS,
)
from tests.rtsynth.engine.helpers import PANELS, one_matrix, ops_of, post_matrix

F32 = NDArray[np.float32]

MARK = np.float32(42.0)


# --- what is handed over -------------------------------------------------------------------------


@jit()
def _claim_last(words, at):
    """What a helper claims of a task as it stands."""
    return team._claim(words, at, read_word(words, at + TASK_CLAIM) >> 32, True)


@jit()
def _claim_of(words, at, number):
    return team._claim(words, at, number, True)


@jit()
def _count(words, at):
    add_to(words, at + TASK_DONE, 1)


class FakeTeam:
    """Helpers that compute nothing but put MARK where they would have to compute."""

    def __init__(self, helpers: int, awake: int | None = None) -> None:
        self.words = aligned_words(TEAM_WORDS)
        self.words[TEAM_HELPERS] = helpers
        self.words[TEAM_AWAKE] = helpers if awake is None else awake
        self.claimed: list[int] = []  # groups, in the order they were claimed
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> "FakeTeam":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._end.set()
        self._thread.join()

    def start(self, target: F32) -> None:
        """`target` [panels, 16] is where results go."""
        self._target = target

    def _serve(self) -> None:
        edges = np.cumsum([0, *group_sizes(PANELS, FLOAT32)])
        while not self._end.is_set():
            group = _claim_last(self.words, TEAM_TASKS)
            if group < 0:
                time.sleep(0.0001)
                continue
            self.claimed.append(group)
            self._target[edges[group] : edges[group + 1]] = MARK
            _count(self.words, TEAM_TASKS)


def _results(fake: FakeTeam, inputs: int = 32, awaited: bool = False) -> tuple[F32, F32]:
    """[panels, 16] computed with the team, and without. `awaited`: until a helper was there."""
    program, arena, target = one_matrix(fake.words, inputs)
    alone = arena.copy()
    results, expected = (
        part[target : target + 16 * PANELS].reshape(PANELS, 16) for part in (arena, alone)
    )
    first, end = program.sections[0, 0], program.sections[0, 2]
    run_ops(program, header_of(alone), alone, first, end, 0, 0)
    fake.start(results)
    with fake:
        late = time.monotonic() + 30
        while True:
            run_ops(program, header_of(arena), arena, first, end, 0, int(fake.words[TEAM_HELPERS]))
            if fake.claimed or not awaited:
                break
            assert time.monotonic() < late, "the helper's thread was not scheduled for 30 s"
    return results, expected


def test_helpers_take_groups_from_the_end() -> None:
    groups = len(group_sizes(PANELS, FLOAT32))
    edges = np.cumsum([0, *group_sizes(PANELS, FLOAT32)])
    fake = FakeTeam(1)
    results, expected = _results(fake, awaited=True)
    # Every group once, and nothing is missing when the op ends.
    own = groups - len(fake.claimed)
    assert fake.claimed == list(range(groups - 1, own - 1, -1))
    assert np.all(results[edges[own] :] == MARK)
    np.testing.assert_array_equal(results[: edges[own]], expected[: edges[own]])
    assert not fake.words[TEAM_PENDING : TEAM_PENDING + TASKS].any()


@pytest.mark.parametrize("panels", [9, 12, 17, 33])
@pytest.mark.parametrize("helpers_first", [False, True])
def test_shares_of_int4_are_two_groups_and_the_last_one_may_be_one(
    panels: int, helpers_first: bool
) -> None:
    """Every group is computed once, whoever takes it."""
    words = aligned_words(TEAM_WORDS)
    words[TEAM_HELPERS] = words[TEAM_AWAKE] = 1
    program, arena, target = one_matrix(words, 512, panels, "int4")
    first, end = program.sections[0, 0], program.sections[0, 2]
    run_ops(program, header_of(arena), arena, first, end, 0, 0)
    expected = arena[target : target + 16 * panels].copy()
    arena[target : target + 16 * panels] = np.nan
    post_matrix(program, arena, ops_of(program.ops, Matrix)[0])
    assert words[TEAM_TASKS + TASK_SHARES] == -(-len(group_sizes(panels, INT4)) // 2)
    if helpers_first:
        while team._take_part(words, TEAM_TASKS, True):
            pass
    else:
        assert team._take_part(words, TEAM_TASKS, True)
    team.fetch(words, 0)
    np.testing.assert_array_equal(arena[target : target + 16 * panels], expected)


def test_helpers_that_nap_are_left_out() -> None:
    asleep = FakeTeam(2, awake=0)
    results, expected = _results(asleep)
    assert asleep.claimed == []
    np.testing.assert_array_equal(results, expected)


def test_a_helper_that_slept_takes_nothing_of_a_task_posted_since() -> None:
    words = aligned_words(TEAM_WORDS)
    claim = TEAM_TASKS + TASK_CLAIM
    words[claim] = 7 << 32 | 3
    assert _claim_of(words, TEAM_TASKS, 6) == -1
    assert words[claim] == 7 << 32 | 3
    assert [_claim_of(words, TEAM_TASKS, 7) for _ in range(4)] == [2, 1, 0, -1]


def test_a_small_matrix_is_not_shared() -> None:
    """4 bytes x 528 outputs x 29 inputs are below MINIMUM_WORK, with 32 they are above."""
    assert 4 * 16 * PANELS * 31 < MINIMUM_WORK <= 4 * 16 * PANELS * 32
    small, large = FakeTeam(1), FakeTeam(1)
    results, expected = _results(small, inputs=29)
    assert small.claimed == []
    np.testing.assert_array_equal(results, expected)
    _results(large, inputs=32, awaited=True)
    assert large.claimed


def test_one_render_at_a_time_has_the_team() -> None:
    words = FakeTeam(3).words
    assert take_team(words, MINIMUM_WORK) == 3
    assert words[TEAM_OWNER] == words[TEAM_BLOCKS] == 1
    assert take_team(words, MINIMUM_WORK) == 0  # somebody else's
    leave_team(words, 0)
    assert words[TEAM_OWNER] == words[TEAM_BLOCKS] == 1
    leave_team(words, 3)
    assert words[TEAM_OWNER] == 0
    assert take_team(words, MINIMUM_WORK) == 3
    assert words[TEAM_BLOCKS] == 2
    assert take_team(FakeTeam(3).words, MINIMUM_WORK - 1) == 0  # too little to share
    assert take_team(FakeTeam(0).words, MINIMUM_WORK) == 0

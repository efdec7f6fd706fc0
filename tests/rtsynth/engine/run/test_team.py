"""Helper threads: what they are given, that they sleep and wake, and that one render has them."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.common.computing import MOST_THREADS
from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.memory import add_to
from rtsynth.engine.kernels.packing import FLOAT32, INT4, group_sizes
from rtsynth.engine.live.shared import read_word
from rtsynth.engine.program.layout import MAX_AHEAD, MINIMUM_WORK, header_of, no_events
from rtsynth.engine.program.ops import Ahead, Matrix, op_of
from rtsynth.engine.run import team
from rtsynth.engine.run.render import render_block
from rtsynth.engine.run.tape import run_ops
from rtsynth.engine.run.team import aligned_words, leave_team, take_team, team_words, usable_threads
from rtsynth.engine.run.team_words import (
    HELPER_COMPUTED,
    TASK_ARGUMENTS,
    TASK_CLAIM,
    TASK_DONE,
    TASK_SHARES,
    TASK_WORDS,
    TASKS,
    TEAM_AWAKE,
    TEAM_BLOCKS,
    TEAM_HELPERS,
    TEAM_OWNER,
    TEAM_PENDING,
    TEAM_TASKS,
    TEAM_WORDS,
)
from tests.requirements import lacking
from tests.rtsynth.engine.helpers import PANELS, helper_words, one_matrix, ops_of, post_matrix
from tests.rtsynth.plugins import random_plugin

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]
ARENA = 2  # of a task's arguments, its address; the weights' address and size come first
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


# --- real threads --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """Large enough to be shared, compiled for two threads."""
    if usable_threads() < 2:
        lacking("the machine has a single core, so there are no helper threads")
    path: Path = tmp_path_factory.mktemp("team") / "x.safetensors"
    plugin = random_plugin(path, scale=0.15, hidden=160, layers=2)
    return compile_plugin(plugin, "int8", threads=2, calibrated=False)


def _play(compiled: Compiled, arena: F32, samples: int = 2000, block: int = 64) -> F32:
    out = np.empty(samples, np.float32)
    for start in range(0, samples, block):
        part = out[start : start + block]
        render_block(compiled.program, header_of(arena), arena, no_events(), 0, part)
    return out


def _wait_for(condition: "Iterator[bool]", what: str) -> None:
    end = time.monotonic() + 30
    for met in condition:
        if met:
            return
        assert time.monotonic() < end, what


@pytest.mark.system
def test_a_helper_naps_between_blocks_and_comes_back(shared: Compiled) -> None:
    words = helper_words(shared.program.team)

    def helping() -> Iterator[bool]:
        while True:
            before = read_word(words, HELPER_COMPUTED)
            _play(shared, new_arena(shared, 1))
            yield read_word(words, HELPER_COMPUTED) > before

    def napping() -> Iterator[bool]:
        while True:
            time.sleep(0.002)
            yield read_word(shared.program.team, TEAM_AWAKE) == 0

    for _ in range(3):
        _wait_for(helping(), "the helper did not help for 30 s")
        _wait_for(napping(), "the helper is still awake after 30 s without work")


def test_the_next_step_is_begun_ahead(shared: Compiled) -> None:
    """Recurrent matrices are posted within a block, and all are fetched when it ends."""
    ops = shared.program.ops
    begun = [op_of(ops[ahead.op]) for ahead in ops_of(ops, Ahead)]
    assert [op.task for op in begun if isinstance(op, Matrix)] == [1, 2]  # one per layer
    team_words_, task_1 = shared.program.team, TEAM_TASKS + TASK_WORDS
    arena = new_arena(shared, 1)

    def posted() -> Iterator[bool]:
        while True:
            before = team_words_[task_1 + TASK_CLAIM] >> 32
            _play(shared, arena)
            assert not team_words_[TEAM_PENDING : TEAM_PENDING + TASKS].any()
            yield bool(
                team_words_[task_1 + TASK_CLAIM] >> 32 > before
                and team_words_[task_1 + TASK_ARGUMENTS + ARENA] == arena.ctypes.data
            )

    _wait_for(posted(), "no helper was awake for 30 s")


def test_no_more_is_begun_ahead_than_there_are_tasks(tmp_path: Path) -> None:
    plugin = random_plugin(tmp_path / "x.safetensors", scale=0.05, hidden=160, layers=MAX_AHEAD + 2)
    ops = compile_plugin(plugin, "int8", calibrated=False).program.ops
    assert len(ops_of(ops, Ahead)) == MAX_AHEAD


def test_two_renders_at_once_sound_like_one_after_the_other(shared: Compiled) -> None:
    expected = [_play(shared, new_arena(shared, seed)) for seed in range(2)]
    heard: list[list[F32]] = [[], []]
    barrier = threading.Barrier(2)

    def play(seed: int) -> None:
        barrier.wait()
        for _ in range(15):
            heard[seed].append(_play(shared, new_arena(shared, seed), block=7))

    threads = [threading.Thread(target=play, args=(seed,)) for seed in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shared.program.team[TEAM_OWNER] == 0
    for seed in range(2):
        for audio in heard[seed]:
            np.testing.assert_array_equal(audio.view(np.int32), expected[seed].view(np.int32))


def test_a_closed_team_ends_its_threads_and_renders_go_on(shared: Compiled) -> None:
    own = team._Team(1)
    (thread,) = own.threads
    assert thread.is_alive()
    assert thread.daemon
    program = shared.program._replace(team=own.words)
    arenas = [new_arena(shared, 1) for _ in range(3)]
    out = [np.empty(300, np.float32) for _ in arenas]
    render_block(program, header_of(arenas[0]), arenas[0], no_events(), 0, out[0])
    own.close()
    assert not thread.is_alive()
    assert own.words[TEAM_HELPERS] == 0
    blocks = int(own.words[TEAM_BLOCKS])
    render_block(program, header_of(arenas[1]), arenas[1], no_events(), 0, out[1])
    assert own.words[TEAM_BLOCKS] == blocks
    np.testing.assert_array_equal(out[0].view(np.int32), out[1].view(np.int32))
    own.close()  # once more does no harm


def test_teams_are_shared_and_no_larger_than_the_machine() -> None:
    assert team_words(1)[TEAM_HELPERS] == 0
    cores = usable_threads()
    assert team_words(cores)[TEAM_HELPERS] == cores - 1
    before = threading.active_count()
    assert team_words(cores + 5).ctypes.data == team_words(cores).ctypes.data
    assert threading.active_count() == before


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="no affinity on this system")
def test_usable_threads_follow_the_affinity() -> None:
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert usable_threads() == 1
    finally:
        os.sched_setaffinity(0, allowed)
    assert usable_threads() == min(len(allowed), MOST_THREADS)


@pytest.mark.skipif(not hasattr(os, "sched_setscheduler"), reason="no scheduler on this system")
def test_priority_is_raised_where_that_is_allowed(shared: Compiled) -> None:
    threads = [thread for each in team._teams.values() for thread in each.threads]
    assert threads
    raised = team.raise_priority(10)
    try:
        for thread in threads:
            assert thread.native_id is not None
            fifo = os.sched_getscheduler(thread.native_id) == os.SCHED_FIFO
            assert fifo == raised
    finally:
        for thread in threads:
            os.sched_setscheduler(thread.native_id or 0, os.SCHED_OTHER, os.sched_param(0))

"""Helper threads that run: they nap, begin ahead, end; and how many there may be."""

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
from rtsynth.engine.live.shared import read_word
from rtsynth.engine.program.layout import MAX_AHEAD, header_of, no_events
from rtsynth.engine.program.ops import Ahead, Matrix, op_of
from rtsynth.engine.run import team
from rtsynth.engine.run.render import render_block
from rtsynth.engine.run.team import team_words, usable_threads
from rtsynth.engine.run.team_words import (
    HELPER_COMPUTED,
    TASK_ARGUMENTS,
    TASK_CLAIM,
    TASK_WORDS,
    TASKS,
    TEAM_AWAKE,
    TEAM_BLOCKS,
    TEAM_HELPERS,
    TEAM_OWNER,
    TEAM_PENDING,
    TEAM_TASKS,
)
from tests.requirements import lacking
from tests.rtsynth.engine.helpers import helper_words, ops_of
from tests.rtsynth.plugins import random_plugin

F32 = NDArray[np.float32]

ARENA = 2  # of a task's arguments, its address; the weights' address and size come first


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


@pytest.mark.measure
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

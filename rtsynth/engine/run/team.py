"""Helper threads that share the large matrices with whoever renders.

A team is a few native threads that run compiled code only: the OS thread is started through
`threading` (the portable way), enters compiled code at once without the GIL and comes back when
the team is closed. While there is work a helper spins; between blocks it yields its core if work is
most of what it does (see `rtsynth.engine.kernels.wait`), and else sleeps in naps of 50 us.

A matrix is a task. The rendering thread posts it and takes shares of its rows from the front, the
helpers take them from the end, until there are none. What a recurrent layer's next step computes
from the state it has now can be posted as soon as that state is known, and is fetched when the step
comes: helpers compute it while the owner does something else.

The rendering thread never waits for a helper to wake up, and never calls the system: groups that
nobody has taken it computes itself. Rows are computed in the same order whoever does it, so the
number of threads has no influence on the sound. One render at a time has the team (OWNER); another
one at the same moment does without.
"""

import atexit
import os
import threading
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
from numba import cfunc
from numpy.typing import NDArray

from rtsynth.common.computing import usable_threads
from rtsynth.engine.kernels.clock import monotonic_ns
from rtsynth.engine.kernels.float_mode import enter_standard_floats
from rtsynth.engine.kernels.jit import OPTIONS, in_own_cache, jit
from rtsynth.engine.kernels.matrix import matrix_groups
from rtsynth.engine.kernels.memory import (
    add_to,
    compare_and_swap,
    load_acquire,
    store_release,
    words_at,
)
from rtsynth.engine.kernels.packing import INT4
from rtsynth.engine.kernels.records import read_record, write_record
from rtsynth.engine.kernels.wait import nap, patience, pause, yield_core
from rtsynth.engine.program.layout import MINIMUM_WORK
from rtsynth.engine.run.team_words import (
    HELPER_COMPUTED,
    HELPER_QUIT,
    HELPER_TEAM,
    HELPER_WORDS,
    TASK_ARGUMENTS,
    TASK_CLAIM,
    TASK_DONE,
    TASK_SHARES,
    TASK_WORDS,
    TASKS,
    TEAM_AWAKE,
    TEAM_BLOCKS,
    TEAM_END,
    TEAM_HELPERS,
    TEAM_OWNER,
    TEAM_PENDING,
    TEAM_RAISED,
    TEAM_TASKS,
    TEAM_WORDS,
    Task,
)

NAP_US = 50
SHORT_NAPS, LONG_NAP_US = 20_000, 2_000  # after about a second without blocks it sleeps deeper
SPIN_NS = 150_000  # how long a helper stays awake without work, whatever it has done before


@jit(forceinline=True)
def _share_groups(kind):
    """Groups that are taken together: those of int4 are small."""
    return 2 if kind == INT4 else 1


@jit(forceinline=True)
def _claim(team, at, number, last):
    """A share of the task at team[at:] that is still to be computed, -1 if there is none."""
    while True:
        word = load_acquire(team, at + TASK_CLAIM)
        front, end = (word >> 16) & 0xFFFF, word & 0xFFFF
        if word >> 32 != number or front >= end:
            return -1
        taken = word - 1 if last else word + (1 << 16)
        if compare_and_swap(team, at + TASK_CLAIM, word, taken):
            return end - 1 if last else front


@jit()
def _take_part(team, at, last):
    """Compute shares of the task at team[at:]: the first ones, as long as there are any; or the
    last one. Whether there was one.
    """
    number = load_acquire(team, at + TASK_CLAIM) >> 32
    busy = False
    while True:
        share = _claim(team, at, number, last)
        if share < 0:
            return busy
        busy = True
        task = read_record(team, at + TASK_ARGUMENTS, Task)
        together, groups = _share_groups(task.matrix.kind), task.matrix.groups
        first, end = share * together, min((share + 1) * together, groups)
        matrix_groups(task.weights, task.arena, task.stride, task.voices, task.matrix, first, end)
        add_to(team, at + TASK_DONE, 1)
        if last:
            return True


def _help(address):
    """A helper's life: nap, watch for blocks, compute what it finds, quit."""
    enter_standard_floats()  # the thread is ours: for good
    words = words_at(address, HELPER_WORDS)
    team = words_at(words[HELPER_TEAM], TEAM_WORDS)
    seen = np.int64(0)
    while True:
        # Napping: a new block wakes a helper, or one that is still being rendered.
        naps = 0
        while True:
            if load_acquire(words, HELPER_QUIT) != 0:
                return
            if load_acquire(team, TEAM_BLOCKS) != seen:
                break
            naps += 1
            nap(np.int32(NAP_US if naps < SHORT_NAPS else LONG_NAP_US))
            if load_acquire(team, TEAM_OWNER) != 0:
                break
        add_to(team, TEAM_AWAKE, 1)
        left, before = np.int64(0), monotonic_ns()
        since = before
        while True:
            busy = False
            for task in range(TASKS):
                if _take_part(team, TEAM_TASKS + task * TASK_WORDS, True):
                    busy = True
                    break  # what the owner waits for is task 0: look there again
            now = monotonic_ns()
            left, before = patience(left, now - before, busy), now
            if busy:
                store_release(words, HELPER_COMPUTED, words[HELPER_COMPUTED] + 1)
                since = now
            elif now - since <= SPIN_NS:
                pause()
            elif left > 0 and load_acquire(team, TEAM_RAISED) == 0:
                yield_core()
            else:
                seen = load_acquire(team, TEAM_BLOCKS)
                break
        add_to(team, TEAM_AWAKE, -1)


@cache
def _entry() -> Any:
    """`_help` as a C function; compiled only where a team has helpers."""
    options = {name: value for name, value in OPTIONS.items() if name != "nogil"}
    return in_own_cache(cfunc("void(int64)", **options))(_help).ctypes


@jit()
def take_team(team, largest):
    """Before a block whose largest matrix has `largest` bytes: how many helpers it may use.

    None, and none is woken, if that is too little to share or somebody else renders with the team.
    """
    if team[TEAM_HELPERS] == 0 or largest < MINIMUM_WORK:
        return 0
    if not compare_and_swap(team, TEAM_OWNER, 0, 1):
        return 0
    team[TEAM_END] = 0
    store_release(team, TEAM_BLOCKS, team[TEAM_BLOCKS] + 1)
    return team[TEAM_HELPERS]


@jit()
def leave_team(team, helpers):
    """After a block that used `helpers`."""
    if helpers > 0:
        settle(team)
        store_release(team, TEAM_OWNER, 0)


@jit()
def settle(team):
    """Finish what was begun ahead, and forget it: what it was computed from is about to change."""
    for task in range(1, TASKS):
        if team[TEAM_PENDING + task] != 0:
            fetch(team, task)


@jit()
def fetch(team, task):
    """Wait for a task, taking part in it."""
    at = TEAM_TASKS + task * TASK_WORDS
    _take_part(team, at, False)
    while load_acquire(team, at + TASK_DONE) < team[at + TASK_SHARES]:
        pass
    team[TEAM_PENDING + task] = 0


@jit()
def post(weights, arena, stride, voices, op, team, task):
    """Let helpers compute a `Matrix`; `fetch` brings its result."""
    words = TEAM_TASKS + task * TASK_WORDS
    write_record(team, words + TASK_ARGUMENTS, Task(weights, arena, stride, voices, op))
    together = _share_groups(op.kind)
    shares = (op.groups + together - 1) // together
    team[words + TASK_SHARES] = shares
    team[words + TASK_DONE] = 0
    number = ((load_acquire(team, words + TASK_CLAIM) >> 32) + 1) & 0x7FFFFFFF
    store_release(team, words + TASK_CLAIM, number << 32 | shares)
    team[TEAM_PENDING + task] = 1


@jit()
def matrix(weights, arena, stride, voices, op, team, helpers):
    """A `Matrix` for every voice.

    Its weights and bias were packed by `packing.pack_matrix`; for int8 and int4 its source is a
    quantised vector. Helpers that are awake compute a share of the groups; all of them may have
    been begun ahead, as task `op.task`.
    """
    if helpers > 0 and op.task > 0 and team[TEAM_PENDING + op.task] != 0:
        fetch(team, op.task)
    elif (
        helpers > 0
        and op.groups > _share_groups(op.kind)
        and op.weight_bytes * voices >= MINIMUM_WORK
        and load_acquire(team, TEAM_AWAKE) > 0
    ):
        post(weights, arena, stride, voices, op, team, 0)
        fetch(team, 0)
    else:
        matrix_groups(weights, arena, stride, voices, op, 0, op.groups)


class _Team:
    """The helpers of one process for one number of threads."""

    def __init__(self, helpers: int) -> None:
        self.words = aligned_words(TEAM_WORDS)
        self._helpers = [aligned_words(HELPER_WORDS) for _ in range(helpers)]
        self.threads: list[threading.Thread] = []
        for number, words in enumerate(self._helpers):
            words[HELPER_TEAM] = self.words.ctypes.data
            thread = threading.Thread(
                target=_entry(),
                args=(int(words.ctypes.data),),
                name=f"rtsynth-helper-{number + 1}",
                daemon=True,
            )
            self.threads.append(thread)
            thread.start()
        self.words[TEAM_HELPERS] = helpers
        if helpers:
            atexit.register(self.close)

    def close(self) -> None:
        """End the threads."""
        self.words[TEAM_HELPERS] = 0
        for words in self._helpers:
            words[HELPER_QUIT] = 1
        for thread in self.threads:
            thread.join(1.0)


def aligned_words(count: int) -> NDArray[np.int64]:
    """Zeros [count] on cache lines of their own."""
    raw = np.zeros(count + 16, np.int64)
    start = (-raw.ctypes.data // 8) % 8
    return raw[start : start + count]


_teams: dict[int, _Team] = {}
_lock = threading.Lock()


def team_words(threads: int) -> NDArray[np.int64]:
    """The words of a team that renders with `threads` threads (never more than there are cores)."""
    helpers = max(0, min(threads, usable_threads()) - 1)
    with _lock:
        if helpers not in _teams:
            _teams[helpers] = _Team(helpers)
        return _teams[helpers].words


def raise_priority(priority: int = 60, others: Iterable[threading.Thread] = ()) -> bool:
    """Let the helpers, and `others`, be scheduled like the audio thread.

    False where the system forbids it.
    """
    setter: Any = getattr(os, "sched_setscheduler", None)
    if setter is None:
        return False
    teams = list(_teams.values())
    for thread in (*others, *(thread for team in teams for thread in team.threads)):
        if thread.native_id is None or not thread.is_alive():
            continue
        try:
            setter(thread.native_id, os.SCHED_FIFO, os.sched_param(priority))
        except ProcessLookupError:  # it has just ended
            continue
        except PermissionError:
            return False
    for team in teams:
        team.words[TEAM_RAISED] = 1
    return True

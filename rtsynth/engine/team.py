"""Helper threads that share the large matrices with whoever renders.

A team is a few native threads that run compiled code only: the OS thread is started through
`threading` (the portable way), enters compiled code at once without the GIL and comes back when
the team is closed. Between blocks a helper sleeps in naps of 50 us; while there is work it spins.

The rendering thread never waits for a helper to wake up, and never calls the system: a helper that
is not there in time is left out, and its rows are computed by the one who asked. Rows are computed
in the same order whoever does it, so the number of threads has no influence on the sound. One
render at a time has the team (OWNER); another one at the same moment does without.
"""

import atexit
import os
import sys
import threading
from contextlib import suppress
from functools import cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import cfunc, types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from rtsynth.computing import usable_threads
from rtsynth.engine.clock import monotonic_ns
from rtsynth.engine.jit import OPTIONS, in_own_cache, jit
from rtsynth.engine.kernels import matrix_groups
from rtsynth.engine.shared import (
    HELPER_ACTIVATION,
    HELPER_ARENA,
    HELPER_ARENA_COUNT,
    HELPER_AT,
    HELPER_END,
    HELPER_FIRST,
    HELPER_GROUPS,
    HELPER_INPUTS,
    HELPER_KIND,
    HELPER_NAPPING,
    HELPER_PANELS,
    HELPER_QUIT,
    HELPER_READY,
    HELPER_SOURCE,
    HELPER_STATE,
    HELPER_STRIDE,
    HELPER_TARGET,
    HELPER_TEAM,
    HELPER_VOICES,
    HELPER_WEIGHT_COUNT,
    HELPER_WEIGHTS,
    HELPER_WORDS,
    HELPER_WORKING,
    TEAM_ADDRESSES,
    TEAM_BLOCKS,
    TEAM_HELPERS,
    TEAM_OWNER,
    TEAM_WORDS,
    compare_and_swap,
    floats_at,
    load_acquire,
    store_release,
    words_at,
)

NAP_US = 50
SHORT_NAPS, LONG_NAP_US = 20_000, 2_000  # after about a second without blocks it sleeps deeper
SPIN_NS = 150_000  # how long a helper stays awake without work
# Bytes of weights times voices: sharing less costs more than it gains.
MINIMUM_WORK = 1 << 16


@intrinsic
def _nap(typing_context: Any, microseconds: Any) -> Any:
    """Sleep for so many microseconds (a millisecond at least on Windows)."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        number = ir.IntType(32)
        if sys.platform == "win32":
            kind, name, time = ir.FunctionType(ir.VoidType(), [number]), "Sleep", number(1)
        else:
            kind, name, time = ir.FunctionType(number, [number]), "usleep", args[0]
        function = cgutils.get_or_insert_function(builder.module, kind, name)
        builder.call(function, [time])
        return context.get_dummy_value()

    return types.none(types.int32), codegen


@intrinsic
def _pause(typing_context: Any) -> Any:
    """Tell the CPU that this is a spinning loop."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        machine = builder.module.triple.split("-")[0]
        if "86" in machine:
            nothing = ir.FunctionType(ir.VoidType(), [])
            name = "llvm.x86.sse2.pause"
            builder.call(cgutils.get_or_insert_function(builder.module, nothing, name), [])
        return context.get_dummy_value()

    return types.none(), codegen


@intrinsic
def address_of_array(typing_context: Any, array: Any) -> Any:
    """Where an array's first element is."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        return builder.ptrtoint(data, ir.IntType(64))

    return types.int64(array), codegen


@jit()
def _compute(words):
    matrix_groups(
        floats_at(words[HELPER_WEIGHTS], words[HELPER_WEIGHT_COUNT]),
        floats_at(words[HELPER_ARENA], words[HELPER_ARENA_COUNT]),
        words[HELPER_STRIDE],
        words[HELPER_VOICES],
        words[HELPER_KIND],
        words[HELPER_AT],
        words[HELPER_SOURCE],
        words[HELPER_INPUTS],
        words[HELPER_TARGET],
        words[HELPER_PANELS],
        words[HELPER_GROUPS],
        words[HELPER_ACTIVATION],
        words[HELPER_FIRST],
        words[HELPER_END],
    )


def _help(address):
    """A helper's life: nap, watch for blocks, compute what it is given, quit."""
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
            _nap(np.int32(NAP_US if naps < SHORT_NAPS else LONG_NAP_US))
            if load_acquire(team, TEAM_OWNER) != 0:
                break
        store_release(words, HELPER_STATE, HELPER_READY)
        since = monotonic_ns()
        while True:
            state = load_acquire(words, HELPER_STATE)
            if state == HELPER_WORKING:
                _compute(words)
                store_release(words, HELPER_STATE, HELPER_READY)
                since = monotonic_ns()
            elif monotonic_ns() - since > SPIN_NS:
                seen = load_acquire(team, TEAM_BLOCKS)
                if compare_and_swap(words, HELPER_STATE, HELPER_READY, HELPER_NAPPING):
                    break
            else:
                _pause()


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
    store_release(team, TEAM_BLOCKS, team[TEAM_BLOCKS] + 1)
    return team[TEAM_HELPERS]


@jit()
def leave_team(team, helpers):
    """After a block that used `helpers`."""
    if helpers > 0:
        store_release(team, TEAM_OWNER, 0)


@jit()
def matrix(
    weights, arena, stride, voices, kind, at, source, inputs, target, panels, groups, activation,
    weight_bytes, team, helpers,
):  # fmt: skip
    """arena[target : target + 16 panels] = activation(W x + b), for every voice.

    W and b were packed at weights[at] by `packing.pack_matrix`; x is arena[source :], for int8 and
    int4 a quantised vector. Helpers that are awake compute a share of the groups.
    """
    end = groups
    asked = 0
    if helpers > 0 and groups > 1 and weight_bytes * voices >= MINIMUM_WORK:
        share = max(groups // (helpers + 1), 1)
        for helper in range(helpers):
            words = words_at(team[TEAM_ADDRESSES + helper], HELPER_WORDS)
            if end <= share or load_acquire(words, HELPER_STATE) != HELPER_READY:
                continue
            first = max(end - share, share)
            words[HELPER_WEIGHTS] = address_of_array(weights)
            words[HELPER_WEIGHT_COUNT] = weights.size
            words[HELPER_ARENA] = address_of_array(arena)
            words[HELPER_ARENA_COUNT] = arena.size
            words[HELPER_STRIDE] = stride
            words[HELPER_VOICES] = voices
            words[HELPER_KIND] = kind
            words[HELPER_AT] = at
            words[HELPER_SOURCE] = source
            words[HELPER_INPUTS] = inputs
            words[HELPER_TARGET] = target
            words[HELPER_PANELS] = panels
            words[HELPER_GROUPS] = groups
            words[HELPER_ACTIVATION] = activation
            words[HELPER_FIRST] = first
            words[HELPER_END] = end
            if compare_and_swap(words, HELPER_STATE, HELPER_READY, HELPER_WORKING):
                asked |= 1 << helper
                end = first
    matrix_groups(
        weights, arena, stride, voices, kind, at, source, inputs, target, panels, groups,
        activation, 0, end,
    )  # fmt: skip
    for helper in range(helpers):
        if asked & (1 << helper) != 0:
            words = words_at(team[TEAM_ADDRESSES + helper], HELPER_WORDS)
            while load_acquire(words, HELPER_STATE) == HELPER_WORKING:
                pass


class _Team:
    """The helpers of one process for one number of threads."""

    def __init__(self, helpers: int) -> None:
        self.words = aligned_words(TEAM_WORDS)
        self._helpers = [aligned_words(HELPER_WORDS) for _ in range(helpers)]
        self.threads: list[threading.Thread] = []
        for number, words in enumerate(self._helpers):
            words[HELPER_TEAM] = self.words.ctypes.data
            self.words[TEAM_ADDRESSES + number] = words.ctypes.data
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


def raise_priority(priority: int = 60) -> bool:
    """Let the helpers be scheduled like the audio thread; False where the system forbids it."""
    setter: Any = getattr(os, "sched_setscheduler", None)
    if setter is None:
        return False
    threads = [thread for team in list(_teams.values()) for thread in team.threads]
    with suppress(PermissionError, ProcessLookupError):
        for thread in threads:
            if thread.native_id is not None and thread.is_alive():
                setter(thread.native_id, os.SCHED_FIFO, os.sched_param(priority))
        return True
    return False

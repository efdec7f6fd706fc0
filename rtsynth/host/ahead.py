"""A thread that computes the sound ahead of the device, for networks too large for its callback.

A callback has to be done within its period, every time. A network that takes nearly all of real
time is, on average, and not when the machine has a bad moment. So it is computed by a thread of its
own, up to AHEAD frames beyond what the next callback takes, and the callback only copies: bad
moments are made up for as long as they are shorter than that. Where something changes, the thread
goes back and computes it anew (`rtsynth.engine.live.moments`): a change is heard after MARGIN and a
block or two, and the sound is as far ahead as it was when the hands rest.

The thread runs compiled code only, without the GIL, as the callback does.
"""

import atexit
import threading
import time
from functools import cache
from typing import Any

import numpy as np
from numba import cfunc

from rtsynth.engine.kernels.clock import monotonic_ns
from rtsynth.engine.kernels.jit import OPTIONS, in_own_cache
from rtsynth.engine.kernels.memory import load_acquire, words_at
from rtsynth.engine.kernels.wait import nap, patience, yield_core
from rtsynth.engine.live.moments import compute_ahead, room_for_block
from rtsynth.engine.live.shared import AHEAD_QUIT, AHEAD_RAISED, ENGINE_WORDS, write_word
from rtsynth.host.core import EngineCore

NAP_US = 250


def _keep_ahead(address):
    """The thread's life: compute while there is room, wait while there is none, quit."""
    engine = words_at(address, ENGINE_WORDS)
    left_ns, since_ns = np.int64(0), monotonic_ns()
    while load_acquire(engine, AHEAD_QUIT) == 0:
        worked = compute_ahead(engine)
        if not worked:
            if left_ns > 0 and load_acquire(engine, AHEAD_RAISED) == 0:
                yield_core()
            else:
                nap(np.int32(NAP_US))
        now_ns = monotonic_ns()
        left_ns = patience(left_ns, now_ns - since_ns, worked)
        since_ns = now_ns


@cache
def _entry() -> Any:
    """`_keep_ahead` as a C function; compiled only where it is needed."""
    options = {name: value for name, value in OPTIONS.items() if name != "nogil"}
    return in_own_cache(cfunc("void(int64)", **options))(_keep_ahead).ctypes


class AheadThread:
    """Computes the sound of an engine whose word AHEAD is not 0; compiled when this is made."""

    def __init__(self, core: EngineCore) -> None:
        self._core = core  # keeps the memory alive that the thread works on
        self._entry = _entry()
        self.thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        self._core.begin_moments()
        write_word(self._core.words, AHEAD_QUIT, 0)
        write_word(self._core.words, AHEAD_RAISED, 0)
        thread = threading.Thread(
            target=self._entry,
            args=(int(self._core.words.ctypes.data),),
            name="rtsynth-ahead",
            daemon=True,
        )
        thread.start()
        self.thread = thread
        atexit.register(self.stop)

    def wait_until_full(self, timeout_s: float) -> bool:
        """Until there is as much as there will be; False if it takes too long."""
        end = time.monotonic() + timeout_s
        while room_for_block(self._core.words):
            if time.monotonic() >= end:
                return False
            time.sleep(0.002)
        return True

    def stop(self) -> None:
        """End, after the block that is being computed."""
        write_word(self._core.words, AHEAD_QUIT, 1)
        if self.thread is not None:
            self.thread.join()
            self.thread = None
            self._core.end_moments()
        atexit.unregister(self.stop)

"""A thread that computes the sound ahead of the device, for networks too large for its callback.

A callback has to be done within its period, every time. A network that takes nearly all of real
time is, on average, and not when the machine has a bad moment. So it is computed by a thread of its
own, up to AHEAD frames before they are played, and the callback only copies: bad moments are made
up for as long as they are shorter than that. The price: every change is heard so much later.

The thread runs compiled code only, without the GIL, as the callback does.
"""

import threading
import time
from functools import cache
from typing import Any

import numpy as np
from numba import cfunc
from numpy.typing import NDArray

from rtsynth.engine.jit import OPTIONS, in_own_cache
from rtsynth.engine.mix import compute_frames
from rtsynth.engine.shared import (
    AHEAD,
    AHEAD_QUIT,
    CHUNK_FRAMES,
    ENGINE_WORDS,
    OUT_HEAD,
    PLAYED,
    load_acquire,
    read_word,
    words_at,
    write_word,
)
from rtsynth.engine.team import nap

NAP_US = 250
BLOCKS = 8  # in AHEAD: the smaller, the more of it is always there; the larger, the less is lost


def _keep_ahead(address):
    """The thread's life: compute while there is room, nap while there is none, quit."""
    engine = words_at(address, ENGINE_WORDS)
    block = max(1, min(CHUNK_FRAMES, engine[AHEAD] // BLOCKS))
    while load_acquire(engine, AHEAD_QUIT) == 0:
        if load_acquire(engine, OUT_HEAD) - load_acquire(engine, PLAYED) + block <= engine[AHEAD]:
            compute_frames(engine, block)
        else:
            nap(np.int32(NAP_US))


@cache
def _entry() -> Any:
    """`_keep_ahead` as a C function; compiled only where it is needed."""
    options = {name: value for name, value in OPTIONS.items() if name != "nogil"}
    return in_own_cache(cfunc("void(int64)", **options))(_keep_ahead).ctypes


class AheadThread:
    """Computes the sound of an engine whose word AHEAD is not 0. `words`: its engine words."""

    def __init__(self, words: NDArray[np.int64]) -> None:
        self._words = words
        self._entry = _entry()
        self.thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        write_word(self._words, AHEAD_QUIT, 0)
        self.thread = threading.Thread(
            target=self._entry,
            args=(int(self._words.ctypes.data),),
            name="rtsynth-ahead",
            daemon=True,
        )
        self.thread.start()

    def wait_until_full(self, timeout_s: float) -> None:
        """Until there is as much as there will be, or it takes too long."""
        ahead = read_word(self._words, AHEAD)
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            left = read_word(self._words, OUT_HEAD) - read_word(self._words, PLAYED)
            if left > ahead - max(1, min(CHUNK_FRAMES, ahead // BLOCKS)):
                return
            time.sleep(0.002)

    def stop(self) -> None:
        """End, after the block that is being computed."""
        write_word(self._words, AHEAD_QUIT, 1)
        if self.thread is not None:
            self.thread.join()
            self.thread = None

"""The callback of an input keeps one channel, in a ring."""

import ctypes

import numpy as np

from rtsynth.engine.live import shared as sh
from rtsynth.engine.live.listen import INPUT_OVERFLOW, listening_callback


def test_it_keeps_the_last_channel_and_begins_again_where_its_memory_ends() -> None:
    kept = np.zeros(12, np.float32)  # two more than it is told of
    words = np.zeros(sh.IN_WORDS, np.int64)
    words[sh.IN_SAMPLES], words[sh.IN_CAPACITY], words[sh.IN_CHANNELS] = kept.ctypes.data, 10, 2

    def call(source: np.ndarray | None, flags: int = 0) -> None:
        address = None if source is None else ctypes.c_void_p(source.ctypes.data)
        frames = 4 if source is None else len(source)
        memory = ctypes.c_void_p(words.ctypes.data)
        assert listening_callback.ctypes(address, None, frames, None, flags, memory) == 0

    frames = np.arange(1, 17, dtype=np.float32).reshape(8, 2)
    call(frames[:4].copy())
    assert words[sh.IN_HEAD] == 4
    call(None)  # some systems have nothing to give at first
    call(frames[4:].copy(), INPUT_OVERFLOW)
    assert (words[sh.IN_HEAD], words[sh.IN_LOST]) == (8, 1)
    call(frames[:4].copy())
    assert words[sh.IN_HEAD] == 12
    np.testing.assert_array_equal(kept, [6, 8, 6, 8, 10, 12, 14, 16, 2, 4, 0, 0])
    call(frames[4:].copy())
    assert words[sh.IN_HEAD] == 16
    np.testing.assert_array_equal(kept, [6, 8, 10, 12, 14, 16, 14, 16, 2, 4, 0, 0])

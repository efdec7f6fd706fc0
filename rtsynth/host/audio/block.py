"""A block of sound for backends that fetch it: the engine's callback, called from Python."""

import ctypes

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.live.callback import stream_callback


class Block:
    """The engine's next frames, one block after the other."""

    def __init__(self, words: NDArray[np.int64], channels: int, frames: int) -> None:
        self.samples = np.zeros((frames, channels), np.float32)  # [frames, channels], -1..1
        self._words = words  # kept alive for as long as the callback reads it
        self._call = stream_callback.ctypes  # a ctypes call gives the GIL up
        self._arguments = (
            None,
            ctypes.c_void_p(self.samples.ctypes.data),
            frames,
            None,
            0,
            ctypes.c_void_p(words.ctypes.data),
        )

    def fill(self) -> NDArray[np.float32]:
        """The samples of the next block; the next call overwrites them."""
        self._call(*self._arguments)
        return self.samples

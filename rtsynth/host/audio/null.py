"""The null device: calls the engine's callback at the pace of the clock and drops the sound."""

import ctypes
import threading
import time

import numpy as np

from rtsynth.engine.live.callback import stream_callback

DEFAULT_RATE_HZ = 48_000
DEFAULT_BLOCK = 128


class NullStream:
    """A stream without hardware. `words` is the engine's shared block."""

    name = "null"

    def __init__(self, words: np.ndarray, rate_hz: int, channels: int, block_frames: int) -> None:
        self.rate_hz = rate_hz
        self.block_frames = block_frames
        self.latency_s = block_frames / rate_hz
        self._words = words
        self._buffer = np.zeros((block_frames, channels), np.float32)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin calling back."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="null device", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop calling back; returns after the last callback."""
        if self._thread is not None:
            self._stop.set()
            self._thread.join()
            self._thread = None

    def close(self) -> None:
        """Stop for good."""
        self.stop()

    @property
    def active(self) -> bool:
        """Whether callbacks are being made."""
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        call = stream_callback.ctypes  # a ctypes call gives the GIL up
        output, words = self._buffer.ctypes.data, self._words.ctypes.data
        period_s = self.block_frames / self.rate_hz
        due = time.monotonic()
        while not self._stop.is_set():
            call(None, ctypes.c_void_p(output), self.block_frames, None, 0, ctypes.c_void_p(words))
            due += period_s
            wait_s = due - time.monotonic()
            if wait_s > 0:
                time.sleep(wait_s)
            elif wait_s < -0.5:
                due = time.monotonic()  # the machine slept: do not rush to catch up

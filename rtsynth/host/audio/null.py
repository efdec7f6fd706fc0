"""The null device: calls the engine's callback at the pace of the clock and drops the sound."""

import threading
import time

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import InputError
from rtsynth.engine.live import shared as sh
from rtsynth.host.audio.backend import StreamRequest
from rtsynth.host.audio.block import Block

DEFAULT_RATE_HZ = 48_000
DEFAULT_BLOCK = 128
MOST_LATE_S = 0.5  # that is made up for; longer, and the machine slept


def most_late_s(words: NDArray[np.int64], rate_hz: int) -> float:
    """How late this device may be and still make up for it.

    It is one of Python's threads: while another has the interpreter (as in a garbage collection)
    it is late, which no device would be. What it then fetches at once is no more than half of what
    is computed ahead: else blocks would be missing that were never due, and be counted as xruns.
    """
    ahead_s = int(words[sh.AHEAD]) / rate_hz
    return min(ahead_s / 2, MOST_LATE_S) if ahead_s > 0 else MOST_LATE_S


def open_null(request: StreamRequest, text: str) -> "NullStream":
    """The backend `null`, which takes no text.

    Raises:
        InputError: there is a text.
    """
    if text:
        raise InputError(f"--device null:{text}: the null device takes nothing behind its name")
    return NullStream(request)


class NullStream:
    """A stream without hardware."""

    name = "null"
    api: str | None = None

    def __init__(self, request: StreamRequest) -> None:
        self.rate_hz = request.rate_hz or DEFAULT_RATE_HZ
        self.block_frames = request.block_frames or DEFAULT_BLOCK
        self.latency_s = self.block_frames / self.rate_hz
        self._words = request.words
        self._block = Block(request.words, request.channels, self.block_frames)
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
        """Whether it calls back."""
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        period_s = self.block_frames / self.rate_hz
        late_s = most_late_s(self._words, self.rate_hz)  # how far ahead is chosen before the start
        due = time.monotonic()
        while not self._stop.is_set():
            self._block.fill()
            due += period_s
            wait_s = due - time.monotonic()
            if wait_s > 0:
                time.sleep(wait_s)
            elif wait_s < -late_s:
                due = time.monotonic()  # do not rush to catch up

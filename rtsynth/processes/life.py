"""Signs of life of an engine, in memory that the process which watches over it reads.

A question over OSC that stays unanswered says nothing about the sound: the network thread may be
busy with a flood. So the engine's own words, where the audio thread counts frames, lie in a file
in memory that both processes map; in front of them a few words about everything else. The audio
thread knows nothing of that and waits for nobody.
"""

import mmap
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MEMORY = Path("/dev/shm")  # a disk's file could make the audio thread wait for the disk
SIZE_BYTES = mmap.PAGESIZE
WORD_BYTES = 8

(
    STAGE,  # how far the engine is: one of those below
    PROGRESS,  # steps of its start, e.g. of what the compiler does
    COUNTER,  # place of the word that counts the frames computed, once it plays
    RATE_HZ,
    BLOCK_FRAMES,
    WAITS,  # 1: its device is not there, it plays to nobody
) = range(6)
STARTING, PLAYING, ENDING = range(3)
_ENGINE_WORDS_AT = 8  # a cache line behind the words above


def private_folder() -> Path:
    """A new folder for what an engine and its supervisor share, in memory where there is such."""
    place = MEMORY if MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK) else None
    return Path(tempfile.mkdtemp(prefix="rtsynth-", dir=place))


class Life:
    """The words of the engine that `folder` belongs to."""

    def __init__(self, folder: Path, *, new: bool = False) -> None:
        """
        Raises:
            OSError: it cannot be made, or is not there.
        """
        path = folder / "life"
        if new:
            path.unlink(missing_ok=True)  # an engine before may still have the old one
            path.write_bytes(bytes(SIZE_BYTES))  # all of it: no page is left to be found later
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), SIZE_BYTES)
        self._words: Any = memoryview(self._map).cast("q")

    def __getitem__(self, word: int) -> int:
        return int(self._words[word])

    @property
    def frames(self) -> int:
        """Frames computed so far; 0 before it plays."""
        return int(self._words[self._words[COUNTER]]) if self._words[COUNTER] else 0

    # --- the engine's side ---

    def engine_words(self, count: int) -> "NDArray[np.int64]":
        """Memory for the words of an engine core."""
        import numpy as np

        assert (_ENGINE_WORDS_AT + count) * WORD_BYTES <= SIZE_BYTES
        return np.frombuffer(self._map, np.int64, count, _ENGINE_WORDS_AT * WORD_BYTES)

    def step(self) -> None:
        """Something of the start is done."""
        self._words[PROGRESS] += 1

    def plays(self, counter: int, rate_hz: int, block_frames: int, *, waits: bool) -> None:
        """The sound has started; engine word `counter` counts its frames."""
        self._words[RATE_HZ], self._words[BLOCK_FRAMES] = rate_hz, block_frames
        self._words[WAITS] = int(waits)
        self._words[COUNTER] = _ENGINE_WORDS_AT + counter
        self._words[STAGE] = PLAYING

    def ends(self) -> None:
        """The engine fades out and finishes what it records."""
        self._words[STAGE] = ENDING

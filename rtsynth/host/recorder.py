"""Recording the output to files, from the engine's output ring."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import ControlError, EngineError, RtsynthError
from rtsynth.engine.live import shared as sh
from rtsynth.host.core import EngineCore
from rtsynth.host.take_file import Take, new_take, next_take

log = logging.getLogger("rtsynth")

POLL_S = 0.1  # the ring holds seconds
LARGEST_SHARE = 1 << 16  # frames written at once


class Recorder:
    """Records from now until `finish`, into a file that is whole at every moment.

    Where a file exists, the take gets the next free name (`path` says which); and where a
    format's files end, or a mono take gets sound that is not the same left and right, it continues
    in another one.

    Args:
        core: the engine.
        path: the file; its ending is the format.
        stereo: whether it has two channels from the start.
        report: called, from the recorder's thread, with a line about a problem, at once.

    Raises:
        InputError, WriteError: the file cannot be made.
    """

    def __init__(
        self,
        core: EngineCore,
        path: Path,
        report: Callable[[str], None] = log.warning,
        *,
        stereo: bool = False,
    ) -> None:
        self.frames = 0
        self.lost_frames = 0
        self.problem: str | None = None  # why it ended early
        self._core, self._report = core, report
        self._cursor = core.counter(sh.PLAYED)
        self._take: Take = new_take(path, core.rate_hz, 2 if stereo else 1)
        self._before = 0  # frames in files that are full
        self._given = 0  # frames to the file that is being written
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    @property
    def path(self) -> Path:
        """The file that is being written."""
        return self._take.path

    def finish(self) -> None:
        """Write what is left and end the file.

        Raises:
            EngineError: the disk refused, now or before; what it took is kept.
        """
        self._stop.set()
        self._thread.join()
        if self.problem is None:
            self._pull()
        if self.problem is None:
            self._close()
        if self.problem is not None:
            raise EngineError(self.problem)

    def _run(self) -> None:
        while not self._stop.wait(POLL_S):
            if (problem := self._pull()) is not None:
                return self._report(problem)

    def _pull(self) -> str | None:
        """Write what has been played; why that is impossible."""
        head, rows = self._core.read_outputs(self._cursor)
        left_right = rows[:2]
        lost = head - self._cursor - left_right.shape[1]
        if lost and not self.lost_frames:
            self._report(f"{self.path}: the disk is too slow, the recording has gaps")
        self.lost_frames += lost
        self._cursor = head
        try:
            while left_right.size:
                count = self._write_some(left_right)
                left_right = left_right[:, count:]
        except OSError as error:
            self._close(error)
        self.frames = self._before + self._take.frames
        return self.problem

    def _write_some(self, left_right: NDArray[np.float32]) -> int:
        """Write what goes into the file, or into the next one; how many frames that were."""
        if not self._take.room:
            self._turn_over(self._take.channels, "is as long as its format allows")
        count = min(int(left_right.shape[1]), self._take.room, LARGEST_SHARE)
        if self._take.channels == 2:
            self._take.write(left_right[:, :count])
            self._given += count
            return count
        apart = np.flatnonzero(left_right[0, :count] != left_right[1, :count])
        if apart.size:
            count = int(apart[0])
        if count:
            self._take.write(left_right[:1, :count])
            self._given += count
        elif self._given:
            self._turn_over(2, "is mono, and the sound is panned from here on")
        else:
            self._begin_in_stereo()
        return count

    def _turn_over(self, channels: int, reason: str) -> None:
        """Go on in the next file."""
        full = self._take
        self._open(next_take(full.path), channels)
        try:
            full.close()
        finally:
            self._before += full.frames  # an encoder gives its last ones when it is closed
        self._report(f"{full.path} {reason}; continuing in {self.path}")

    def _begin_in_stereo(self) -> None:
        """Give the file two channels, of which nothing is written yet."""
        path = self._take.path
        self._take.close()
        path.unlink()
        self._open(path, 2)

    def _open(self, path: Path, channels: int) -> None:
        try:
            self._take = new_take(path, self._core.rate_hz, channels)
        except RtsynthError as error:
            raise OSError(0, str(error)) from error
        self._given = 0

    def _close(self, reason: OSError | None = None) -> None:
        """End the file: because it is to end, or for want of room."""
        try:
            self._take.close()
        except OSError as error:
            reason = reason or error
        self.frames = self._before + self._take.frames
        if reason is not None:
            self.problem = (
                f"{self.path}: the disk refused ({reason.strerror}); the recording ended after "
                f"{self.frames / self._core.rate_hz:.1f} s, which are kept"
            )


class Recordings:
    """The recordings of an engine, one at a time. `report` as in `Recorder`.

    Not to be called by several threads at once.
    """

    def __init__(self, core: EngineCore, report: Callable[[str], None] = log.warning) -> None:
        self._core, self._report = core, report
        self._recorder: Recorder | None = None

    @property
    def path(self) -> Path | None:
        """The file that is being written, if any."""
        recorder = self._recorder
        return recorder.path if recorder is not None and recorder.problem is None else None

    @property
    def problem(self) -> str | None:
        """Why the last recording ended early."""
        recorder = self._recorder
        return recorder.problem if recorder is not None else None

    def start(self, path: Path, *, stereo: bool = False) -> None:
        """Record the output to a file from now on; with two channels if it is `stereo`.

        Raises:
            ControlError: another recording is under way.
            InputError, WriteError: the file cannot be made.
        """
        if self.path is not None:
            raise ControlError(f"already recording to {self.path}; stop first")
        self._recorder = Recorder(self._core, path, self._report, stereo=stereo)
        if self._recorder.path != path:
            log.warning("%s exists; recording to %s", path, self._recorder.path)

    def stop(self) -> int:
        """End the recording; returns its length in frames.

        Raises:
            ControlError: nothing is being recorded.
            EngineError: it ended before, because the disk refused.
        """
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            raise ControlError("nothing is being recorded")
        recorder.finish()
        if recorder.lost_frames:
            log.warning("%s lacks %d frames", recorder.path, recorder.lost_frames)
        return recorder.frames

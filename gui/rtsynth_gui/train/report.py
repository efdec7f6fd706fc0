"""What a run looks like now: read beside the window, which draws it."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import sleep

from rtsynth_gui.train.progress import Curve, Progress, ProgressReader
from rtsynth_gui.train.runs import CHECKPOINT, is_training, last_words

PAUSE_S = 0.003  # between two pieces of a long file: the window draws meanwhile


@dataclass(frozen=True)
class Report:
    """`why`: what its trainer said last, where it has ended. Nothing in it changes any more."""

    progress: Progress = field(default_factory=Progress)
    alive: bool = False
    resumable: bool = False
    why: str = ""


class Watch:
    """Looks at a run again and again, always in the same thread."""

    def __init__(self, run: Path, pause: Callable[[float], object] = sleep) -> None:
        self.run = run
        self._pause = pause
        self._reader = ProgressReader(run)
        self._last = Report()

    def look(self, pid: int) -> Report:
        """Read on to the end of what it has written. `pid`: of its process, if that is known."""
        reader, last = self._reader, self._last
        alive = self._is_alive(pid)
        new = self._read()  # after looking: what it wrote before it ended is in there
        if new and not alive:
            alive = self._is_alive(pid)  # the first lines name the process
        progress = last.progress
        if new:
            now = reader.progress
            progress = replace(
                now,
                train=Curve(list(now.train.points)),
                held_out=Curve(list(now.held_out.points)),
                previews=list(now.previews),
            )
        there = not alive and os.path.isfile(self.run / CHECKPOINT)
        self._last = Report(progress, alive, there, "" if alive else last_words(self.run))
        return self._last

    def _is_alive(self, pid: int) -> bool:
        return any(is_training(each, self.run) for each in {pid, self._reader.progress.pid} - {0})

    def _read(self) -> bool:
        new = False
        while self._reader.read():
            new = True
            self._pause(PAUSE_S)
        return new

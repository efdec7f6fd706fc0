"""`progress.jsonl` of a run folder: what a training does, a JSON object a line, for who watches it.

    event    fields besides step
    begin    format, pid, time (Unix), material, unit, device, plugin, steps, minutes, seconds
    step     seconds, left_s (null: unknown), train, held_out (null where it was not scored)
    steps    steps, seconds: how many it will be in all, where they are to fit a time
    plugin   plugin: it has been written anew
    previews files: sounds, by their place in the run folder
    more     names: what was added to its data
    end      seconds, held_out, interrupted, result

Steps are at least EVERY_S apart, unless the held-out recordings were scored. Every line is complete
on the disk at once. A training that is killed leaves no `end`, and perhaps half a line, which a
reader leaves out; a resumed one begins a new line. A number that is infinite or not a number is
null. Where a line cannot be written, that is said
once, and the training goes on. What a reader does not know it leaves out, too.
"""

import json
import math
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from rtsynth.common.errors import RtsynthError
from rtsynth.common.files.atomic import writing
from rtsynth.common.remarks import warn

NAME = "progress.jsonl"
FORMAT = 1
EVERY_S = 1.0


class ProgressFile:
    """Appends to the file of the run folder `run`; `steps` and `minutes` are where it ends."""

    def __init__(self, run: Path, steps: int, minutes: float | None) -> None:
        self.path = run / NAME
        self._steps, self._minutes = steps, minutes
        self._first = (0, 0.0)  # (step, seconds) this session began at
        self._written_s = float("-inf")

    def begin(self, step: int, seconds: float, **about: str) -> None:
        """The training begins, or is resumed, after `step` steps and `seconds`."""
        self._first = (step, seconds)
        self._write(
            "begin", step, format=FORMAT, pid=os.getpid(), time=round(time.time(), 1),
            steps=self._steps, minutes=self._minutes, seconds=round(seconds, 1), **about,
        )  # fmt: skip

    def steps(self, step: int, steps: int, seconds: float) -> None:
        """It will be so many `steps`."""
        self._steps = steps
        self._write("steps", step, steps=steps, seconds=round(seconds, 1))

    def step(
        self, step: int, seconds: float, train: float, held_out: float | None,
        left_s: float | None = None,
    ) -> None:  # fmt: skip
        """One step is done; `left_s` where that is known better than from the pace."""
        now_s = time.monotonic()
        if held_out is None and now_s - self._written_s < EVERY_S:
            return
        self._written_s = now_s
        left_s = self.left_s(step, seconds) if left_s is None else left_s
        self._write(
            "step", step, seconds=round(seconds, 1),
            left_s=None if left_s is None else round(left_s, 1),
            train=round(train, 6), held_out=None if held_out is None else round(held_out, 6),
        )  # fmt: skip

    def left_s(self, step: int, seconds: float) -> float | None:
        """Seconds to the end, at the pace of this session so far; None where nothing is known."""
        done, spent_s = step - self._first[0], seconds - self._first[1]
        ends = [] if self._minutes is None else [self._minutes * 60 - seconds]
        if done > 0:
            ends.append((self._steps - step) * spent_s / done)
        return max(0.0, min(ends)) if ends else None

    def plugin(self, step: int, path: Path) -> None:
        """The plugin has been written."""
        self._write("plugin", step, plugin=path.name)

    def previews(self, step: int, paths: Sequence[Path]) -> None:
        """Sounds have been written."""
        files = [path.relative_to(self.path.parent).as_posix() for path in paths]
        self._write("previews", step, files=files)

    def more(self, step: int, names: Sequence[str]) -> None:
        """Data have been added."""
        self._write("more", step, names=list(names))

    def end(
        self, step: int, seconds: float, held_out: float, interrupted: bool, result: str
    ) -> None:  # fmt: skip
        """The training is over, its plugin written."""
        self._write(
            "end", step, seconds=round(seconds, 1), held_out=round(held_out, 6),
            interrupted=interrupted, result=result,
        )  # fmt: skip

    def _write(self, event: str, step: int, **fields: Any) -> None:
        finite = {name: _finite(value) for name, value in fields.items()}
        try:
            line = json.dumps({"event": event, "step": step, **finite}, allow_nan=False)
            with writing(self.path), self.path.open("a+b") as file:
                file.write(_line_end(file) + line.encode() + b"\n")
        except (RtsynthError, ValueError) as error:  # hours of training are worth more
            warn(f"{error}; the training goes on")


def _finite(value: Any) -> Any:
    """None for what JSON has no number for."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _line_end(file: BinaryIO) -> bytes:
    """What is missing at the end of the file, where a kill or a full disk has left half a line."""
    if not file.seek(0, os.SEEK_END):
        return b""
    file.seek(-1, os.SEEK_END)
    return b"" if file.read(1) == b"\n" else b"\n"

"""`progress.jsonl` of a run folder: what a training does, a JSON object a line, for who watches it.

    event    fields besides step
    begin    format, pid, time (Unix), material, unit, device, plugin, steps, minutes, seconds
    step     seconds, left_s, train, held_out (null where it was not scored)
    plugin   plugin: it has been written anew
    previews files: sounds, by their place in the run folder
    end      seconds, held_out, interrupted, result

Steps are at least EVERY_S apart, unless the held-out recordings were scored. Every line is complete
on the disk at once. A training that is killed leaves no `end`, and perhaps half a line, which a
reader leaves out; a resumed one begins a new line. What a reader does not know it leaves out, too.
"""

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rtsynth.common.files.atomic import writing

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
        with writing(self.path), self.path.open("a+b") as file:
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    file.write(b"\n")
        self._write(
            "begin", step, format=FORMAT, pid=os.getpid(), time=round(time.time(), 1),
            steps=self._steps, minutes=self._minutes, seconds=round(seconds, 1), **about,
        )  # fmt: skip

    def step(self, step: int, seconds: float, train: float, held_out: float | None) -> None:
        """One step is done."""
        now_s = time.monotonic()
        if held_out is None and now_s - self._written_s < EVERY_S:
            return
        self._written_s = now_s
        self._write(
            "step", step, seconds=round(seconds, 1), left_s=round(self.left_s(step, seconds), 1),
            train=round(train, 6), held_out=None if held_out is None else round(held_out, 6),
        )  # fmt: skip

    def left_s(self, step: int, seconds: float) -> float:
        """Seconds to the end, at the pace of this session so far."""
        done, spent_s = step - self._first[0], seconds - self._first[1]
        left_s = (self._steps - step) * spent_s / done if done > 0 else float("inf")
        if self._minutes is not None:
            left_s = min(left_s, self._minutes * 60 - seconds)
        return max(0.0, left_s)

    def plugin(self, step: int, path: Path) -> None:
        """The plugin has been written."""
        self._write("plugin", step, plugin=path.name)

    def previews(self, step: int, paths: Sequence[Path]) -> None:
        """Sounds have been written."""
        files = [path.relative_to(self.path.parent).as_posix() for path in paths]
        self._write("previews", step, files=files)

    def end(
        self, step: int, seconds: float, held_out: float, interrupted: bool, result: str
    ) -> None:  # fmt: skip
        """The training is over, its plugin written."""
        self._write(
            "end", step, seconds=round(seconds, 1), held_out=round(held_out, 6),
            interrupted=interrupted, result=result,
        )  # fmt: skip

    def _write(self, event: str, step: int, **fields: Any) -> None:
        line = json.dumps({"event": event, "step": step, **fields})
        with writing(self.path), self.path.open("ab") as file:
            file.write(line.encode() + b"\n")

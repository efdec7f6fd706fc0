"""A run's progress.jsonl, read while it grows."""

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAME = "progress.jsonl"
FORMAT = 1
MOST_BYTES = 1 << 16  # read in one turn
LONGEST_LINE = 1 << 16
MOST_POINTS = 2000


def finite(value: Any) -> float:
    """A number.

    Raises:
        ValueError, TypeError: it is none, or has no end.
    """
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("not finite")
    return number


@dataclass
class Curve:
    """(step, loss) in order; every second point goes when there are too many."""

    points: list[tuple[float, float]] = field(default_factory=list)

    def add(self, step: int, value: object) -> None:
        """One more, if it is a number; what lies ahead of it is of a run that was taken back."""
        if isinstance(value, int | float) and math.isfinite(value):
            while self.points and self.points[-1][0] >= step:
                self.points.pop()
            self.points.append((step, value))
            if len(self.points) > MOST_POINTS:
                self.points = self.points[:-1:2] + self.points[-1:]


@dataclass
class Progress:
    """What a run has said so far. `ended` is None while it has not said that it is over."""

    pid: int = 0
    begun: bool = False
    material: str = ""
    unit: str = ""
    plugin: str = ""
    plugin_step: int | None = None
    step: int = 0
    steps: int = 0
    seconds: float = 0.0
    left_s: float | None = None
    train: Curve = field(default_factory=Curve)
    held_out: Curve = field(default_factory=Curve)
    previews: list[tuple[int, str]] = field(default_factory=list)
    result: str = ""
    interrupted: bool = False
    ended: bool = False

    def take(self, event: dict[str, Any]) -> None:
        """One line.

        Raises:
            ValueError, TypeError, KeyError: it is not what it should be.
        """
        what, step = event["event"], int(event["step"])
        match what:
            case "begin":
                if event["format"] != FORMAT:
                    raise ValueError("of another version")
                self.pid, self.steps = int(event["pid"]), int(event["steps"])
                self.seconds, self.left_s = finite(event["seconds"]), None
                self.material, self.unit = str(event["material"]), str(event["unit"])
                self.plugin = Path(str(event["plugin"])).name
                self.begun, self.ended, self.result = True, False, ""
            case "step":
                left_s = event["left_s"]
                self.seconds = finite(event["seconds"])
                self.left_s = None if left_s is None else finite(left_s)
                self.train.add(step, event["train"])
                self.held_out.add(step, event["held_out"])
            case "steps":
                self.steps, self.seconds = int(event["steps"]), finite(event["seconds"])
            case "plugin":
                self.plugin_step = step
            case "previews":
                self._take_previews(step, event["files"])
            case "end":
                self.seconds, self.left_s = finite(event["seconds"]), 0.0
                self.interrupted, self.result = bool(event["interrupted"]), str(event["result"])
                self.held_out.add(step, event["held_out"])
                self.ended = True
            case _:
                return
        self.step = step

    def _take_previews(self, step: int, files: list[str]) -> None:
        for name in files:
            path = Path(str(name))
            if not path.is_absolute() and ".." not in path.parts:
                self.previews = [each for each in self.previews if each[1] != name]
                self.previews.append((step, str(name)))


class ProgressReader:
    """Reads on where it was; a line that is not complete yet, later."""

    def __init__(self, run: Path) -> None:
        self.path, self.progress = run / NAME, Progress()
        self._place = 0
        self._rest = b""

    def read(self) -> bool:
        """Take in what is new, up to MOST_BYTES; whether there was anything."""
        try:
            with self.path.open("rb") as file:
                file.seek(self._place)
                new = file.read(MOST_BYTES)
        except OSError:
            return False  # there is none yet
        self._place += len(new)
        *lines, self._rest = (self._rest + new).split(b"\n")
        self._rest = self._rest[-LONGEST_LINE:]
        for line in lines:
            self._take(line)
        return bool(new)

    def _take(self, line: bytes) -> None:
        try:
            event = json.loads(line)
            if isinstance(event, dict):
                self.progress.take(event)
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return  # half a line of a trainer that was killed, or of another version

"""The scores of a training while it runs, as its progress file says them."""

import json
from pathlib import Path
from typing import Any

from rtsynth_train.core.progress_file import NAME

METRIC, SHARE, SAID = "held_out", "percent", "said"
WHOLE = 100.0  # percent
LOOK_S = 0.2  # between two looks at a file
STOP_S = 300.0  # for a training that is stopped to finish what is begun, and write its plugin
RUNNING = "running"  # a file in the run folder, while its process lives


class Scores:
    """What the progress file of a run says anew: its scores, and whether it has ended."""

    def __init__(self, run: Path, time_s: float | None) -> None:
        """The run takes `time_s`; None: as many steps as it says."""
        self._path, self._time_s = run / NAME, time_s
        self._read_bytes, self._steps = 0, 1
        self.last: dict[str, Any] | None = None  # what the end says

    @property
    def begun(self) -> bool:
        """Whether there is anything to read."""
        return self._path.exists()

    @property
    def ended(self) -> bool:
        """Whether the training has."""
        return self.last is not None

    def next(self) -> dict[str, Any] | None:
        """The next score, with the share of the training that is done, in percent; None: not yet.
        At its end that of the plugin.
        """
        if not self.begun:
            return None
        with self._path.open("rb") as file:
            file.seek(self._read_bytes)
            for line in file:
                if not line.endswith(b"\n"):
                    return None
                self._read_bytes += len(line)
                event = _event_in(line)
                self._steps = event.get("steps", self._steps)
                if event.get("event") == "end":
                    self.last = event
                if event.get("event") in ("step", "end") and event["held_out"] is not None:
                    return self._report(event)
        return None

    def read_on(self) -> dict[str, Any] | None:
        """What the end says, if it is there by now."""
        while self.next() is not None:
            pass
        return self.last

    def _report(self, event: dict[str, Any]) -> dict[str, Any]:
        done = event["step"] / max(1, self._steps)
        if self._time_s is not None:
            done = event["seconds"] / self._time_s
        return {
            METRIC: event["held_out"], "step": event["step"],
            SHARE: WHOLE if self.ended else min(WHOLE - 1.0, WHOLE * done),
        }  # fmt: skip


def _event_in(line: bytes) -> dict[str, Any]:
    """What a line says; nothing where it cannot be read: a killed training leaves half a line, and
    the next one ends it.
    """
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}

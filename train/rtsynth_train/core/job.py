"""What a session runs: any training that goes step by step and can become a plugin."""

from pathlib import Path
from typing import Any, Protocol

import numpy as np

from rtsynth.plugin import Plugin


class Report(Protocol):
    """What one optimiser step says of itself."""

    @property
    def step(self) -> int:
        """Steps done, this one included."""
        ...


class Schedule(Protocol):
    """How often what is written, in steps."""

    @property
    def evaluate_every(self) -> int: ...
    @property
    def checkpoint_every(self) -> int: ...
    @property
    def preview_every(self) -> int: ...


class Job(Protocol):
    """One training, seen from outside."""

    @property
    def step_count(self) -> int:
        """Steps done."""
        ...

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to train."""
        ...

    def step(self) -> Any:
        """One optimiser step; its Report."""
        ...

    def held_out(self) -> float:
        """The loss on what was held out, in the unit of the job's columns."""
        ...

    def columns(self) -> tuple[str, ...]:
        """The columns of losses.csv: "step", "seconds", then what `row` gives."""
        ...

    def row(self, report: Any, held_out: float | None) -> dict[str, float | int | None]:
        """One row of losses.csv, without the seconds."""
        ...

    def describe(self, report: Any, held_out: float | None) -> str:
        """A report in a few words, for the progress bar."""
        ...

    def state_dict(self) -> dict[str, Any]:
        """Everything needed to go on."""
        ...

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken."""
        ...

    def export(self, path: Path, held_out: float | None, seconds: float) -> Plugin:
        """Write the plugin so far; `seconds` is the time trained."""
        ...

    def preview(self, plugin: Plugin) -> np.ndarray | None:
        """What it sounds like, float32 [samples] at the plugin's rate; None if it has no sound."""
        ...

"""What a session runs: one trainer, and what its family says, scores, exports and plays of it."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from rtsynth.plugin import Plugin
from rtsynth_train.core.trainer import Trainer

AnyTrainer = TypeVar("AnyTrainer", bound=Trainer[Any])


class Report(Protocol):
    """What one optimiser step did."""

    @property
    def step(self) -> int:
        """Steps done, this one included."""
        ...


class Schedule(Protocol):
    """Steps between evaluations, checkpoints and previews."""

    @property
    def evaluate_every(self) -> int: ...
    @property
    def checkpoint_every(self) -> int: ...
    @property
    def preview_every(self) -> int: ...


class Job(ABC, Generic[AnyTrainer]):
    """One training, seen from outside. A family says what differs."""

    keep_every: int | None = None  # steps between numbered copies of the checkpoint

    def __init__(self, trainer: AnyTrainer, schedule: Schedule) -> None:
        self.trainer, self.schedule = trainer, schedule

    @property
    def step_count(self) -> int:
        """Steps done."""
        return self.trainer.step_count

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to train."""
        return self.trainer.finished

    def step(self) -> Any:
        """One optimiser step; its Report."""
        return self.trainer.step()

    def state_dict(self) -> dict[str, Any]:
        """Everything needed to go on."""
        return self.trainer.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken.

        Raises:
            InputError, or what `run_folder.must_fit` takes as a state of another network.
        """
        self.trainer.load_state_dict(state)

    def places_anew(self) -> dict[str, Any]:
        """Those entries of the state that are places in the recordings, as a new run has them."""
        fresh = self.trainer.state_dict()
        return {name: fresh[name] for name in self.trainer.in_recordings}

    def on_new_run(self) -> None:
        """Write what belongs into a new run folder besides the session's own files."""

    @abstractmethod
    def material(self) -> str:
        """What there is to learn from, in a few words: "6 recordings, 0.1 M samples"."""

    @abstractmethod
    def held_out(self) -> float:
        """The loss on what was held out, in the unit of the job's columns."""

    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """The columns of losses.csv: "step", "seconds", then what `row` gives."""

    @abstractmethod
    def row(self, report: Any, held_out: float | None) -> dict[str, float | int | None]:
        """One row of losses.csv, without the seconds."""

    @abstractmethod
    def describe(self, report: Any, held_out: float | None) -> str:
        """A report in a few words, for the progress bar."""

    @abstractmethod
    def result(self, held_out: float) -> str:
        """How good the plugin has become, in a few words."""

    @abstractmethod
    def export(self, path: Path, held_out: float | None, seconds: float) -> Plugin:
        """Write the plugin so far; `seconds` is the time trained."""

    @abstractmethod
    def preview(self, plugin: Plugin) -> np.ndarray | None:
        """What it sounds like, float32 [samples] at the plugin's rate; None if it has no sound."""

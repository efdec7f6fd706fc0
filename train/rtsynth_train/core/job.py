"""What a session runs: a trainer, with its family's evaluation, export and previews."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from rtsynth.common.errors import InputError
from rtsynth.plugin import Manifest, Plugin
from rtsynth.plugin.provenance import StartedFrom
from rtsynth_train.core.previews import sweep
from rtsynth_train.core.start import Start
from rtsynth_train.core.stretch import CHECKPOINT, EVALUATE, PREVIEW
from rtsynth_train.core.timing import Every
from rtsynth_train.core.trainer import Report, Trainer

AnyTrainer = TypeVar("AnyTrainer", bound=Trainer[Any])


class Schedule(Protocol):
    """Steps between evaluations, checkpoints and previews."""

    @property
    def evaluate_every(self) -> int: ...
    @property
    def checkpoint_every(self) -> int: ...
    @property
    def preview_every(self) -> int: ...


class Job(ABC, Generic[AnyTrainer]):
    """One training, seen from outside. A family overrides what differs."""

    unit = "bits"  # of the losses
    report: type[Report] = Report  # what the trainer's steps give
    preview_s = 1.0  # of one position of a knob
    keep_every: int | None = None  # steps between numbered copies of the checkpoint
    origins: Sequence[StartedFrom] = ()  # the plugins that it started from: `export` says them

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

    def every(self) -> Every:
        """How often what is configured to be done, for a schedule that is stretched to a time."""
        schedule = self.schedule
        return Every(
            self.trainer.stretch.configured,
            {EVALUATE: schedule.evaluate_every, CHECKPOINT: schedule.checkpoint_every,
             PREVIEW: schedule.preview_every},
        )  # fmt: skip

    def step(self) -> Report:
        """One optimiser step."""
        return self.trainer.step()

    def state_dict(self) -> dict[str, Any]:
        """Everything needed to resume."""
        return self.trainer.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Resume from `state_dict`.

        Raises:
            InputError, or what `run_folder.must_fit` takes as a state of another network.
        """
        self.trainer.load_state_dict(state)

    def target(self) -> Manifest | None:
        """The manifest of the plugin that is trained, where it can start from another one."""
        return None

    def start_from(self, start: Start) -> list[str]:
        """Take over a trained network, before the first step; lines to say about it.

        Raises:
            InputError: it cannot be taken over.
        """
        manifest = self.target()
        if manifest is None:
            raise InputError(
                f"--from {start.label}: this kind of network starts from nothing; leave it out"
            )
        if not self.trainer.start_from(start, manifest):
            raise start.none_fits(manifest)
        return start.remarks(manifest)

    def places_anew(self) -> dict[str, Any]:
        """Those entries of the state that are places in the recordings; reset, as long as the job
        has neither made a step nor been resumed.
        """
        fresh = self.trainer.state_dict()
        return {name: fresh[name] for name in self.trainer.in_recordings}

    def join(self, state: dict[str, Any]) -> None:
        """Take over the `state_dict` of another process of the same training."""
        self.trainer.load_state_dict(state)

    def take_more(self) -> list[str]:
        """Learn from what was put into RUN/more since the last time, from the next step on, as
        `state_dict` will say; the names of it. Only where a family does.
        """
        return []

    def added(self) -> list[tuple[str, str]]:
        """Names and hashes of what `take_more` gave last."""
        return []

    def add_more(self, added: list[tuple[str, str]]) -> None:
        """Learn from these, which another process has taken.

        Raises:
            InputError: one is not there, or another.
        """

    def on_new_run(self) -> None:
        """Write what belongs into a new run folder besides the session's own files."""

    @abstractmethod
    def material(self) -> str:
        """The training data in a few words: "6 recordings, 0.1 M samples"."""

    @abstractmethod
    def held_out(self) -> float:
        """The loss on what was held out, in `unit`."""

    @abstractmethod
    def export(self, path: Path, held_out: float | None, seconds: float) -> Plugin:
        """Write the plugin so far; `seconds` is the time trained."""

    def loss_columns(self) -> tuple[str, ...]:
        """The columns of losses, the one of the training loss first."""
        return (f"train_{self.unit}", f"held_out_{self.unit}")

    def losses(self, report: Report, held_out: float | None) -> tuple[float | None, ...]:
        """The values of those columns."""
        return (report.loss, held_out)

    def columns(self) -> tuple[str, ...]:
        """The columns of losses.csv."""
        others = (field.name for field in fields(self.report))
        named = [name for name in others if name not in ("step", "loss")]
        return ("step", "seconds", *self.loss_columns(), *named)

    def row(self, report: Report, held_out: float | None) -> dict[str, float | int | None]:
        """One row of losses.csv, without the seconds."""
        row: dict[str, float | int | None] = asdict(report)
        del row["loss"]
        row["gradient_norm"] = round(report.gradient_norm, 5)
        for name, loss in zip(self.loss_columns(), self.losses(report, held_out), strict=True):
            row[name] = None if loss is None else round(loss, 6)
        return row

    def describe(self, report: Report, held_out: float | None) -> str:
        """A report in a few words, for the progress bar: `2.910 bits (held out 2.954)`."""
        held = "" if held_out is None else f" (held out {held_out:.3f})"
        return f"{report.loss:.3f} {self.unit}{held}"

    def result(self, held_out: float) -> str:
        """The final result in a few words."""
        return f"{held_out:.3f} {self.unit} per sample held out, {self.step_count} steps"

    def preview(self, plugin: Plugin) -> np.ndarray | None:
        """Audio of the plugin, float32 [samples] at its rate: every knob in turn. None if it makes
        no sound, or if the job has written the files.
        """
        if plugin.manifest.codec is None:
            return None
        return sweep(plugin, self.preview_s)

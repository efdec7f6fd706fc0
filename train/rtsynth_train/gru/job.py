"""System 2's trainer as a job of a session."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import rtsynth
from rtsynth.plugin import Plugin, Provenance
from rtsynth_train.core.config import TrainConfig
from rtsynth_train.core.previews import sweep
from rtsynth_train.core.progress import describe
from rtsynth_train.core.run_folder import LOSS_COLUMNS
from rtsynth_train.gru.export import export, manifest_for
from rtsynth_train.gru.trainer import StepReport, Trainer


@dataclass
class GruJob:
    """See `rtsynth_train.core.job.Job`."""

    trainer: Trainer
    config: TrainConfig

    @property
    def step_count(self) -> int:
        """Steps done."""
        return self.trainer.step_count

    @property
    def finished(self) -> bool:
        """Whether all steps are done."""
        return self.trainer.step_count >= self.config.optimiser.steps

    def step(self) -> StepReport:
        """One optimiser step."""
        return self.trainer.step()

    def held_out(self) -> float:
        """Bits per sample."""
        return self.trainer.held_out_bits()

    def columns(self) -> tuple[str, ...]:
        """The columns of losses.csv."""
        return LOSS_COLUMNS

    def row(self, report: StepReport, held_out: float | None) -> dict[str, float | int | None]:
        """One row of losses.csv."""
        return {
            "step": report.step,
            "train_bits": round(report.bits, 5),
            "held_out_bits": None if held_out is None else round(held_out, 5),
            "gradient_norm": round(report.gradient_norm, 5),
            "rate": report.rate,
            "noise": report.noise,
        }

    def describe(self, report: StepReport, held_out: float | None) -> str:
        """For the progress bar."""
        return describe(report, held_out)

    def state_dict(self) -> dict[str, Any]:
        """Everything needed to go on."""
        return self.trainer.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken."""
        self.trainer.load_state_dict(state)

    def export(self, path: Path, held_out: float | None, seconds: float) -> Plugin:
        """Write the plugin with the averaged weights."""
        steps, streams = self.trainer.step_count, self.config.streams
        provenance = Provenance(
            dataset=self.config.data.name or Path(self.config.data.folder).name,
            dataset_licence=self.config.data.licence,
            recipe=(
                f"{steps} steps of {streams.batch} x {streams.chunk} samples,"
                f" Adam {self.config.optimiser.rate:g}, seed {self.config.run.seed},"
                f" {seconds / 60:.0f} min; held out: last {self.config.data.held_out:.0%}"
                " of every file"
            ),
            steps=steps,
            held_out_bits_per_sample=None if held_out is None else round(held_out, 4),
            made_by=f"rtsynth {rtsynth.__version__}",
            notes=self.config.plugin.notes,
        )
        return export(self.trainer.averaged_network(), manifest_for(self.config, provenance), path)

    def preview(self, plugin: Plugin) -> np.ndarray:
        """Every knob in turn."""
        return sweep(plugin, self.config.run.preview_s)

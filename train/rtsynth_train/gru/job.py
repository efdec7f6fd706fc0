"""A GRU's trainer as the job of a session."""

from pathlib import Path
from typing import Any

import numpy as np

from rtsynth.plugin import Plugin
from rtsynth_train.core.job import Job
from rtsynth_train.core.previews import sweep
from rtsynth_train.core.provenance import trained
from rtsynth_train.gru.export import export, manifest_for
from rtsynth_train.gru.trainer import GruReport, GruTrainer


class GruJob(Job[GruTrainer]):
    """See `rtsynth_train.core.job.Job`."""

    def __init__(self, trainer: GruTrainer) -> None:
        super().__init__(trainer, trainer.config.run)
        self.config = trainer.config

    def material(self) -> str:
        """How many recordings, and how long."""
        recordings = self.trainer.recordings
        millions = recordings.train_lengths.sum() / 1e6
        return f"{len(recordings.starts)} recordings, {millions:.1f} M samples to train on"

    def held_out(self) -> float:
        """Bits per sample."""
        return self.trainer.held_out_bits()

    def columns(self) -> tuple[str, ...]:
        """The columns of losses.csv."""
        losses = ("train_bits", "held_out_bits")
        return ("step", "seconds", *losses, "gradient_norm", "rate", "noise")

    def row(self, report: GruReport, held_out: float | None) -> dict[str, Any]:
        """One row of losses.csv."""
        return {
            "step": report.step,
            "train_bits": round(report.bits, 5),
            "held_out_bits": None if held_out is None else round(held_out, 5),
            "gradient_norm": round(report.gradient_norm, 5),
            "rate": report.rate,
            "noise": report.noise,
        }

    def describe(self, report: GruReport, held_out: float | None) -> str:
        """`2.910 bits (held out 2.954)`."""
        held = "" if held_out is None else f" (held out {held_out:.3f})"
        return f"{report.bits:.3f} bits{held}"

    def result(self, held_out: float) -> str:
        """The loss on what was held out."""
        return f"{held_out:.3f} bits per sample held out, {self.step_count} steps"

    def export(self, path: Path, held_out: float | None, seconds: float) -> Plugin:
        """Write the plugin with the averaged weights."""
        steps, config = self.step_count, self.config
        recipe = (
            f"{steps} steps of {config.streams.batch} x {config.streams.chunk} samples,"
            f" Adam {config.optimiser.rate:g}, seed {config.run.seed},"
            f" {seconds / 60:.0f} min; held out: last {config.data.held_out:.0%} of every file"
        )
        manifest = manifest_for(config, trained(config, steps, recipe, held_out))
        return export(self.trainer.averaged_network(), manifest, path)

    def preview(self, plugin: Plugin) -> np.ndarray:
        """Every knob in turn."""
        return sweep(plugin, self.config.run.preview_s)

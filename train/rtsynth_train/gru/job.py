"""A GRU's trainer as the job of a session."""

from pathlib import Path

from rtsynth.plugin import Plugin
from rtsynth_train.core.job import Job
from rtsynth_train.core.provenance import trained
from rtsynth_train.gru.export import export, manifest_for
from rtsynth_train.gru.trainer import GruReport, GruTrainer


class GruJob(Job[GruTrainer]):
    """See `rtsynth_train.core.job.Job`."""

    report = GruReport

    def __init__(self, trainer: GruTrainer) -> None:
        super().__init__(trainer, trainer.config.run)
        self.config, self.preview_s = trainer.config, trainer.config.run.preview_s

    def material(self) -> str:
        """How many recordings, and how long."""
        recordings = self.trainer.recordings
        millions = recordings.train_lengths.sum() / 1e6
        return f"{len(recordings.starts)} recordings, {millions:.1f} M samples to train on"

    def held_out(self) -> float:
        """Bits per sample."""
        return self.trainer.held_out_bits()

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

"""One tier's trainer as the job of a session."""

from pathlib import Path
from typing import Any

from rtsynth.plugin import Manifest, Plugin, Provenance
from rtsynth_train.core.job import Job
from rtsynth_train.core.recordings import held_out_words
from rtsynth_train.core.trainer import Report
from rtsynth_train.tiers.config import StackConfig
from rtsynth_train.tiers.export import export_tier, provenance, tier_manifest
from rtsynth_train.tiers.trainer import TierReport, TierTrainer

BATCH_SHAPE = "batch_shape"


class TierJob(Job[TierTrainer]):
    """See `rtsynth_train.core.job.Job`."""

    report = TierReport

    def __init__(self, trainer: TierTrainer, stack: StackConfig) -> None:
        super().__init__(trainer, trainer.tier)
        self.stack, self.tier, self.preview_s = stack, trainer.tier, trainer.tier.preview_s
        self.keep_every, self.unit = trainer.tier.keep_every, trainer.head.unit

    def target(self) -> Manifest:
        """The manifest of the tier's plugin, without its provenance."""
        return tier_manifest(self.stack, self.tier, Provenance())

    def material(self) -> str:
        """How many recordings, and how long in steps of the tier."""
        data = self.trainer.data
        return (
            f"tier {self.tier.name}: {len(data.starts)} recordings,"
            f" {data.train_lengths.sum() / 1e6:.3g} M steps to train on;"
            f" {held_out_words(self.stack.data.held_out, self.stack.data)}"
        )

    def held_out(self) -> float:
        """The mean loss of a step."""
        return self.trainer.held_out_loss()

    def describe(self, report: Report, held_out: float | None) -> str:
        """For the progress bar."""
        held = "" if held_out is None else f" (held out {held_out:.4g})"
        return f"{self.tier.name} {report.loss:.4g} {self.unit}{held}"

    def result(self, held_out: float) -> str:
        """The loss on what was held out."""
        return f"{held_out:.4g} {self.unit} held out, {self.step_count} steps"

    def batch_shape(self) -> dict[str, Any]:
        """What the place in the data that a checkpoint holds depends on."""
        fields = self.tier.model_dump(include={"stateful", "seq_len", "stride", "batch_size"})
        return fields | {"train_lengths": self.trainer.data.train_lengths.tolist()}

    def state_dict(self) -> dict[str, Any]:
        """Everything needed to resume."""
        return {**super().state_dict(), BATCH_SHAPE: self.batch_shape()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Resume from `state_dict`; rows of batches of another shape are reset."""
        if state.get(BATCH_SHAPE) != self.batch_shape():
            state = state | self.places_anew()
        super().load_state_dict(state)

    def export(self, path: Path, held_out: float | None, seconds: float) -> Plugin:
        """Write the plugin of the tier with the averaged weights."""
        words = "not scored" if held_out is None else f"{held_out:.4g} {self.unit}"
        bits = held_out if self.unit == "bits" else None
        origin = provenance(self.stack, self.tier, self.step_count, seconds, words, bits)
        network = self.trainer.averaged_network()
        return export_tier(
            network, self.stack, self.tier, self.trainer.data, origin, path, self.origins
        )

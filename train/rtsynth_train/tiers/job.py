"""One tier's trainer as a job of a session."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rtsynth.plugin import Plugin
from rtsynth_train.core.previews import sweep
from rtsynth_train.tiers.config import StackConfig, TierConfig
from rtsynth_train.tiers.export import export_tier, provenance
from rtsynth_train.tiers.trainer import TierReport, TierTrainer


@dataclass
class TierJob:
    """See `rtsynth_train.core.job.Job`."""

    trainer: TierTrainer
    stack: StackConfig
    tier: TierConfig

    @property
    def step_count(self) -> int:
        """Steps done."""
        return self.trainer.step_count

    @property
    def finished(self) -> bool:
        """Whether all steps are done, or the loss is low enough."""
        return self.trainer.finished

    @property
    def unit(self) -> str:
        """What losses are measured in: bits, nats or mse."""
        return self.trainer.head.unit

    def step(self) -> TierReport:
        """One optimiser step."""
        return self.trainer.step()

    def held_out(self) -> float:
        """The mean loss of a step."""
        return self.trainer.held_out_loss()

    def columns(self) -> tuple[str, ...]:
        """The columns of losses.csv."""
        losses = (f"train_{self.unit}", f"held_out_{self.unit}")
        return ("step", "seconds", *losses, "gradient_norm", "rate", "noise", "tfr")

    def row(self, report: TierReport, held_out: float | None) -> dict[str, float | int | None]:
        """One row of losses.csv."""
        return {
            "step": report.step,
            f"train_{self.unit}": round(report.loss, 6),
            f"held_out_{self.unit}": None if held_out is None else round(held_out, 6),
            "gradient_norm": round(report.gradient_norm, 5),
            "rate": report.rate,
            "noise": report.noise,
            "tfr": report.tfr,
        }

    def describe(self, report: TierReport, held_out: float | None) -> str:
        """For the progress bar."""
        held = "" if held_out is None else f" (held out {held_out:.4g})"
        return f"{self.tier.name} {report.loss:.4g} {report.unit}{held}"

    def state_dict(self) -> dict[str, Any]:
        """Everything needed to go on."""
        return self.trainer.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken."""
        self.trainer.load_state_dict(state)

    def export(self, path: Path, held_out: float | None, seconds: float) -> Plugin:
        """Write the plugin of the tier with the averaged weights."""
        words = "not scored" if held_out is None else f"{held_out:.4g} {self.unit}"
        bits = held_out if self.unit == "bits" else None
        made = provenance(self.stack, self.tier, self.step_count, seconds, words, bits)
        network = self.trainer.averaged_network()
        return export_tier(network, self.stack, self.tier, self.trainer.data, made, path)

    def preview(self, plugin: Plugin) -> np.ndarray | None:
        """Every knob in turn; a tier that makes parameters has no sound."""
        return sweep(plugin, self.tier.preview_s) if self.tier.makes_audio else None

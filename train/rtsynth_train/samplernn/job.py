"""The SampleRNN trainer as a job of a session."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

import rtsynth
from rtsynth.errors import InputError
from rtsynth.files import atomic_write, make_folder
from rtsynth.plugin import Plugin, Provenance
from rtsynth_train.samplernn.config import SampleRnnTrainConfig
from rtsynth_train.samplernn.export import export_plugin
from rtsynth_train.samplernn.live_args import LiveArgs
from rtsynth_train.samplernn.outputs import generate
from rtsynth_train.samplernn.trainer import SampleRnnReport, SampleRnnTrainer

BEST = "best.pt"


@dataclass(frozen=True)
class Best:
    """The network of the lowest validation loss so far, and its bits per sample."""

    step: int
    validation_bits: float
    test_bits: float | None
    weights: dict[str, Tensor]


@dataclass
class SampleRnnJob:
    """See `rtsynth_train.job.Job`. The plugin is the best network, not the last one."""

    trainer: SampleRnnTrainer
    config: SampleRnnTrainConfig
    run: Path
    live: LiveArgs
    best: Best | None = None
    _test_bits: float | None = None

    @property
    def best_path(self) -> Path:
        """The checkpoint of the best network."""
        return self.run / "checkpoints" / BEST

    @property
    def step_count(self) -> int:
        """Steps done."""
        return self.trainer.step_count

    @property
    def finished(self) -> bool:
        """Whether all steps are done."""
        return self.trainer.finished

    def step(self) -> SampleRnnReport:
        """One optimiser step; what the user changed in args.json counts from here on."""
        report = self.trainer.step()
        self.live.refresh()
        return report

    def held_out(self) -> float:
        """Bits per sample of the validation part; the test part is scored with it."""
        parts = self.trainer.parts
        validation = self.trainer.bits(parts.validation)
        self._test_bits = self.trainer.bits(parts.test) if parts.test else None
        if self.best is None or validation < self.best.validation_bits:
            weights = self.trainer.averaged()
            self.best = Best(self.step_count, validation, self._test_bits, weights)
            make_folder(self.best_path.parent)
            with atomic_write(self.best_path) as temporary:
                torch.save(vars(self.best), temporary)
        return validation

    def columns(self) -> tuple[str, ...]:
        """The columns of losses.csv."""
        losses = ("train_bits", "validation_bits", "test_bits")
        return ("step", "seconds", *losses, "gradient_norm", "rate")

    def row(self, report: SampleRnnReport, held_out: float | None) -> dict[str, Any]:
        """One row of losses.csv."""
        test = None if held_out is None else self._test_bits
        return {
            "step": report.step,
            "train_bits": round(report.bits, 6),
            "validation_bits": None if held_out is None else round(held_out, 6),
            "test_bits": None if test is None else round(test, 6),
            "gradient_norm": round(report.gradient_norm, 5),
            "rate": report.rate,
        }

    def describe(self, report: SampleRnnReport, held_out: float | None) -> str:
        """For the progress bar."""
        held = "" if held_out is None else f" (validation {held_out:.3f})"
        return f"{report.bits:.3f} bits{held}"

    def state_dict(self) -> dict[str, Any]:
        """Everything needed to go on; the best network has a file of its own."""
        return self.trainer.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken, with the best network of this run so far.

        Raises:
            InputError: the recordings are not those of the checkpoint, or best.pt is unreadable.
        """
        if state["lengths"] != self.trainer.material.index.lengths:
            raise InputError(
                f"{self.config.data.folder}: its recordings have changed since {self.run} was"
                " begun; put them back, or start a new run"
            )
        self.trainer.load_state_dict(state)
        if self.best_path.is_file():
            try:
                self.best = Best(**torch.load(self.best_path, weights_only=True))
            except (OSError, RuntimeError, ValueError, EOFError, KeyError, TypeError) as error:
                reason = str(error).partition("\n")[0]
                raise InputError(
                    f"{self.best_path}: not a readable checkpoint ({reason}); remove it"
                ) from error

    def export(self, path: Path, held_out: float | None, seconds: float) -> Plugin:
        """Write the plugin of the best network so far (the present one if none was scored)."""
        trainer, best = self.trainer, self.best
        network = trainer.network_of(trainer.averaged() if best is None else best.weights)
        made = self._provenance(best, seconds)
        return export_plugin(network, self.config, trainer.material, trainer.parts, made, path)

    def _provenance(self, best: Best | None, seconds: float) -> Provenance:
        config, data = self.config, self.config.data
        steps = self.step_count if best is None else best.step
        scored, bits = "not scored", None
        if best is not None:
            scored, bits = f"validation {best.validation_bits:.4f} bits", best.validation_bits
            if best.test_bits is not None:
                scored, bits = f"{scored}, test {best.test_bits:.4f} bits", best.test_bits
        shares = f"{data.validation:.1%} for validation, {data.test:.1%} for the test"
        return Provenance(
            dataset=data.name or Path(data.folder).name,
            dataset_licence=data.licence,
            recipe=(
                f"{steps} steps of {config.batches.rows} x {config.chunk} samples,"
                f" Adam {config.optimiser.rate:g}, seed {config.run.seed},"
                f" {seconds / 60:.0f} min; {scored} per sample; held out: {shares}"
            ),
            steps=steps,
            held_out_bits_per_sample=None if bits is None else round(bits, 4),
            made_by=f"rtsynth {rtsynth.__version__}",
            notes=config.plugin.notes,
        )

    def preview(self, plugin: Plugin) -> np.ndarray | None:
        """Writes num_generated files under previews/ itself; none is left for the session."""
        generate(self.run, plugin, self.step_count, self.live.num_generated, self.live.length)
        return None

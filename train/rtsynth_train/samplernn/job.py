"""The SampleRNN trainer as a job of a session."""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rtsynth.common.errors import InputError, RtsynthError
from rtsynth.common.files.atomic import atomic_write, make_folder
from rtsynth.plugin import Plugin
from rtsynth_train.core.run_folder import MISFITS, must_fit, read_state
from rtsynth_train.samplernn.config import SampleRnnTrainConfig
from rtsynth_train.samplernn.export import export_plugin, make_provenance
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
    """See `rtsynth_train.core.job.Job`. The plugin is the best network, not the last one."""

    trainer: SampleRnnTrainer
    config: SampleRnnTrainConfig
    run: Path
    live: LiveArgs
    tell: Callable[[str], None]
    best: Best | None = None
    keeps_best: bool = True  # when it goes on; scores on other recordings mean nothing
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
            InputError: the checkpoint is not of this configuration, or best.pt is unreadable.
        """
        with must_fit(self.run / "checkpoint.pt"):
            self.trainer.load_state_dict(state)
        if self.keeps_best and self.best_path.is_file():
            self.best = self._read_best()

    def _read_best(self) -> Best:
        remedy = "remove it, and the best network is looked for from here on"
        names = [field.name for field in fields(Best)]
        state = read_state(self.best_path, names, remedy)
        best = Best(**{name: state[name] for name in names})
        try:
            self.trainer.check_weights(best.weights)
            if not (type(best.step) is int and math.isfinite(best.validation_bits)):
                raise ValueError("it was not scored")
        except MISFITS as error:
            raise InputError(
                f"{self.best_path}: does not fit the run ({_first_line(error)}); {remedy}"
            ) from error
        return best

    def export(self, path: Path, held_out: float | None, seconds: float) -> Plugin:
        """Write the plugin of the best network so far (the present one if none was scored)."""
        trainer, best = self.trainer, self.best
        network = trainer.network_of(trainer.averaged() if best is None else best.weights)
        scores = (None, None) if best is None else (best.validation_bits, best.test_bits)
        steps = self.step_count if best is None else best.step
        made = make_provenance(self.config, steps, seconds, *scores)
        return export_plugin(network, self.config, trainer.material, trainer.parts, made, path)

    def preview(self, plugin: Plugin) -> np.ndarray | None:
        """Writes num_generated files under previews/ itself; none is left for the session."""
        try:
            generate(self.run, plugin, self.step_count, self.live.num_generated, self.live.length)
        # Hours of training are worth more than a preview. A mistake of ours still ends it.
        except (RtsynthError, OSError, MemoryError) as error:
            self.tell(f"no preview at step {self.step_count}: {_first_line(error)}")
        return None


def _first_line(error: Exception) -> str:
    said = str(error) or type(error).__name__
    return said.partition("\n")[0].rstrip(": ")[:200]

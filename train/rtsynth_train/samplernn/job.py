"""A SampleRNN's trainer as the job of a session."""

import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rtsynth.common.errors import InputError, RtsynthError
from rtsynth.common.files.atomic import atomic_write, make_folder
from rtsynth.plugin import Manifest, Plugin, Provenance, codec
from rtsynth_train.core.job import Job
from rtsynth_train.core.recipe import Opened
from rtsynth_train.core.run_folder import MISFITS, read_state
from rtsynth_train.core.trainer import Report
from rtsynth_train.measure.linear import ORDER, linear_bits
from rtsynth_train.samplernn.config import SampleRnnTrainConfig
from rtsynth_train.samplernn.export import (
    check_plugin,
    export_plugin,
    make_manifest,
    make_provenance,
)
from rtsynth_train.samplernn.live_args import LiveArgs
from rtsynth_train.samplernn.material import load_material
from rtsynth_train.samplernn.outputs import generate, write_references
from rtsynth_train.samplernn.parts import held_out_words, make_parts
from rtsynth_train.samplernn.trainer import SampleRnnTrainer

BEST = "best.pt"


@dataclass(frozen=True)
class Best:
    """The network of the lowest validation loss so far, and its bits per sample."""

    step: int
    validation_bits: float
    test_bits: float | None
    weights: dict[str, Tensor]


class SampleRnnJob(Job[SampleRnnTrainer]):
    """See `rtsynth_train.core.job.Job`. The plugin is the best network, not the last one.

    `opened` is the run folder; `live` the settings in its args.json.
    """

    def __init__(self, trainer: SampleRnnTrainer, live: LiveArgs, opened: Opened) -> None:
        super().__init__(trainer, live)
        self.config, self.live, self.opened = trainer.config, live, opened
        self.run = opened.request.path
        self.best: Best | None = None
        self._test_bits: float | None = None

    @property
    def best_path(self) -> Path:
        """The checkpoint of the best network."""
        return self.run / "checkpoints" / BEST

    def target(self) -> Manifest:
        """The manifest of the plugin, without its provenance."""
        return make_manifest(self.config, self.trainer.material, Provenance())

    def material(self) -> str:
        """How many recordings, how long, and their conditioning."""
        index, parts = self.trainer.material.index, self.trainer.parts
        count, minutes = len(index.lengths), parts.train_samples / self.config.data.rate_hz / 60
        words = f"{count} recording{'s' if count > 1 else ''}, {minutes:.1f} min to train on"
        held = f"held out: {held_out_words(self.config.data, count)}; {self._to_beat()}"
        if index.classes:
            return f"{words}, {index.classes} classes; {held}"
        names = ", ".join(column.name for column in index.columns)
        return f"{words}, conditioned on {names}; {held}" if names else f"{words}; {held}"

    def _to_beat(self) -> str:
        """What a linear predictor needs of what the best network is chosen by."""
        data, codes = self.config.data, self.trainer.material.codes
        amplitudes = codec.decode_table(data.codec, data.levels, data.rule.limits)
        learned, held = (
            (codes[span.first : span.first + span.length] for span in spans)
            for spans in (self.trainer.parts.train, self.trainer.parts.validation)
        )
        bits = linear_bits(learned, held, amplitudes)
        return f"a linear predictor of order {ORDER} needs {bits:.2f} bits there"

    def on_new_run(self) -> None:
        """Write args.json, the ground truth and the examples."""
        self.live.write()
        write_references(self.run, self.config, self.trainer.material, self.trainer.parts)

    def step(self) -> Report:
        """One optimiser step; changes to args.json apply from here on."""
        report = self.trainer.step()
        self.live.refresh()
        return report

    def held_out(self) -> float:
        """Bits per sample of the validation part; the test part is scored with it."""
        parts = self.trainer.parts
        validation = self.trainer.bits(parts.validation)
        self._test_bits = self.trainer.bits(parts.test) if parts.test else None
        if self.best is None or validation < self.best.validation_bits:
            weights = self.trainer.average.copied()
            self.best = Best(self.step_count, validation, self._test_bits, weights)
            make_folder(self.best_path.parent)
            with atomic_write(self.best_path) as temporary:
                torch.save(vars(self.best), temporary)
        return validation

    def loss_columns(self) -> tuple[str, ...]:
        """The columns of losses."""
        return ("train_bits", "validation_bits", "test_bits")

    def losses(self, report: Report, held_out: float | None) -> tuple[float | None, ...]:
        """What stands in the columns of losses."""
        return (report.loss, held_out, None if held_out is None else self._test_bits)

    def describe(self, report: Report, held_out: float | None) -> str:
        """For the progress bar."""
        held = "" if held_out is None else f" (validation {held_out:.3f})"
        return f"{report.loss:.3f} bits{held}"

    def result(self, held_out: float) -> str:
        """The losses of the best network."""
        assert self.best is not None
        best = self.best
        test = "" if best.test_bits is None else f", test {best.test_bits:.3f}"
        return (
            f"validation {best.validation_bits:.3f}{test} bits per sample"
            f" at step {best.step} of {self.step_count}"
        )

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Resume from `state_dict`, with the best network of this run so far.

        Raises:
            InputError: best.pt is unreadable, or see `Trainer.load_state_dict`.
        """
        super().load_state_dict(state)
        # Scores on other recordings mean nothing.
        if not self.opened.data_changed and self.best_path.is_file():
            self.best = self._read_best()
        self.live.refresh()

    def _read_best(self) -> Best:
        remedy = "remove it, and the best network is looked for from here on"
        names = [field.name for field in fields(Best)]
        state = read_state(self.best_path, names, remedy)
        best = Best(**{name: state[name] for name in names})
        try:
            self.trainer.average.check(best.weights)
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
        network = trainer.averaged_network() if best is None else trainer.network_of(best.weights)
        scores = (None, None) if best is None else (best.validation_bits, best.test_bits)
        steps = self.step_count if best is None else best.step
        provenance = make_provenance(self.config, steps, seconds, *scores)
        return export_plugin(
            network, self.config, trainer.material, trainer.parts, provenance, path, self.origins
        )

    def preview(self, plugin: Plugin) -> np.ndarray | None:
        """Writes num_generated files under previews/ itself; none is left for the session."""
        try:
            generate(self.run, plugin, self.step_count, self.live.num_generated, self.live.length)
        # Hours of training are worth more than a preview. A mistake of ours still ends it.
        except (RtsynthError, OSError, MemoryError) as error:
            self.opened.say(f"no preview at step {self.step_count}: {_first_line(error)}")
        return None


def make_job(config: SampleRnnTrainConfig, opened: Opened) -> SampleRnnJob:
    """Load the recordings through the cache in the run folder, and make the trainer.

    Raises:
        InputError: the recordings cannot be used, or the plugin could not be written.
    """
    request, state = opened.request, opened.state
    lengths = state.get("lengths") if state and not opened.changed else None
    material = load_material(request.path, config.data, lengths)
    if config.network.conditioned is not None and not material.width:
        raise InputError("network.conditioned: the recordings have no .csv with conditioning")
    parts = make_parts(material, config.data, config.chunk)
    check_plugin(config, material)  # what cannot be written is refused now, not after training
    trainer = SampleRnnTrainer(config, material, parts, request.device, request.ranks)
    live = LiveArgs(request.path, config.run, config.longest_length, opened.say)
    return SampleRnnJob(trainer, live, opened)


def _first_line(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text.partition("\n")[0].rstrip(": ")[:200]

"""Runs a trainer to its end, or to Ctrl-C, and leaves a plugin either way."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile as sf

import rtsynth
from rtsynth.files import atomic_write
from rtsynth.plugin import Plugin, Provenance
from rtsynth_train.config import TrainConfig
from rtsynth_train.export import export, manifest_for
from rtsynth_train.run_folder import RunFolder
from rtsynth_train.stopping import StopRequest
from rtsynth_train.trainer import StepReport, Trainer

LOG_EVERY = 10
_GAP_S = 0.1


@dataclass
class Session:
    """`run` trains until `steps`, the deadline or Ctrl-C."""

    trainer: Trainer
    folder: RunFolder
    config: TrainConfig
    progress: Callable[[StepReport, float | None], None]
    minutes: float | None = None
    held_out_bits: float | None = None
    trained_s: float = 0.0  # before this session
    _begun: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Time trained so far, earlier sessions included."""
        return self.trained_s + time.monotonic() - self._begun

    @property
    def plugin_path(self) -> Path:
        """Where the plugin is written."""
        return self.folder.path / f"{self.config.plugin.name}.safetensors"

    def run(self) -> bool:
        """Train; returns whether it was interrupted. Everything is saved in both cases."""
        with StopRequest() as stop:
            while self.trainer.step_count < self.config.optimiser.steps and not stop.requested:
                self._one_step()
                if self.minutes is not None and self.seconds >= self.minutes * 60:
                    break
            self.save()
            self.held_out_bits = self.trainer.held_out_bits()
            self.preview(self.export())
            self.folder.close()
        return stop.requested

    def _one_step(self) -> None:
        run, report = self.config.run, self.trainer.step()
        evaluate = report.step % run.evaluate_every == 0
        if evaluate:
            self.held_out_bits = self.trainer.held_out_bits()
        if evaluate or report.step % LOG_EVERY == 0:
            self._log(report, self.held_out_bits if evaluate else None)
        self.progress(report, self.held_out_bits)
        if report.step % run.checkpoint_every == 0:
            self.save()
        if report.step % run.preview_every == 0:
            self.preview(self.export())

    def _log(self, report: StepReport, held_out_bits: float | None) -> None:
        self.folder.log(
            {
                "step": report.step,
                "seconds": round(self.seconds, 1),
                "train_bits": round(report.bits, 5),
                "held_out_bits": None if held_out_bits is None else round(held_out_bits, 5),
                "gradient_norm": round(report.gradient_norm, 5),
                "rate": report.rate,
                "noise": report.noise,
            }
        )

    def save(self) -> None:
        """Write the checkpoint."""
        state = self.trainer.state_dict()
        state["seconds"] = self.seconds
        self.folder.save_checkpoint(state)

    def export(self) -> Plugin:
        """Write the plugin with the averaged weights."""
        steps, streams = self.trainer.step_count, self.config.streams
        bits = self.held_out_bits
        provenance = Provenance(
            dataset=self.config.data.name or Path(self.config.data.folder).name,
            dataset_licence=self.config.data.licence,
            recipe=(
                f"{steps} steps of {streams.batch} x {streams.chunk} samples,"
                f" Adam {self.config.optimiser.rate:g}, seed {self.config.run.seed},"
                f" {self.seconds / 60:.0f} min; held out: last {self.config.data.held_out:.0%}"
                " of every file"
            ),
            steps=steps,
            held_out_bits_per_sample=None if bits is None else round(bits, 4),
            made_by=f"rtsynth {rtsynth.__version__}",
            notes=self.config.plugin.notes,
        )
        manifest = manifest_for(self.config, provenance)
        return export(self.trainer.averaged_network(), manifest, self.plugin_path)

    def preview(self, plugin: Plugin) -> None:
        """Every parameter at its lowest, middle and highest in turn, the others at default."""
        rate, parts = plugin.sample_rate_hz, []
        gap = np.zeros(round(_GAP_S * rate), np.float32)
        for parameter in plugin.parameters:
            for position in (0.0, 0.5, 1.0):
                controls = {parameter.name: parameter.value_at(position)}
                seconds = self.config.run.preview_s
                parts += [rtsynth.render(plugin, seconds, controls, seed=1), gap]
        path = self.folder.previews / f"step{self.trainer.step_count:07d}.wav"
        with atomic_write(path) as temporary:
            sf.write(temporary, np.concatenate(parts), rate, format="WAV")

"""Trains the tiers of a stack one after the other, then combines them into one plugin.

RUN/config.json       what was asked for      RUN/TIER/       a run folder of its own
RUN/NAME.safetensors  all tiers as one        RUN/TIER/TIER.safetensors  that tier alone
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.progress import Progress

import rtsynth
from rtsynth.common.audiofile.walk import refuse_zip
from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import make_folder
from rtsynth.plugin import Plugin
from rtsynth.plugin.combine import combine
from rtsynth_train.core.fingerprint import check_run
from rtsynth_train.core.progress import training_bar
from rtsynth_train.core.run_folder import (
    CONFIG_NAME,
    RunFolder,
    must_fit,
    read_json,
    told_of_divergence,
)
from rtsynth_train.core.session import Session
from rtsynth_train.tiers.config import StackConfig, TierConfig, parse_stack
from rtsynth_train.tiers.data import TierData, load_tier_data
from rtsynth_train.tiers.job import TierJob
from rtsynth_train.tiers.measured import with_features
from rtsynth_train.tiers.trainer import TierTrainer
from rtsynth_train.tiers.units import in_original_units

BATCH_SHAPE = "batch_shape"


def read_stack(run: Path) -> StackConfig:
    """The configuration a run folder was started with."""
    path = run / CONFIG_NAME
    return parse_stack(read_json(path), str(path))


def batch_shape(tier: TierConfig, data: TierData) -> dict[str, Any]:
    """What the place in the data that a checkpoint holds depends on."""
    fields = tier.model_dump(include={"stateful", "seq_len", "stride", "batch_size"})
    return fields | {"train_lengths": data.train_lengths.tolist()}


@dataclass
class StackRun:
    """One run folder of a stack."""

    stack: StackConfig
    path: Path
    device: torch.device
    minutes: float | None = None  # for the whole stack; tiers share it in equal parts
    resume: bool = False
    from_step: int | None = None  # resume from this kept checkpoint of the tier (a single one)
    accept: bool = False  # changed recordings or settings
    settings_given: bool = False  # they were changed by flags: that is no mistake

    def __post_init__(self) -> None:
        self.console = Console(stderr=True)

    @property
    def plugin_path(self) -> Path:
        """Where the combined plugin is written."""
        return self.path / f"{self.stack.plugin.name}.safetensors"

    def train(self) -> bool:
        """Train every tier that is not finished; returns whether Ctrl-C ended it."""
        if self.from_step is not None and len(self.stack.tiers) > 1:
            raise InputError("--step: only for a run of one tier; resume a stack where it stopped")
        if not self.resume:
            for tier in self.stack.tiers:
                if self._checkpoint(tier).exists():
                    raise InputError(
                        f"{self.path}: holds a run already; add --resume, or another --out"
                    )
        for folder in (self.stack.data.folder, self.stack.data.params_folder):
            refuse_zip(Path(folder))
        asked = self.stack
        checked = check_run(self.path, asked, self.resume, self.accept, self.settings_given)
        with Progress(console=self.console, transient=True) as progress:
            self.stack = with_features(self.stack, self.path, progress)
        self.stack = in_original_units(self.stack)  # a resumed run asks the files again
        # Before there is a run folder, and before hours go into the tiers above a faulty one.
        for tier in reversed(self.stack.tiers):
            data = self._load(tier)
        make_folder(self.path)
        RunFolder(self.path).write_config(asked)
        checked.fingerprint.write(self.path)
        interrupted = False
        for number, tier in enumerate(self.stack.tiers):
            data = data if number == 0 else self._load(tier)
            interrupted = self._train_tier(tier, data)
            if interrupted:
                break
        plugin = self._combine()
        left = [tier.name for tier in self.stack.tiers if not self._plugin(tier).exists()]
        also = f"; not trained yet: {', '.join(left)} (--resume goes on)" if left else ""
        self.console.print(f"wrote {plugin.path}{also}")
        return interrupted

    def _checkpoint(self, tier: TierConfig) -> Path:
        return self.path / tier.name / "checkpoint.pt"

    def _plugin(self, tier: TierConfig) -> Path:
        return self.path / tier.name / f"{tier.name}.safetensors"

    def _minutes(self, tier: TierConfig) -> float | None:
        return tier.minutes if self.minutes is None else self.minutes / len(self.stack.tiers)

    def _load(self, tier: TierConfig) -> TierData:
        # Twice: some for a batch, and some for the line from one value to the next.
        data = load_tier_data(self.stack, tier, shortest=2)
        longest = int(data.train_lengths.min())
        if longest <= tier.seq_len:
            raise InputError(
                f"tiers.{tier.name}: seq_len {tier.seq_len} does not fit into the shortest file,"
                f" whose training part has {longest} steps"
            )
        return data

    def _train_tier(self, tier: TierConfig, data: TierData) -> bool:
        trainer = TierTrainer(tier, data, self.stack.data.levels, self.stack.run.seed, self.device)
        job = TierJob(trainer, self.stack, tier)
        folder = RunFolder(self.path / tier.name, job.columns())
        trained_s = 0.0
        if self._checkpoint(tier).exists():
            state = folder.load_checkpoint(self.from_step)
            trained_s = float(state.pop("seconds"))
            if state.pop(BATCH_SHAPE, None) != batch_shape(tier, data):
                # The rows of the checkpoint do not fit: they start anew.
                fresh = job.state_dict()
                state |= {name: fresh[name] for name in ("batches", "hidden")}
            with must_fit(folder.checkpoint):
                job.load_state_dict(state)
            folder.write_config(tier)
            folder.forget_losses_after(job.step_count)
        else:
            folder.create(tier)
        self.console.print(
            f"tier {tier.name}: {len(data.starts)} recordings, {data.train_lengths.sum() / 1e6:.3g}"
            f" M steps to train on; {self.device.type}; run folder {folder.path}"
        )
        minutes = self._minutes(tier)
        with training_bar(self.console, tier.steps, job.step_count, job.describe) as report:
            session = Session(
                job,
                folder,
                tier,
                self._plugin(tier),
                report,
                minutes,
                trained_s=trained_s,
                keep_every=tier.keep_every,
                notes={BATCH_SHAPE: batch_shape(tier, data)},
            )
            if self._plugin(tier).exists() and (job.finished or session.time_is_up):
                return False
            with told_of_divergence(folder.path):
                interrupted = session.run()
        self.console.print(
            f"wrote {session.plugin_path}: {session.held_out:.4g} {job.unit} held out,"
            f" {job.step_count} steps, {session.seconds / 60:.1f} min"
        )
        return interrupted

    def _combine(self) -> Plugin:
        made = [
            rtsynth.load(self._plugin(tier))
            for tier in self.stack.tiers
            if self._plugin(tier).exists()
        ]
        if len(made) == 1:
            manifest = made[0].manifest.model_copy(update={"name": self.stack.plugin.name})
            return rtsynth.save(self.plugin_path, manifest, made[0].tensors)
        manifest, tensors = combine(made, self.stack.plugin.name)
        return rtsynth.save(self.plugin_path, manifest, tensors)

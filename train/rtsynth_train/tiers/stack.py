"""Trains the tiers of a stack one after the other, then combines them into one plugin.

RUN/config.json       the configuration       RUN/TIER/       a run folder of its own
RUN/NAME.safetensors  all tiers as one        RUN/TIER/TIER.safetensors  that tier alone
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

import rtsynth
from rtsynth.common.audiofile.walk import refuse_zip
from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import make_folder
from rtsynth.plugin import Plugin, Provenance
from rtsynth.plugin.combine import combine
from rtsynth.plugin.provenance import StartedFrom
from rtsynth_train.core.fingerprint import Checked
from rtsynth_train.core.recipe import Request
from rtsynth_train.core.run_folder import CONFIG_NAME, RunFolder, full_disk_with_remedy, read_json
from rtsynth_train.core.session import is_time_up
from rtsynth_train.core.start import Start, write_origins
from rtsynth_train.core.training import make_say, open_job, open_timing, run_job
from rtsynth_train.tiers.config import StackConfig, TierConfig, parse_stack
from rtsynth_train.tiers.data import TierData, load_tier_data
from rtsynth_train.tiers.export import tier_manifest
from rtsynth_train.tiers.job import TierJob
from rtsynth_train.tiers.measured import with_features
from rtsynth_train.tiers.trainer import TierTrainer
from rtsynth_train.tiers.units import in_original_units

LEAST_SHARE = 0.3  # of an equal part of the time, for a tier however small


def read_stack(run: Path) -> StackConfig:
    """The configuration a run folder was started with."""
    path = run / CONFIG_NAME
    return parse_stack(read_json(path), str(path))


def shares_of_time(tiers: list[TierConfig]) -> dict[str, float]:
    """What part of the time each tier gets, by name: as much as its steps are to compute."""
    work = {
        tier.name: tier.steps * tier.seq_len * tier.batch_size * tier.layers * tier.hidden_size**2
        for tier in tiers
    }
    least = LEAST_SHARE / len(tiers)
    shares = {name: max(least, one / sum(work.values())) for name, one in work.items()}
    return {name: share / sum(shares.values()) for name, share in shares.items()}


@dataclass
class StackRun:
    """One run folder of a stack; its tiers share the time of the recipe by their work, the
    minutes of the request in equal parts.
    """

    stack: StackConfig
    request: Request
    origins: Sequence[StartedFrom] = ()  # what it starts, or had started, from
    console: Console = field(default_factory=lambda: Console(stderr=True))

    @property
    def path(self) -> Path:
        """The run folder."""
        return self.request.path

    @property
    def plugin_path(self) -> Path:
        """Where the combined plugin is written."""
        return self.path / f"{self.stack.plugin.name}.safetensors"

    def check_request(self) -> None:
        """InputError where the request does not fit the run folder, or the set is a .zip, or tiers
        have minutes of their own and a time, too.
        """
        time = self.stack.run.time
        for tier in self.stack.tiers:
            if time and tier.minutes is not None:
                raise InputError(
                    f"tiers.{tier.name}: minutes {tier.minutes:g}, and a time ({time}), whose share"
                    " ends it with its rate fallen; leave one of them out"
                )
        if self.request.from_step is not None and len(self.stack.tiers) > 1:
            raise InputError("--step: only for a run of one tier; resume a stack where it stopped")
        if not self.request.resume:
            for tier in self.stack.tiers:
                self._folder(tier).refuse_old_run()
        for folder in (self.stack.data.folder, self.stack.data.params_folder):
            refuse_zip(Path(folder))

    def train(self, checked: Checked) -> bool:
        """Train every tier that is not finished; returns whether Ctrl-C ended it."""
        configured = self.stack
        with Progress(console=self.console, transient=True) as progress:
            self.stack = with_features(self.stack, self.path, progress)
        self.stack = in_original_units(self.stack)  # a resumed run asks the files again
        # Before there is a run folder, and before hours go into the tiers above a faulty one.
        starts = list[tuple[RunFolder, TierConfig, dict[str, Any]]]()
        for tier in reversed(self.stack.tiers):
            data = self._load(tier)
            if self.request.start is not None:
                starts += self._start(tier, data, self.request.start)
        if self.request.start is not None and not starts:
            tier = self.stack.tiers[-1]
            raise self.request.start.none_fits(tier_manifest(self.stack, tier, Provenance()))
        make_folder(self.path)
        RunFolder(self.path).write_config(configured)
        checked.fingerprint.write(self.path)
        write_origins(self.path, self.origins)
        for folder, tier, state in starts:
            folder.create(tier)
            folder.save_checkpoint(state)
        interrupted = False
        for number, tier in enumerate(self.stack.tiers):
            data = data if number == 0 else self._load(tier)
            interrupted = self._train_tier(tier, data)
            if interrupted:
                break
        plugin = self._combine()
        left = [tier.name for tier in self.stack.tiers if not self._plugin(tier).exists()]
        also = f"; not trained yet: {', '.join(left)} (--resume continues)" if left else ""
        make_say(self.console)(f"wrote {plugin.path}{also}")
        return interrupted

    def _folder(self, tier: TierConfig, columns: tuple[str, ...] = ()) -> RunFolder:
        return RunFolder(self.path / tier.name, columns)

    def _plugin(self, tier: TierConfig) -> Path:
        return self.path / tier.name / f"{tier.name}.safetensors"

    def _minutes(self, tier: TierConfig) -> float | None:
        minutes = self.request.minutes
        return tier.minutes if minutes is None else minutes / len(self.stack.tiers)

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

    def _trainer(self, tier: TierConfig, data: TierData) -> TierTrainer:
        run, levels = self.stack.run, self.stack.data.levels
        return TierTrainer(tier, data, levels, run.seed, self.request.device, run.precision)

    def _start(
        self, tier: TierConfig, data: TierData, start: Start
    ) -> list[tuple[RunFolder, TierConfig, dict[str, Any]]]:
        """The checkpoint, of step 0, of a tier that starts from a trained one; none where it starts
        from nothing.
        """
        stack, say = self.stack, make_say(self.console)
        job = TierJob(self._trainer(tier, data), stack)
        if not job.trainer.start_from(start, job.target()):
            say(f"tier {tier.name} starts from nothing: {start.label} has none like it")
            return []
        for line in start.remarks(job.target()):
            say(f"tier {tier.name} {line}")
        return [(self._folder(tier, job.columns()), tier, {**job.state_dict(), "seconds": 0.0})]

    def _train_tier(self, tier: TierConfig, data: TierData) -> bool:
        stack, device = self.stack, self.request.device
        job = TierJob(self._trainer(tier, data), stack)
        job.origins = self.origins
        folder = self._folder(tier, job.columns())
        state = None
        if folder.checkpoint.exists():
            state = folder.load_checkpoint(self.request.from_step)
        with full_disk_with_remedy(folder):
            trained_s = open_job(job, folder, tier, state)
        make_say(self.console)(f"{job.material()}; {device.type}; run folder {folder.path}")
        minutes, plugin_path = self._minutes(tier), self._plugin(tier)
        timing = open_timing(
            job, folder.path, stack.run.time, trained_s,
            new=state is None or (not self.request.resume and job.step_count == 0),
            share=shares_of_time(stack.tiers)[tier.name],
        )  # fmt: skip
        over = job.finished if timing is None else timing.ends(job.finished)
        if plugin_path.exists() and (over or is_time_up(minutes, trained_s)):
            return False
        return run_job(job, folder, plugin_path, minutes, trained_s, self.console, timing)

    def _combine(self) -> Plugin:
        plugins = [
            rtsynth.load(self._plugin(tier))
            for tier in self.stack.tiers
            if self._plugin(tier).exists()
        ]
        if len(plugins) == 1:
            manifest = plugins[0].manifest.model_copy(update={"name": self.stack.plugin.name})
            return rtsynth.save(self.plugin_path, manifest, plugins[0].tensors)
        manifest, tensors = combine(plugins, self.stack.plugin.name)
        return rtsynth.save(self.plugin_path, manifest, tensors)

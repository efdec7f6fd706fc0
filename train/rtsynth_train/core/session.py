"""Runs a job to its end, or to Ctrl-C, and leaves a plugin either way."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rtsynth.common.audiofile.writing import write_audio
from rtsynth.common.files.atomic import make_folder
from rtsynth.plugin import Plugin
from rtsynth_train.core.job import Job
from rtsynth_train.core.progress_file import ProgressFile
from rtsynth_train.core.run_folder import RunFolder
from rtsynth_train.core.stopping import StopRequest
from rtsynth_train.core.trainer import Report

LOG_EVERY = 10
EXPORT_SHARE = 20  # times what an export takes are trained before the next, but for previews


def is_time_up(minutes: float | None, seconds: float) -> bool:
    """Whether `minutes` have passed after `seconds`."""
    return minutes is not None and seconds >= minutes * 60


@dataclass
class Session:
    """`run` trains until the job is finished, the time is up or Ctrl-C."""

    job: Job[Any]
    folder: RunFolder
    plugin_path: Path
    progress: Callable[[Any, float | None], None]
    minutes: float | None = None
    held_out: float | None = None
    trained_s: float = 0.0  # before this session
    device: str = ""
    watch: ProgressFile = field(init=False)
    _unlogged: Report | None = None  # of the last step, where it has no row yet
    _exported_s: float = 0.0  # `seconds` after the last export, and how many it took
    _export_took_s: float = 0.0
    _begun: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.watch = ProgressFile(self.folder.path, self.job.trainer.steps, self.minutes)

    @property
    def seconds(self) -> float:
        """Time trained so far, earlier sessions included."""
        return self.trained_s + time.monotonic() - self._begun

    def run(self) -> bool:
        """Train; returns whether it was interrupted. Everything is saved in both cases."""
        job = self.job
        self.watch.begin(
            job.step_count, self.trained_s, material=job.material(), unit=job.unit,
            device=self.device, plugin=self.plugin_path.name,
        )  # fmt: skip
        with StopRequest() as stop:
            while not self.job.finished and not stop.requested:
                self._one_step()
                if is_time_up(self.minutes, self.seconds):
                    break
            self.save()
            self.held_out = self.job.held_out()
            if self._unlogged is not None:
                self._log(self._unlogged, self.held_out)
            self.preview(self.export())
            self.folder.close()
        self.watch.end(
            job.step_count, self.seconds, self.held_out, stop.requested, job.result(self.held_out)
        )  # fmt: skip
        return stop.requested

    def _one_step(self) -> None:
        schedule, report = self.job.schedule, self.job.step()
        evaluate = report.step % schedule.evaluate_every == 0
        if evaluate:
            self.held_out = self.job.held_out()
        # The last row waits for the held-out loss that comes with the end.
        logged = evaluate or (report.step % LOG_EVERY == 0 and not self.job.finished)
        if logged:
            self._log(report, self.held_out if evaluate else None)
        self._unlogged = None if logged else report
        self.watch.step(
            report.step, self.seconds, report.loss, self.held_out if evaluate else None
        )  # fmt: skip
        self.progress(report, self.held_out)
        if report.step % schedule.checkpoint_every == 0:
            if names := self.job.take_more():
                self.watch.more(report.step, names)
            self.save()
        if self.job.keep_every is not None and report.step % self.job.keep_every == 0:
            self.save()
            self.folder.keep_checkpoint(report.step)
        if report.step % schedule.preview_every == 0:
            self.preview(self.export())
        elif report.step % schedule.checkpoint_every == 0 and self._may_export():
            self.export()  # for who follows the run

    def _log(self, report: Report, held_out: float | None) -> None:
        self.folder.log({**self.job.row(report, held_out), "seconds": round(self.seconds, 1)})

    def save(self) -> None:
        """Write the checkpoint."""
        state = {**self.job.state_dict(), "seconds": self.seconds}
        self.folder.save_checkpoint(state)

    def _may_export(self) -> bool:
        """Whether it takes little of the time: a large network is played for a long while first."""
        return self.seconds - self._exported_s >= EXPORT_SHARE * self._export_took_s

    def export(self) -> Plugin:
        """Write the plugin so far."""
        began_s = self.seconds
        plugin = self.job.export(self.plugin_path, self.held_out, began_s)
        self._exported_s = self.seconds
        self._export_took_s = self._exported_s - began_s
        self.watch.plugin(self.job.step_count, self.plugin_path)
        return plugin

    def preview(self, plugin: Plugin) -> None:
        """Write what it sounds like, if it has a sound."""
        step = self.job.step_count
        audio = self.job.preview(plugin)
        if audio is not None:
            make_folder(self.folder.previews)
            path = self.folder.previews / f"step{step:07d}.wav"
            write_audio(path, audio, plugin.sample_rate_hz)
        written = sorted(self.folder.previews.glob(f"step{step:07d}*"))
        if written:
            self.watch.previews(step, written)

"""Runs a job to its end, or to Ctrl-C, and leaves a plugin either way."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rtsynth.common.audiofile.writing import write_audio
from rtsynth.common.files.atomic import make_folder
from rtsynth.common.remarks import Say, warn
from rtsynth.plugin import Plugin
from rtsynth_train.core.duration import length_text
from rtsynth_train.core.job import Job
from rtsynth_train.core.loss_picture import draw_losses
from rtsynth_train.core.orders import Orders
from rtsynth_train.core.progress_file import ProgressFile
from rtsynth_train.core.run_folder import RunFolder
from rtsynth_train.core.stopping import StopRequest
from rtsynth_train.core.stretch import CHECKPOINT, EVALUATE, OWN, PREVIEW, Stretch
from rtsynth_train.core.timing import STEP, Costs, Timing
from rtsynth_train.core.trainer import Report

LOG_EVERY = 10
LONG_PREVIEW = 0.03  # of the time: it is made again, to know what it takes
TOO_SHORT = 3  # times fewer steps than a recipe means
EXPORT_SHARE = 20  # times what an export takes are trained before the next, but for previews


def is_time_up(minutes: float | None, seconds: float) -> bool:
    """Whether `minutes` have passed after `seconds`."""
    return minutes is not None and seconds >= minutes * 60


def too_short(timing: Timing, stretch: Stretch, costs: Costs) -> str:
    """What is to be said where the time has room for a small part of the steps; else nothing."""
    steps, meant = stretch.steps, stretch.configured
    if steps * TOO_SHORT >= meant:
        return ""
    needed_s = timing.takes_s(meant, costs)
    return (
        f"{length_text(timing.time_s)} has room for {steps} steps on this machine; the recipe means"
        f" {meant}, which take {length_text(needed_s)}: expect a rumble or noise. Give it"
        f" --time {length_text(needed_s).replace(' ', '')}, or let rtsynth new choose a network"
        f" for {length_text(timing.time_s)}"
    )


@dataclass
class Session:
    """`run` trains until the job is finished, the time is up or Ctrl-C. With a `timing` the job
    gets as many steps as fit into a time.
    """

    job: Job[Any]
    folder: RunFolder
    plugin_path: Path
    progress: Callable[[Any, float | None], None]
    minutes: float | None = None
    held_out: float | None = None
    trained_s: float = 0.0  # before this session
    device: str = ""
    timing: Timing | None = None
    say: Say = warn
    orders: Orders = field(default_factory=Orders)  # to other processes of the training
    costs: Costs = field(default_factory=lambda: Costs(time.monotonic))
    watch: ProgressFile = field(init=False)
    _unlogged: Report | None = None  # of the last step, where it has no row yet
    _guessed: str | None = None  # what was said first of a time that is too short
    _room_known: bool = False  # whether it was said once the number of steps was fixed
    _exported_s: float = 0.0  # `seconds` after the last export, and how many it took
    _export_took_s: float = 0.0
    _begun: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        timing = self.timing
        minutes = self.minutes if timing is None else timing.time_s / 60
        self.watch = ProgressFile(self.folder.path, self.job.trainer.stretch.expected, minutes)

    @property
    def seconds(self) -> float:
        """Time trained so far, earlier sessions included."""
        return self.trained_s + time.monotonic() - self._begun

    @property
    def left_s(self) -> float | None:
        """Seconds to the end; None where nothing is known."""
        if self.timing is not None:
            return self.timing.left_s(self.job.step_count, self.seconds, self.costs)
        return self.watch.left_s(self.job.step_count, self.seconds)

    @property
    def _over(self) -> bool:
        finished = self.job.finished
        return finished if self.timing is None else self.timing.ends(finished)

    def run(self) -> bool:
        """Train; returns whether it was interrupted. Everything is saved in both cases."""
        job = self.job
        self.watch.begin(
            job.step_count, self.trained_s, material=job.material(), unit=job.unit,
            device=self.device, plugin=self.plugin_path.name,
        )  # fmt: skip
        with StopRequest() as stop:
            while not self._over and not (stop.requested or self.orders.stop):
                self._one_step()
                if is_time_up(self.minutes, self.seconds):
                    break
            interrupted = stop.requested or self.orders.stop
            self.save()
            self.held_out = self.job.held_out()
            if self._unlogged is not None:
                self._log(self._unlogged, self.held_out)
            self.preview(self.export())
            self.folder.close()
        self.watch.end(
            job.step_count, self.seconds, self.held_out, interrupted, job.result(self.held_out)
        )  # fmt: skip
        self.orders.end(interrupted)
        return interrupted

    def _one_step(self) -> None:
        if self.timing is not None:
            self.job.trainer.stretch = self.timing.stretch(self.job.step_count)
        schedule, stretch = self.job.schedule, self.job.trainer.stretch
        own_s = self.job.trainer.own_s
        with self.costs.of(STEP):
            self.orders.step(stretch)
            report = self.job.step()
        self.costs.within_step(OWN, self.job.trainer.own_s - own_s)
        evaluate = report.step % stretch.every(EVALUATE, schedule.evaluate_every) == 0
        if evaluate:
            with self.costs.of(EVALUATE):
                self.held_out = self.job.held_out()
        # The last row waits for the held-out loss that comes with the end.
        logged = evaluate or (report.step % LOG_EVERY == 0 and not self.job.finished)
        if logged:
            self._log(report, self.held_out if evaluate else None)
        self._unlogged = None if logged else report
        self.watch.step(
            report.step, self.seconds, report.loss, self.held_out if evaluate else None, self.left_s
        )  # fmt: skip
        self.progress(report, self.held_out)
        preview = report.step % stretch.every(PREVIEW, schedule.preview_every) == 0
        if report.step % stretch.every(CHECKPOINT, schedule.checkpoint_every) == 0:
            self._checkpoint(may_export=not preview)
        keep_every = self.job.keep_every
        if keep_every is not None and report.step % stretch.every(CHECKPOINT, keep_every) == 0:
            self.save()
            self.folder.keep_checkpoint(report.step)
        if preview:
            with self.costs.of(PREVIEW):
                self.preview(self.export())
        if self.timing is not None and self.timing.due(self.seconds, self.costs):
            self._judge(self.timing)

    def _checkpoint(self, *, may_export: bool) -> None:
        with self.costs.of(CHECKPOINT):
            if names := self.job.take_more():
                self.orders.more(self.job.added())
                self.watch.more(self.job.step_count, names)
            self.save()
            if may_export and self._may_export():
                self.export()  # for who follows the run

    def _judge(self, timing: Timing) -> None:
        """Choose the number of steps that fits the time, with what else is to be done."""
        job = self.job
        if timing.wants_trial(self.costs):
            with self.costs.of(EVALUATE):
                self.held_out = job.held_out()
            for _ in range(2):  # the first one may have compiled the kernels
                with self.costs.of(PREVIEW):
                    self.preview(self.export())
                if self.costs.get(PREVIEW) < LONG_PREVIEW * timing.time_s:
                    break
            with self.costs.of(CHECKPOINT):
                self.save()
                self.export()
            self.costs.last_s[OWN] = job.trainer.own_sounds_take_s()
        if timing.judge(job.step_count, self.seconds, self.costs):
            stretch = job.trainer.stretch = timing.stretch(job.step_count)
            self.watch.steps(job.step_count, stretch.steps, self.seconds)
            self._say_room(timing, stretch)

    def _say_room(self, timing: Timing, stretch: Stretch) -> None:
        """Whether the time is too short: as a first guess, which may be of a moment's other work,
        and once the number of steps is fixed.
        """
        if self._room_known or (self._guessed is not None and not timing.fixed):
            return
        text = too_short(timing, stretch, self.costs)
        if text:
            self.say(text if timing.fixed else f"first guess: {text}")
        elif self._guessed:
            self.say(f"{length_text(timing.time_s)} has room for {stretch.steps} steps after all")
        self._guessed, self._room_known = text, timing.fixed

    def _log(self, report: Report, held_out: float | None) -> None:
        self.folder.log({**self.job.row(report, held_out), "seconds": round(self.seconds, 1)})

    def save(self) -> None:
        """Write the checkpoint."""
        self.orders.agree(self.job.trainer, self.say)
        state = {**self.job.state_dict(), "seconds": self.seconds}
        self.folder.save_checkpoint(state)

    def _may_export(self) -> bool:
        """Whether it takes little of the time: a large network is played for a long while first."""
        if self.timing is not None:
            return True  # their distance has that in it
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
        """Write what it sounds like, if it has a sound; and draw how its losses went."""
        draw_losses(self.folder.path)
        step = self.job.step_count
        audio = self.job.preview(plugin)
        if audio is not None:
            make_folder(self.folder.previews)
            path = self.folder.previews / f"step{step:07d}.wav"
            write_audio(path, audio, plugin.sample_rate_hz)
        written = sorted(self.folder.previews.glob(f"step{step:07d}*"))
        if written:
            self.watch.previews(step, written)

"""One training run, of whatever kind: open or resume its folder, train, report the result."""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from rtsynth.common.errors import InputError
from rtsynth.plugin.provenance import StartedFrom
from rtsynth_train.core.config import Config, Section, TrainConfig
from rtsynth_train.core.cores import limited_threads
from rtsynth_train.core.duration import seconds_of
from rtsynth_train.core.fingerprint import check_run
from rtsynth_train.core.job import Job
from rtsynth_train.core.orders import Orders
from rtsynth_train.core.precision import kept_precision, matrix_precision, pick_device
from rtsynth_train.core.progress import training_bar
from rtsynth_train.core.provenance import licences
from rtsynth_train.core.ranks import ALONE, Ranks
from rtsynth_train.core.recipe import Opened, Recipe, Request
from rtsynth_train.core.recipes import recipe_of
from rtsynth_train.core.run_folder import (
    NEW_RUN,
    RunFolder,
    check_names,
    divergence_as_error,
    full_disk_with_remedy,
    must_fit,
)
from rtsynth_train.core.session import Session
from rtsynth_train.core.start import read_origins, read_start, write_origins
from rtsynth_train.core.timing import Timing
from rtsynth_train.core.welcoming import check_shared, welcome

Say = Callable[[str], None]


def run_training(
    config: TrainConfig,
    path: Path,
    resume: bool,
    minutes: float | None,
    device: str,
    from_step: int | None = None,
    accept: bool = False,
    settings_given: bool = False,
    start: str | None = None,
    ranks: Ranks = ALONE,
) -> bool:
    """Train and export in the run folder `path`; returns whether Ctrl-C ended it.

    A resumed run needs the recordings and settings it was started with: see `Request`. `start` is
    a plugin or run folder to start from. This is the first of the processes `ranks`; the others
    are in `joining.follow_training`.

    Raises:
        InputError: data or run folder cannot be used.
        EngineError: the loss became infinite.
    """
    if resume and start is not None:
        raise InputError(
            "--from: not with --resume, which goes on with the run's own weights; leave one out"
        )
    recipe = recipe_of(config)
    picked = pick_device(device)
    check_shared(recipe, ranks, picked)
    request = Request(
        path, picked, resume, minutes, accept, settings_given, from_step,
        None if start is None else read_start(start), ranks,
    )  # fmt: skip
    if resume:
        config = kept_precision(config, path)
    with limited_threads(config.run.threads), matrix_precision(config):
        return recipe.train(config, request)


def make_say(console: Console) -> Say:
    """A function that prints a line as it is."""
    return functools.partial(console.print, soft_wrap=True, markup=False, highlight=False)


def train_network(
    recipe: Recipe[Config],
    make_job: Callable[[Config, Opened], Job[Any]],
    config: Config,
    request: Request,
) -> bool:
    """Train one network from its configuration to its plugin; whether Ctrl-C ended it."""
    console = Console(stderr=True)
    path, say = request.path, make_say(console)
    before, state = RunFolder(path), None
    if request.resume:
        state = before.load_checkpoint()
    else:
        before.refuse_old_run()
    config, origins = started(recipe, config, request)
    checked = check_run(recipe, config, request)
    opened = Opened(request, state, say, checked.changed, checked.data_changed)
    with full_disk_with_remedy(before):
        job = make_job(config, opened)
    if state is not None and checked.changed:  # its rows are in the old recordings
        state |= job.places_anew()
    job.origins = origins
    if request.start is not None:
        for line in job.start_from(request.start):
            say(line)
    folder = RunFolder(path, job.columns())
    with full_disk_with_remedy(folder):
        trained_s = open_job(job, folder, config, state)
        checked.fingerprint.write(path)
        write_origins(path, origins)
        if request.start is not None:  # a run that is killed at once goes on from there, too
            folder.save_checkpoint({**job.state_dict(), "seconds": 0.0})
    welcome(config, request, checked, job)
    count = request.ranks.size
    shared = f" in {count} processes" if count > 1 else ""
    say(f"{job.material()}; {request.device.type}{shared}; run folder {path}")
    plugin_path = path / f"{config.plugin.name}.safetensors"
    timing = open_timing(job, path, config.run.time, trained_s, new=state is None)
    orders = Orders(request.ranks)
    return run_job(job, folder, plugin_path, request.minutes, trained_s, console, timing, orders)


def open_timing(
    job: Job[Any], run: Path, wanted: str, trained_s: float, *, new: bool, share: float = 1.0
) -> Timing | None:
    """The schedule of a run that takes `share` of the `wanted` time; None where that is ""."""
    if not wanted:
        return None
    timing = Timing(run, share * seconds_of(wanted), job.every(), trained_s, new)
    job.trainer.stretch = timing.stretch(job.step_count)
    return timing


def started(
    recipe: Recipe[Config], config: Config, request: Request
) -> tuple[Config, Sequence[StartedFrom]]:
    """The configuration as it applies to this run, and what the run starts, or had started, from.

    Raises:
        InputError: the run folder does not say it readably; or a plugin could not say all of it,
            which is known before hours of training, not after.
    """
    if request.resume:
        origins = read_origins(request.path)
    else:
        origins = [] if request.start is None else request.start.origins
    licences(config.plugin.licence, config.data.licence, origins)
    return recipe.warmed(config) if origins else config, origins


def open_job(
    job: Job[Any], folder: RunFolder, config: Section, state: dict[str, Any] | None
) -> float:
    """Start a run folder, or resume the job from a checkpoint's `state`; the seconds trained.

    Raises:
        InputError: the folder holds a run already, or the state does not fit.
    """
    if state is None:
        folder.create(config)
        job.on_new_run()
        return 0.0
    folder.remove_leftovers()
    trained_s = float(state.pop("seconds"))
    check_names(folder.checkpoint, state, job.trainer.state_dict(), NEW_RUN)
    with must_fit(folder.checkpoint):
        job.load_state_dict(state)
    folder.forget_losses_after(job.step_count)
    folder.write_config(config)
    return trained_s


def run_job(
    job: Job[Any],
    folder: RunFolder,
    plugin_path: Path,
    minutes: float | None,
    trained_s: float,
    console: Console,
    timing: Timing | None = None,
    orders: Orders | None = None,
) -> bool:
    """Train an opened job to its end and write its plugin; returns whether Ctrl-C ended it."""
    with training_bar(
        console, lambda: job.trainer.stretch.expected, job.step_count, job.describe,
        None if timing is None else lambda: session.left_s,
    ) as progress:  # fmt: skip
        session = Session(
            job, folder, plugin_path, progress, minutes, trained_s=trained_s,
            device=job.trainer.device.type, timing=timing, say=make_say(console),
            orders=orders or Orders(),
        )  # fmt: skip
        with divergence_as_error(folder.path), full_disk_with_remedy(folder):
            interrupted = session.run()
    assert session.held_out is not None
    make_say(console)(
        f"wrote {plugin_path}: {job.result(session.held_out)}, {session.seconds / 60:.1f} min"
    )
    return interrupted

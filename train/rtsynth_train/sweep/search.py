"""Runs the trainings of a sweep by Ray Tune, and looks for the best.

Successive halving, asynchronous (ASHA, Li et al. 2020): at some shares of the training, those go
on whose held-out loss is in the best third of what has been seen there.
"""

import os
import shutil
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rtsynth.common.errors import EngineError
from rtsynth.common.files.atomic import atomic_write
from rtsynth_train.sweep.plan import Point
from rtsynth_train.sweep.scores import LOOK_S, METRIC, SAID, SHARE, STOP_S, WHOLE, Scores

GRACE, KEEP = 20, 3  # percent before any is stopped; one in so many goes on
RAY = "ray"  # folder of Tune's own files


@dataclass(frozen=True)
class Outcome:
    """How one training went: the held-out loss of its plugin (None: it failed, and `said` why), and
    whether it came to its end, or was stopped before.
    """

    point: Point
    run: Path
    held_out: float | None = None
    finished: bool = False
    said: str = ""


def search(
    made: Sequence[Point],
    words: Sequence[str],
    out: Path,
    time_s: float | None,
    each: Mapping[str, float],
) -> list[Outcome]:
    """Train all of `made` as `rtsynth train WORDS` does, each in OUT/NAME, as many at a time as
    there are cores (`cpu`) and GPUs (`gpu`) for `each`.
    """
    # Before Ray is imported: no usage reports, no lines about them; logs are those of the runs.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_AIR_NEW_OUTPUT", "0")
    os.environ.setdefault("TUNE_DISABLE_AUTO_CALLBACK_LOGGERS", "1")
    import ray
    from ray import tune

    from rtsynth_train.sweep.trial import Trial

    spaces = [
        {"name": point.name, "words": [*words, *point.words()], "time_s": time_s,
         "run": str((out / point.name).absolute()), "cwd": str(Path.cwd())}
        for point in made
    ]  # fmt: skip
    ray.init(include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    try:
        tuner = tune.Tuner(
            tune.with_resources(Trial, dict(each)),
            param_space={"trial": tune.grid_search(spaces)},
            tune_config=tune.TuneConfig(
                metric=METRIC, mode="min", trial_dirname_creator=_name_of,
                scheduler=tune.schedulers.ASHAScheduler(
                    time_attr=SHARE, max_t=WHOLE + 1, grace_period=GRACE, reduction_factor=KEEP
                ),
            ),
            run_config=tune.RunConfig(
                name=RAY, storage_path=str(out.absolute()), verbose=0,
                checkpoint_config=tune.CheckpointConfig(checkpoint_at_end=False),
            ),
        )  # fmt: skip
        results = tuner.fit()
        failed = {each.config["trial"]["name"]: _failure(each) for each in results if each.config}
        for point in made:  # Ray does not wait for what it stopped last
            if not failed.get(point.name):
                _wait_for_end(out / point.name)
    finally:
        ray.shutdown()
    return [outcome(point, out / point.name, failed.get(point.name, "")) for point in made]


def _failure(result: Any) -> str:
    """Why a training has failed, in a line; "" where it has not."""
    if result.error is not None:
        return str(result.error).strip().splitlines()[-1]
    return str((result.metrics or {}).get(SAID, ""))


def _wait_for_end(run: Path) -> None:
    """Until a training that has begun has written its plugin, or STOP_S have passed."""
    scores, until_s = Scores(run, None), time.monotonic() + STOP_S
    while scores.begun and scores.read_on() is None and time.monotonic() < until_s:
        time.sleep(LOOK_S)


def _name_of(trial: Any) -> str:
    """The folder of Tune's own files of a trial."""
    name: str = trial.config["trial"]["name"]
    return name


def outcome(point: Point, run: Path, failure: str = "") -> Outcome:
    """What the run folder says, and `failure` where it has not come to an end."""
    end = Scores(run, None).read_on()
    if end is None:
        return Outcome(point, run, said=failure.removeprefix("rtsynth: ") or "not trained")
    return Outcome(point, run, end["held_out"], not end["interrupted"])


def by_setting(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """The finished trainings of each setting, seed by seed; those with most seeds first, among them
    those with the lowest mean.
    """
    groups: dict[str, list[Outcome]] = {}
    for each in outcomes:
        if each.finished:
            groups.setdefault(each.point.label, []).append(each)
    order = sorted(groups.items(), key=lambda item: (-len(item[1]), mean_of(item[1])))
    return dict(order)


def mean_of(group: Sequence[Outcome]) -> float:
    """The mean held-out loss of finished trainings."""
    return statistics.fmean(each.held_out for each in group if each.held_out is not None)


def winner_of(outcomes: Sequence[Outcome]) -> Outcome:
    """The best training of the best setting, the first in `by_setting`.

    Raises:
        EngineError: none has finished.
    """
    groups = by_setting(outcomes)
    if not groups:
        said = next((each.said for each in outcomes if each.said), "all were stopped")
        raise EngineError(f"none of the {len(outcomes)} trainings has come to its end ({said})")
    best = next(iter(groups.values()))
    return min(best, key=lambda each: each.held_out or 0.0)


def export(winner: Outcome, name: str, out: Path) -> Path:
    """Copy the plugin of the winner to OUT/NAME.safetensors."""
    target = out / f"{name}.safetensors"
    with atomic_write(target) as temporary:
        shutil.copyfile(winner.run / target.name, temporary)
    return target

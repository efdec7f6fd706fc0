"""Runs the trainings of a sweep by Ray Tune, and looks for the best.

Successive halving, asynchronous (ASHA, Li et al. 2020): at some shares of the training, those go
on whose held-out loss is in the best third of what has been seen there.
"""

import shutil
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rtsynth.common.errors import EngineError
from rtsynth.common.files.atomic import atomic_write
from rtsynth_train.sweep.cluster import cluster
from rtsynth_train.sweep.plan import Point
from rtsynth_train.sweep.scores import LOOK_S, METRIC, RUNNING, SAID, SHARE, STOP_S, WHOLE, Scores

GRACE, KEEP = 20, 3  # percent before any is stopped; one in so many goes on
RAY = "ray"  # folder of Tune's own files
STOP = "stop"  # a file beside it, while all are to end


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
) -> tuple[list[Outcome], bool]:
    """Train all of `made` as `rtsynth train WORDS` does, each in OUT/NAME, as many at a time as
    there are cores (`cpu`) and GPUs (`gpu`) for `each`. What came of each, and whether Ctrl-C ended
    it: then those that were running have been stopped, their plugins written.

    Raises:
        InputError: there is no machine with as much as `each`.
        KeyboardInterrupt: Ctrl-C while those were being stopped.
    """
    stop, runs = out.absolute() / STOP, [out.absolute() / point.name for point in made]
    spaces = [
        {"name": point.name, "words": [*words, *point.words()], "time_s": time_s,
         "run": str(run), "cwd": str(Path.cwd()), "stop": str(stop)}
        for point, run in zip(made, runs, strict=True)
    ]  # fmt: skip
    failed, interrupted = dict[str, str](), False
    with cluster(each):
        try:
            results = _tuner(spaces, out, each, runs).fit()
            failed = {one.config["trial"]["name"]: _failure(one) for one in results if one.config}
            # Its own processes may be a little behind.
            wait_for_ends([run for run in runs if not failed.get(run.name)])
        except KeyboardInterrupt:
            interrupted = True
            stop.touch()
            wait_for_ends(runs)
        finally:
            stop.unlink(missing_ok=True)
    outcomes = [outcome(point, out / point.name, failed.get(point.name, "")) for point in made]
    return outcomes, interrupted


def _tuner(
    spaces: list[dict[str, Any]], out: Path, each: Mapping[str, float], runs: Sequence[Path]
) -> Any:
    """What runs them, and chooses what goes on."""
    from ray import tune

    from rtsynth_train.sweep.patient import Patient
    from rtsynth_train.sweep.trial import Trial

    return tune.Tuner(
        tune.with_resources(Trial, dict(each)),
        param_space={"trial": tune.grid_search(spaces)},
        tune_config=tune.TuneConfig(
            metric=METRIC, mode="min", trial_dirname_creator=_name_of, search_alg=Patient(runs),
            scheduler=tune.schedulers.ASHAScheduler(
                time_attr=SHARE, max_t=WHOLE + 1, grace_period=GRACE, reduction_factor=KEEP
            ),
        ),
        run_config=tune.RunConfig(
            name=RAY, storage_path=str(out.absolute()), verbose=0,
            checkpoint_config=tune.CheckpointConfig(checkpoint_at_end=False),
        ),
    )  # fmt: skip


def _failure(result: Any) -> str:
    """Why a training has failed, in a line; "" where it has not."""
    if result.error is not None:
        return str(result.error).strip().splitlines()[-1]
    return str((result.metrics or {}).get(SAID, ""))


def wait_for_ends(runs: Sequence[Path]) -> None:
    """Until every training that is running has written its plugin, or STOP_S have passed."""
    until_s = time.monotonic() + STOP_S
    for run in runs:
        scores = Scores(run, None)
        while (run / RUNNING).exists() and scores.read_on() is None and time.monotonic() < until_s:
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
    said = "its held-out loss is not a number" if end["held_out"] is None else ""
    return Outcome(point, run, end["held_out"], not end["interrupted"], said)


def by_setting(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """The finished trainings of each setting that have a loss, seed by seed; those with most seeds
    first, among them those with the lowest mean.
    """
    groups: dict[str, list[Outcome]] = {}
    for each in outcomes:
        if each.finished and each.held_out is not None:
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

"""Which of several trainings is the best; with Ray: `tests/train/cli/test_sweep.py`."""

import math
from pathlib import Path

import pytest

from rtsynth.common.errors import EngineError
from rtsynth_train.core.progress_file import ProgressFile
from rtsynth_train.sweep.plan import Point
from rtsynth_train.sweep.scores import RUNNING
from rtsynth_train.sweep.search import (
    Outcome,
    by_setting,
    export,
    outcome,
    wait_for_ends,
    winner_of,
)


def made(rate: str, seed: int, held_out: float | None, finished: bool = True) -> Outcome:
    return Outcome(Point((("a.rate", rate),), seed), Path("x"), held_out, finished)


def test_the_best_setting_has_the_lowest_mean_of_all_seeds() -> None:
    outcomes = [
        made("1", 0, 3.0), made("1", 1, 3.4),
        made("2", 0, 2.5), made("2", 1, 3.5),
        made("3", 0, 1.0), made("3", 1, 0.5, finished=False),
        made("4", 0, None, finished=False), made("5", 0, None), made("5", 1, None),
    ]  # fmt: skip
    assert list(by_setting(outcomes)) == ["rate 2", "rate 1", "rate 3"]
    assert winner_of(outcomes) == outcomes[2]
    with pytest.raises(EngineError, match="none of the 3 trainings has come to its end"):
        winner_of(outcomes[-3:])


@pytest.mark.parametrize("interrupted", [False, True])
def test_the_run_folder_says_how_it_went(tmp_path: Path, interrupted: bool) -> None:
    point, file = Point((), 0), ProgressFile(tmp_path, 10, None)
    file.begin(0, 0.0)
    file.step(10, 1.0, 3.0, 3.5)
    assert outcome(point, tmp_path).held_out is None
    lost = outcome(point, tmp_path, "rtsynth: no such file")
    assert (lost.held_out, lost.said) == (None, "no such file")
    file.end(10, 1.0, 3.25, interrupted, "")
    found = outcome(point, tmp_path)
    assert (found.held_out, found.finished) == (3.25, not interrupted)


def test_a_loss_that_is_no_number_is_said(tmp_path: Path) -> None:
    file = ProgressFile(tmp_path, 10, None)
    file.begin(0, 0.0)
    file.end(10, 1.0, math.nan, False, "")
    found = outcome(Point((), 0), tmp_path)
    assert (found.held_out, found.said) == (None, "its held-out loss is not a number")
    assert by_setting([found]) == {}


def test_what_does_not_run_is_not_waited_for(tmp_path: Path) -> None:
    """It was killed, or never began; or it has its plugin and only its process is still there."""
    killed, ended = tmp_path / "killed", tmp_path / "ended"
    for run in (killed, ended):
        run.mkdir()
        ProgressFile(run, 10, None).begin(0, 0.0)
    ProgressFile(ended, 10, None).end(10, 1.0, 3.0, True, "")
    (ended / RUNNING).touch()
    wait_for_ends([killed, ended, tmp_path / "none"])


def test_the_winners_plugin_is_copied(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "tiny.safetensors").write_bytes(b"weights")
    path = export(Outcome(Point((), 0), run, 3.0, True), "tiny", tmp_path)
    assert path == tmp_path / "tiny.safetensors"
    assert path.read_bytes() == b"weights"

"""When there are no more trials: after the last training has written its plugin."""

import os
import time
from pathlib import Path

import pytest

from rtsynth_train.core.progress_file import NAME, ProgressFile
from rtsynth_train.sweep.scores import RUNNING, STOP_S
from tests.requirements import require_module


def begun(run: Path) -> ProgressFile:
    run.mkdir()
    (run / RUNNING).touch()
    file = ProgressFile(run, 10, None)
    file.begin(0, 0.0)
    return file


def test_what_ends_is_waited_for(tmp_path: Path) -> None:
    require_module("ray", "pip install 'rtsynth[train,sweep]'")
    from rtsynth_train.sweep.patient import Patient

    one, other = tmp_path / "one", tmp_path / "other"
    trials, file = Patient([one, other]), begun(one)
    assert not trials.is_finished()  # Tune has not been given any
    trials.set_finished()
    assert not trials.is_finished()
    assert trials.next_trial() is None
    file.end(10, 1.0, 3.25, True, "")
    assert trials.is_finished()
    begun(other)
    assert not trials.is_finished()
    (other / RUNNING).unlink()
    assert trials.is_finished()


@pytest.mark.parametrize("names", [(RUNNING, NAME), (RUNNING,)])
def test_what_was_killed_is_not_waited_for(tmp_path: Path, names: tuple[str, ...]) -> None:
    require_module("ray", "pip install 'rtsynth[train,sweep]'")
    from rtsynth_train.sweep.patient import is_ending

    run = tmp_path / "run"
    begun(run)
    if NAME not in names:
        (run / NAME).unlink()
    assert is_ending(run)
    before = time.time() - STOP_S - 1
    for name in names:
        os.utime(run / name, (before, before))
    assert not is_ending(run)
    assert not is_ending(tmp_path / "none")

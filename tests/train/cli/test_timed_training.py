"""Trainings that are given a time: they end then, at the end of their schedule."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from rtsynth_train.cli.new import new
from rtsynth_train.core.timing import NAME
from tests.train.recordings import write_set

pytestmark = [pytest.mark.measure, pytest.mark.background]
TIME_S, GIVE_UP_S = 40.0, 240.0
FINAL_RATE = {"note": 0.0001, "texture": 0.00005}


def started(*words: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "rtsynth", "train", *map(str, words)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def said_by(process: subprocess.Popen[str]) -> str:
    _, text = process.communicate(timeout=GIVE_UP_S)
    assert process.returncode == 0, text
    return text


def last_event(run: Path) -> dict[str, Any]:
    return json.loads((run / "progress.jsonl").read_text().splitlines()[-1])


def schedule(run: Path) -> dict[str, Any]:
    return json.loads((run / NAME).read_text())


@pytest.mark.parametrize("kind", ["note", "texture"])
def test_the_schedule_ends_with_the_time(kind: str, tmp_path: Path) -> None:
    folder, run = write_set(tmp_path / "set", seconds=2.0), tmp_path / "run"
    recipe = tmp_path / "recipe.toml"
    new(folder, recipe, f"{TIME_S:g}s", kind)
    said_by(started(recipe, "--out", run))
    end = last_event(run)
    assert end["event"] == "end"
    assert end["seconds"] == pytest.approx(TIME_S, rel=0.2)
    assert end["step"] == schedule(run)["entries"][-1]["steps"]
    with (run / "losses.csv").open() as file:
        rates = [float(row["rate"]) for row in csv.DictReader(file)]
    assert rates[-1] == pytest.approx(FINAL_RATE[kind], rel=0.1)
    assert len(list((run / "previews").glob("*.wav"))) >= 2


def test_a_run_that_is_killed_keeps_its_number_of_steps(tmp_path: Path) -> None:
    folder, run = write_set(tmp_path / "set", seconds=2.0), tmp_path / "run"
    process = started(folder, "--kind", "texture", "--time", f"{TIME_S:g}s", "--out", run)
    begun_s = time.monotonic()
    while not ((run / NAME).is_file() and schedule(run)["fixed"]):
        assert time.monotonic() - begun_s < GIVE_UP_S
        assert process.poll() is None, process.communicate()
        time.sleep(0.2)
    time.sleep(5.0)  # some steps beyond the last checkpoint
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    before = schedule(run)
    said_by(started("--resume", "--out", run))
    assert schedule(run) == before
    assert last_event(run)["step"] == before["entries"][-1]["steps"]


def test_a_time_that_is_much_too_short_for_the_recipe_is_said(tmp_path: Path) -> None:
    folder, run = write_set(tmp_path / "set", seconds=2.0), tmp_path / "run"
    words = (folder, "--recipe", "samplernn", "--threads", "1", "--time", "30s", "--out", run)
    text = ""
    with started(*words) as process:
        assert process.stderr is not None
        for line in process.stderr:
            text += line
            if "rtsynth new" in line:
                break
        process.kill()
    assert "the recipe means 10000, which take" in text
    assert "rtsynth new choose a network for 30 s" in text

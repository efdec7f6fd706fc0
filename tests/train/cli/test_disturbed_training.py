"""Trainings that are killed, meet a full disk, or find that their data or recipe have changed."""

import os
import resource
import sys
from pathlib import Path

import pytest

from rtsynth_train.core.orders import digest_of
from tests.train.kills import kill_at_random, write_short_recipe
from tests.train.recordings import small_config, write_set, write_tone
from tests.train.together import (
    said_by,
    started,
    state_of,
    train,
    wait_for_step,
    write_recipe,
)

pytestmark = [pytest.mark.system, pytest.mark.measure, pytest.mark.background]
KILLS = 4


def test_killed_at_random_moments_it_ends_the_same(tmp_path: Path) -> None:
    recipe = write_short_recipe(tmp_path, KILLS)
    assert kill_at_random(recipe, tmp_path / "run", KILLS, seed=os.getpid()).same


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    config = small_config(
        write_set(tmp_path / "set", seconds=1.0),
        model={"hidden_size": 32},
        optimiser={"steps": 400},
        run={"checkpoint_every": 20, "evaluate_every": 100, "preview_every": 1000},
    )
    return write_recipe(tmp_path / "tiny.toml", config)


def said(process_lines: list[str]) -> list[str]:
    return [line for line in process_lines if line.startswith("rtsynth: ")]


@pytest.mark.skipif(sys.platform != "linux", reason="limits another process")
def test_where_no_more_can_be_written_the_last_checkpoint_is_whole(
    recipe: Path, tmp_path: Path
) -> None:
    """As on a full disk: no file may grow above half a checkpoint."""
    run, straight = tmp_path / "run", tmp_path / "straight"
    process = started(1, recipe, "--out", run)
    wait_for_step(process, run, 40)
    limit = (run / "checkpoint.pt").stat().st_size // 2
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (limit, limit))
    (line,) = said(said_by(process, 1))
    assert line.startswith(f"rtsynth: {run / 'checkpoint.pt'}: cannot be written (File too large)")
    assert line.endswith("make room, then go on with --resume: the last checkpoint is whole")
    step = state_of(run)["step"]
    assert 20 <= step < 400
    assert step % 20 == 0
    train(1, "--out", run, "--resume")
    train(1, recipe, "--out", straight)
    assert digest_of(state_of(run)) == digest_of(state_of(straight))


def test_changed_data_and_recipes_are_named(recipe: Path, tmp_path: Path) -> None:
    run, folder = tmp_path / "run", tmp_path / "set"
    train(1, recipe, "--out", run, "--steps", "20")
    before = digest_of(state_of(run))
    first = sorted(folder.glob("*.wav"))[0]
    first.write_bytes(first.read_bytes()[:-200])
    write_tone(folder, 0.0, 65.0, 0.5, 1.0)
    text = recipe.read_text()
    recipe.write_text(text.replace("hidden_size = 32", "hidden_size = 16"))
    (line,) = said(said_by(started(1, recipe, "--out", run, "--resume"), 2))
    assert f"{first.name} is another" in line
    assert " is new" in line
    assert "model.hidden_size: 32 -> 16" in line
    assert line.endswith("put them back, start a new run, or add --accept-changes")
    assert digest_of(state_of(run)) == before

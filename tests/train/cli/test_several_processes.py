"""Trainings that two processes share: as one, in one folder, resumed by any number of them."""

import os
import shutil
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import rtsynth
from rtsynth_train.core.orders import digest_of
from tests.train.recordings import small_config, write_set
from tests.train.samplernn.sets import tiny, write_song
from tests.train.together import (
    events,
    said_by,
    started,
    state_of,
    train,
    wait_for_step,
    workers_of,
    write_recipe,
)

pytestmark = [pytest.mark.system, pytest.mark.measure]
STEPS, SEEN = 400, 60
# Sums of two halves are rounded otherwise than one sum: 3e-6 after these steps, in weights of 1.
CLOSE = {"rtol": 1e-3, "atol": 1e-4}


def made(folder: Path, own: float) -> Path:
    """A recipe; its batch has a row too many for two."""
    config = small_config(
        write_set(folder / "set", seconds=1.0),
        streams={"batch": 5, "own": own, "own_after": 20, "own_every": 50, "longest_s": 0.1},
        optimiser={"steps": STEPS},
        run={"evaluate_every": 100, "checkpoint_every": 20, "preview_every": 150},
    )
    return write_recipe(folder / "tiny.toml", config)


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """It learns from the recordings alone: what is next does not depend on the network."""
    return made(tmp_path_factory.mktemp("plain"), 0.0)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """It learns from its own sounds, too."""
    return made(tmp_path_factory.mktemp("own"), 0.3)


@pytest.fixture(scope="module")
def straight(recipe: Path) -> dict[int, Path]:
    """Undisturbed runs of one and two processes."""
    runs = {count: recipe.parent / f"straight{count}" for count in (1, 2)}
    for count, run in runs.items():
        train(count, recipe, "--out", run)
    return runs


@pytest.fixture(scope="module")
def straight_own(own: Path) -> Path:
    """An undisturbed run of two processes."""
    train(2, own, "--out", own.parent / "straight")
    return own.parent / "straight"


def places(run: Path) -> str:
    """Where its rows are in the recordings, and all random numbers to come."""
    state = state_of(run)
    return digest_of([state[name] for name in ("step", "streams", "generator", "torch_random")])


def assert_close(one: Path, other: Path) -> None:
    """The plugins are the same network up to rounding."""
    first, second = (rtsynth.load(path / "tiny.safetensors").tensors for path in (one, other))
    for name, tensor in first.items():
        if name.startswith("audio."):
            np.testing.assert_allclose(tensor, second[name], **CLOSE, err_msg=name)


def interrupted(count: int, recipe: Path, run: Path) -> list[str]:
    process = started(count, recipe, "--out", run)
    wait_for_step(process, run, SEEN)
    process.send_signal(signal.SIGINT)
    said = said_by(process, None)
    assert events(run)[-1]["event"] == "end"
    assert events(run)[-1]["interrupted"] is True
    assert SEEN <= events(run)[-1]["step"] < STEPS
    assert rtsynth.load(run / "tiny.safetensors").manifest.provenance.steps < STEPS
    return said


def whole(run: Path) -> bool:
    """Whether nothing half-written lies about."""
    return not list(run.rglob(".*.part*"))


def test_two_processes_train_as_one(straight: dict[int, Path]) -> None:
    one, two = straight[1], straight[2]
    assert places(one) == places(two)
    assert_close(one, two)
    rows = [(run / "losses.csv").read_text().splitlines() for run in (one, two)]
    assert len(rows[0]) == len(rows[1]) == 1 + STEPS // 10
    assert sum(event["event"] == "begin" for event in events(two)) == 1
    assert sorted(p.name for p in one.iterdir()) == sorted(p.name for p in two.iterdir())


@pytest.mark.parametrize("count", [1, 2])
def test_ctrl_c_and_resumed_by_any_number(
    recipe: Path, straight: dict[int, Path], tmp_path: Path, count: int
) -> None:
    run, other = tmp_path / "run", tmp_path / "other"
    said = interrupted(count, recipe, run)
    assert sum(line.startswith("rtsynth: ") for line in said) == 0
    assert sum(line.startswith("wrote ") for line in said) == 1
    shutil.copytree(run, other)
    train(count, "--out", run, "--resume")
    assert digest_of(state_of(run)) == digest_of(state_of(straight[count]))
    train(3 - count, "--out", other, "--resume")
    assert places(other) == places(straight[count])
    assert_close(other, straight[count])


@pytest.mark.parametrize("first", [False, True])
def test_a_process_that_is_killed_ends_all_in_one_line(
    own: Path, straight_own: Path, tmp_path: Path, first: bool
) -> None:
    run = tmp_path / "run"
    process = started(2, own, "--out", run)
    pid = wait_for_step(process, run, SEEN)
    workers = workers_of(process)
    assert pid in workers
    assert len(workers) == 2
    os.kill(pid if first else (workers - {pid}).pop(), signal.SIGKILL)
    lines = [line for line in said_by(process, 1) if line.startswith("rtsynth: ")]
    assert len(lines) == 1, lines
    assert "another process of this training has ended" in lines[0]
    assert "--resume" in lines[0]
    assert first or whole(run)
    train(2, "--out", run, "--resume")
    assert digest_of(state_of(run)) == digest_of(state_of(straight_own))
    assert whole(run)


def test_a_mistake_is_said_once(recipe: Path, tmp_path: Path) -> None:
    def refused(*words: Any) -> str:
        lines = [x for x in said_by(started(2, *words), 1) if x.startswith("rtsynth: ")]
        assert len(lines) == 1, lines
        return lines[0]

    (tmp_path / "empty").mkdir()
    assert "empty" in refused(tmp_path / "empty", "--recipe", "clarinet-trumpet")
    assert "trained in one process so far" in refused(
        recipe.parent / "set", "--recipe", "pops", "--out", tmp_path / "run"
    )


def test_a_samplernn_is_shared_too(tmp_path: Path) -> None:
    changes = {"optimiser": {"steps": 60}, "run": {"checkpoint_every": 20}}
    config = tiny(write_song(tmp_path / "song.wav"), batches={"rows": 5}, **changes)
    recipe, runs = write_recipe(tmp_path / "tiny.toml", config), [tmp_path / n for n in "ab"]
    for count, run in enumerate(runs, 1):
        train(count, recipe, "--out", run)
    one, two = (state_of(run) for run in runs)
    assert digest_of(one["batches"]) == digest_of(two["batches"])
    for name, weight in one["network"].items():
        torch.testing.assert_close(weight, two["network"][name], **CLOSE, msg=name)
    assert sorted(p.name for p in runs[0].iterdir()) == sorted(p.name for p in runs[1].iterdir())


def test_sigterm_to_any_process_ends_all(recipe: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    process = started(2, recipe, "--out", run)
    pid = wait_for_step(process, run, SEEN)
    os.kill((workers_of(process) - {pid}).pop(), signal.SIGTERM)
    said = said_by(process, None)
    assert sum(line.startswith("wrote ") for line in said) == 1
    assert sum(line.startswith("rtsynth: ") for line in said) == 0
    end = events(run)[-1]
    assert (end["event"], end["interrupted"]) == ("end", True)
    assert SEEN <= end["step"] == state_of(run)["step"] < STEPS
    assert rtsynth.load(run / "tiny.safetensors").manifest.provenance.steps == end["step"]


@pytest.mark.background
def test_a_time_is_looked_at_by_the_first_alone(recipe: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(2, recipe, "--out", run, "--time", "20s")
    end = events(run)[-1]
    assert end["event"] == "end"
    assert end["seconds"] == pytest.approx(20.0, rel=0.3)
    assert torch.load(run / "checkpoint.pt", weights_only=True)["step"] == end["step"]

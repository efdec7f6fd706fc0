"""Files of a run folder: configuration, checkpoints, losses."""

from pathlib import Path
from typing import Any

import pytest
import torch

from rtsynth.common.errors import EngineError, InputError, WriteError
from rtsynth_train.core.config import PluginConfig
from rtsynth_train.core.run_folder import (
    RunFolder,
    check_names,
    divergence_as_error,
    full_disk_with_remedy,
    must_fit,
    read_json,
)

COLUMNS = ("step", "seconds", "train_bits")
CONFIG = PluginConfig(name="x")


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    folder = RunFolder(tmp_path / "run", COLUMNS)
    folder.create(CONFIG)
    return folder


def test_a_new_one(folder: RunFolder) -> None:
    assert read_json(folder.path / "config.json")["name"] == "x"
    assert folder.losses.read_text() == "step,seconds,train_bits\n"
    folder.create(CONFIG)  # nothing is lost by it
    folder.save_checkpoint({"seconds": 1.0})
    with pytest.raises(InputError, match="run: already holds a run; add --resume"):
        folder.create(CONFIG)


def test_checkpoints_and_their_kept_copies(folder: RunFolder) -> None:
    for step in (2, 4):
        folder.save_checkpoint({"seconds": float(step), "weights": torch.ones(3)})
        folder.keep_checkpoint(step)
    assert folder.load_checkpoint()["seconds"] == 4.0
    assert folder.load_checkpoint(2)["seconds"] == 2.0
    with pytest.raises(InputError, match=r"step0000003\.pt: no such checkpoint; kept steps: 2, 4"):
        folder.load_checkpoint(3)


@pytest.mark.parametrize(
    ("state", "match"),
    [
        ({}, r"not a checkpoint of this trainer \(no seconds\)"),
        ([1], "not a checkpoint of this trainer"),
        ({"seconds": -1}, "trained for '-1' seconds"),
        ({"seconds": "x"}, "trained for 'x' seconds"),
    ],
)
def test_a_checkpoint_that_is_none(folder: RunFolder, state: Any, match: str) -> None:
    folder.save_checkpoint(state)
    with pytest.raises(InputError, match=match):
        folder.load_checkpoint()


def test_names_that_a_state_lacks() -> None:
    check_names(Path("a.pt"), {"x": 1}, ["x"], "remedy")
    with pytest.raises(
        InputError, match=r"a\.pt: not a checkpoint of this trainer \(no y\); remedy"
    ):
        check_names(Path("a.pt"), {"x": 1}, ["x", "y"], "remedy")


@pytest.mark.parametrize("error", [RuntimeError("a\nb"), KeyError("a"), ValueError()])
def test_what_does_not_fit_is_one_line(error: Exception) -> None:
    refused = pytest.raises(InputError, match=r"a\.pt: does not fit config\.json \(")
    with refused as caught, must_fit(Path("a.pt")):
        raise error
    assert "\n" not in str(caught.value)


def test_divergence_names_the_run() -> None:
    refused = pytest.raises(EngineError, match="run: step 3: the loss is nan; lower the rate")
    with refused, divergence_as_error(Path("run")):
        raise FloatingPointError("step 3: the loss is nan")


def test_losses(folder: RunFolder) -> None:
    for step in (1, 2, 3):
        folder.log({"step": step, "seconds": 0.5, "train_bits": 2.0 if step < 3 else None})
    folder.close()
    assert folder.losses.read_text().splitlines()[-1] == "3,0.5,"
    folder.forget_losses_after(2)
    assert folder.losses.read_text().splitlines()[-1] == "2,0.5,2.0"
    folder.losses.unlink()
    folder.forget_losses_after(2)
    assert folder.losses.read_text().splitlines() == ["step,seconds,train_bits"]
    folder.losses.write_text("step\nx\n")
    with pytest.raises(InputError, match="line 2 has no step"):
        folder.forget_losses_after(2)


@pytest.mark.parametrize(("text", "match"), [("{", "not readable"), ("[]", "no table of settings")])
def test_a_configuration_that_is_none(tmp_path: Path, text: str, match: str) -> None:
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(InputError, match=match):
        read_json(tmp_path / "config.json")


def test_a_full_disk_has_a_remedy(folder: RunFolder) -> None:
    line = "x: cannot be written (No space left on device)"
    with pytest.raises(WriteError) as caught, full_disk_with_remedy(folder):
        raise WriteError(line)
    assert str(caught.value) == f"{line}; make room, then start it again"
    folder.save_checkpoint({"seconds": 1.0})
    with pytest.raises(WriteError) as caught, full_disk_with_remedy(folder):
        raise WriteError(line)
    assert str(caught.value).endswith("go on with --resume: the last checkpoint is whole")


def test_what_killed_processes_left_goes(folder: RunFolder) -> None:
    left = [folder.path / ".checkpoint.x1.part.pt", folder.previews / ".step0000002.y.part.wav"]
    kept = [folder.path / "config.json", folder.previews / "step0000002.wav"]
    for path in [*left, kept[1]]:
        path.write_bytes(b"half")
    folder.remove_leftovers()
    assert [path.exists() for path in (*left, *kept)] == [False, False, True, True]

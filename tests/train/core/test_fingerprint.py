"""A resumed run continues with what it was started with, or says what has changed."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from rtsynth.common.errors import InputError
from rtsynth_train.cli.train import read_request
from rtsynth_train.core.fingerprint import NAME, recipe_differences
from rtsynth_train.core.recipes import parse_any, read_recipe
from rtsynth_train.core.training import run_training
from rtsynth_train.gru.config import GruTrainConfig
from tests.train.recordings import small_config, write_set, write_tone


def begun(tmp_path: Path) -> tuple[GruTrainConfig, Path]:
    """A set and a run of two steps."""
    config = small_config(write_set(tmp_path / "set"), optimiser={"steps": 2})
    run = tmp_path / "run"
    run_training(config, run, False, None, "cpu")
    return config, run


def go_on(config: GruTrainConfig, run: Path, accept: bool = False) -> int:
    run_training(config, run, True, None, "cpu", accept=accept)
    step: int = torch.load(run / "checkpoint.pt", weights_only=True)["step"]
    return step


def longer(config: GruTrainConfig, **changes: dict[str, Any]) -> GruTrainConfig:
    return small_config(Path(config.data.folder), optimiser={"steps": 4}, **changes)


def test_recordings_that_have_changed(tmp_path: Path) -> None:
    config, run = begun(tmp_path)
    folder = tmp_path / "set"
    paths = sorted(folder.iterdir())
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    paths[0].unlink()
    write_tone(folder, 0.0, 65.0, 1.0, seconds=1.0)
    paths[1].write_bytes(paths[2].read_bytes())
    with pytest.raises(InputError) as caught:
        go_on(longer(config), run)
    said = str(caught.value)
    assert said.startswith(f"{run}: its recordings have changed since it was started (")
    assert f"{paths[0].name} is gone; " in said
    assert "p65.00_a1.00.wav is new; " in said
    assert f"{paths[1].name} is another)" in said
    assert said.endswith("put them back, start a new run, or add --accept-changes")
    assert "\n" not in said
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before
    assert go_on(longer(config), run, accept=True) == 4
    assert go_on(small_config(folder, optimiser={"steps": 5}), run) == 5  # accepted once is enough


def test_fewer_recordings_than_the_checkpoint_stands_in(tmp_path: Path) -> None:
    """The rows of the checkpoint would be beyond what there is."""
    config, run = begun(tmp_path)
    for path in sorted((tmp_path / "set").iterdir())[1:]:
        path.unlink()
    with pytest.raises(InputError, match="is gone"):
        go_on(longer(config), run)
    assert go_on(longer(config), run, accept=True) == 4


def test_a_set_may_move_and_be_touched(tmp_path: Path) -> None:
    _config, run = begun(tmp_path)
    shutil.copytree(tmp_path / "set", tmp_path / "moved")
    for path in (tmp_path / "moved").iterdir():
        os.utime(path, (1, 1))
    moved = small_config(tmp_path / "moved", optimiser={"steps": 4})
    assert go_on(moved, run) == 4


def test_settings_that_have_changed(tmp_path: Path) -> None:
    config, run = begun(tmp_path)
    changed = longer(config, streams={"batch": 5}, data={"held_out": 0.2})
    with pytest.raises(InputError, match="its settings have changed") as caught:
        go_on(changed, run)
    assert "(data.held_out: 0.1 -> 0.2; streams.batch: 4 -> 5)" in str(caught.value)
    assert go_on(changed, run, accept=True) == 4
    wider = longer(changed, model={"hidden_size": 9}, streams={"batch": 5}, data={"held_out": 0.2})
    with pytest.raises(InputError, match=r"\(model\.hidden_size: 8 -> 9\)"):
        go_on(wider, run)
    with pytest.raises(InputError, match=r"checkpoint\.pt: does not fit config\.json \(") as caught:
        go_on(wider, run, accept=True)
    assert "\n" not in str(caught.value)


def test_how_long_and_what_is_written_may_change(tmp_path: Path) -> None:
    config, run = begun(tmp_path)
    changes = {"evaluate_every": 1, "preview_s": 0.02, "threads": 2, "checkpoint_every": 1}
    assert go_on(longer(config, run=changes, plugin={"description": "x"}), run) == 4


@pytest.mark.parametrize("content", [None, "{", "[]", '{"version": 1}'])
def test_runs_without_a_fingerprint_go_on(
    tmp_path: Path, content: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    config, run = begun(tmp_path)
    (run / NAME).unlink()
    if content is not None:
        (run / NAME).write_text(content)
    capsys.readouterr()
    assert go_on(longer(config), run) == 4
    assert capsys.readouterr().err.count(f"{run}: has no {NAME} of how it was started") == 1
    assert json.loads((run / NAME).read_text())["version"] == 1


def test_fewer_recordings_and_no_fingerprint(tmp_path: Path) -> None:
    """Runs of before there was one."""
    config, run = begun(tmp_path)
    (run / NAME).unlink()
    for path in sorted((tmp_path / "set").iterdir())[1:]:
        path.unlink()
    with pytest.raises(InputError, match="not in these recordings; --accept-changes") as caught:
        go_on(longer(config), run)
    assert "\n" not in str(caught.value)
    assert go_on(longer(config), run, accept=True) == 4


def test_a_recipe_that_is_given_again_counts(tmp_path: Path) -> None:
    config, run = begun(tmp_path)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        '[plugin]\nname = "tiny"\n[data]\nlevels = 32\n[[conditioning]]\nfield = "p"\n'
        'name = "pitch"\nminimum = 64.0\nmaximum = 76.0\ndefault = 70.0\n'
    )
    changes = {"data": {"folder": str(tmp_path / "set")}, "optimiser": {"steps": 4}}
    asked, path = read_request(recipe, None, run, True, changes)
    assert (asked.data.levels, path) == (32, run)
    with pytest.raises(InputError, match=r"data\.levels: 64 -> 32"):
        run_training(asked, path, True, None, "cpu")
    same, _ = read_request(tmp_path / "set", None, run, True, {})
    assert same == config


def test_a_setting_of_a_later_version_is_at_its_default(tmp_path: Path) -> None:
    now = json.loads(small_config(tmp_path).model_dump_json())
    before = json.loads(json.dumps(now))
    del before["optimiser"]["clip_norm"]
    assert recipe_differences(before, now) == []
    before["optimiser"]["clip_norm"] = 2.0
    before["conditioning"][0]["name"] = "kind"
    differences = recipe_differences(before, now)
    assert "optimiser.clip_norm: 2.0 -> 1.0" in differences
    assert 'conditioning.kind.name: "kind" -> none' in differences


@pytest.mark.parametrize(
    ("name", "free", "settled"),
    [
        ("samplernn", ("run", "num_generated"), ("batches", "num_frames")),
        ("pops", ("data", "params_folder"), ("data", "levels")),
    ],
)
def test_a_recipe_has_free_settings_of_its_own(
    name: str, free: tuple[str, str], settled: tuple[str, str]
) -> None:
    now = json.loads(json.dumps(parse_any(read_recipe(name), name).model_dump()))
    before = json.loads(json.dumps(now))
    before[free[0]][free[1]] = "x" if free[0] == "data" else 1
    assert recipe_differences(before, now) == []
    before[settled[0]][settled[1]] = 128
    (difference,) = recipe_differences(before, now)
    assert difference.startswith(f"{'.'.join(settled)}: 128 -> ")

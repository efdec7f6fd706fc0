"""`rtsynth sweep`, by Ray Tune."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import rtsynth
from rtsynth import cli
from rtsynth.common.errors import InputError
from rtsynth_train.cli.sweep import sweep
from rtsynth_train.core.recipes import RECIPE_FOLDER
from tests.requirements import require_module
from tests.train.recordings import small_config, write_set
from tests.train.together import GIVE_UP_S, events, wait_for_step, write_recipe

SLOW_S = 18  # Tune's own patience ends after fifteen seconds
STEPS = 1500  # some seconds: what falls behind at 20 % is stopped long before its end


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    config = small_config(
        write_set(tmp_path / "set", seconds=1.0),
        optimiser={"steps": STEPS},
        run={"evaluate_every": STEPS // 10, "checkpoint_every": STEPS, "preview_every": STEPS},
    )
    return write_recipe(tmp_path / "tiny.toml", config)


def test_without_ray_one_line_says_what_to_install(
    recipe: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setitem(cli.COMMANDS, "sweep", "rtsynth_train.cli.sweep:sweep")
    assert cli.main(["sweep", str(recipe), "--out", str(tmp_path / "out")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("rtsynth: rtsynth sweep needs ray: pip install 'rtsynth[sweep]'")
    assert not (tmp_path / "out").exists()


def test_mistakes_come_first(recipe: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean rate"):
        sweep(recipe, tmp_path / "out", ["optimiser.rat=0.1"])
    with pytest.raises(InputError, match="--time: 'soon' is no time"):
        sweep(recipe, tmp_path / "out", time="soon")
    with pytest.raises(InputError, match="a stack of tiers has a loss for each"):
        sweep(RECIPE_FOLDER / "pops.toml", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray counts one CPU, whatever there is: what comes second is compared with the first."""
    require_module("ray", "pip install 'rtsynth[train,sweep]'")
    monkeypatch.setenv("RAY_OVERRIDE_RESOURCES", json.dumps({"CPU": 1}))


@pytest.mark.system
@pytest.mark.measure
@pytest.mark.usefixtures("one_at_a_time")
def test_a_sweep(
    recipe: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A rate at which nothing is learned falls behind; every training is an ordinary run."""
    monkeypatch.chdir(tmp_path)  # the recordings' place is relative to it
    recipe.write_text(recipe.read_text().replace(str(tmp_path / "set"), "set"))
    out = tmp_path / "out"
    sweep(recipe, out, ["optimiser.rate=0.01,0.00001"])
    said = capsys.readouterr().out
    assert "2 trainings" in said
    assert "1 of 2 were stopped early" in said
    assert "held out, best" in said  # of the table
    runs = sorted(path.name for path in out.iterdir() if path.is_dir() and path.name != "ray")
    assert runs == ["rate-0.00001_seed-0", "rate-0.01_seed-0"]
    stopped, best = (events(out / name)[-1] for name in runs)
    assert (stopped["event"], stopped["interrupted"]) == ("end", True)
    assert 0.2 * STEPS <= stopped["step"] < STEPS
    assert (best["event"], best["interrupted"], best["step"]) == ("end", False, STEPS)
    winner = out / "tiny.safetensors"
    assert f"wrote {winner}: rate-0.01_seed-0" in said
    bits = rtsynth.load(winner).manifest.provenance.held_out_bits_per_sample
    assert bits == pytest.approx(best["held_out"], abs=1e-3)


# Python runs it at its start: each training takes long to put its plugin in its place.
SLOW_DISK = f"""
import os, sys, time
if "train" in sys.orig_argv:
    replace = os.replace
    def slow(source, target):
        if str(target).endswith("rate-0.00001_seed-0/tiny.safetensors"):  # the one that is stopped
            time.sleep({SLOW_S})
        replace(source, target)
    os.replace = slow
"""


@pytest.mark.system
@pytest.mark.measure
@pytest.mark.usefixtures("one_at_a_time")
def test_a_plugin_that_takes_long_to_write_is_not_lost(
    recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last training is stopped: Tune, which has nothing else to do, waits for its plugin."""
    (tmp_path / "slow").mkdir()
    (tmp_path / "slow" / "sitecustomize.py").write_text(SLOW_DISK)
    places = [str(tmp_path / "slow"), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, places)))
    out = tmp_path / "out"
    sweep(recipe, out, ["optimiser.rate=0.01,0.00001"])
    end = events(out / "rate-0.00001_seed-0")[-1]
    assert (end["event"], end["interrupted"]) == ("end", True)
    assert end["step"] < STEPS
    assert (out / "rate-0.00001_seed-0" / "tiny.safetensors").is_file()


@pytest.mark.system
@pytest.mark.measure
@pytest.mark.usefixtures("one_at_a_time")
def test_ctrl_c_keeps_what_runs_and_exports_nothing(recipe: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    recipe.write_text(recipe.read_text().replace(f"steps = {STEPS}", "steps = 1000000"))
    process = subprocess.Popen(
        [sys.executable, "-m", "rtsynth", "sweep", str(recipe), "--out", str(out), "--seeds", "2"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    run = out / "as-it-is_seed-0"
    wait_for_step(process, run, 1)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to all of them
    said, errors = process.communicate(timeout=GIVE_UP_S)
    assert (process.returncode, errors) == (130, "")
    assert "Ctrl-C: 1 of 2 have a plugin, and none is the best yet" in said
    end = events(run)[-1]
    assert (end["event"], end["interrupted"]) == ("end", True)
    assert (run / "tiny.safetensors").is_file()
    assert sorted(path.name for path in out.iterdir()) == ["as-it-is_seed-0", "ray"]

"""`rtsynth sweep`, by Ray Tune."""

import importlib.util
from pathlib import Path

import pytest

import rtsynth
from rtsynth import cli
from rtsynth.common.errors import InputError
from rtsynth_train.cli.sweep import sweep
from rtsynth_train.core.recipes import RECIPE_FOLDER
from tests.requirements import require_module
from tests.train.recordings import small_config, write_set
from tests.train.together import events, write_recipe


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    config = small_config(
        write_set(tmp_path / "set", seconds=1.0),
        optimiser={"steps": 600},
        run={"evaluate_every": 60, "checkpoint_every": 50, "preview_every": 500},
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


@pytest.mark.system
@pytest.mark.measure
def test_a_sweep(
    recipe: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A rate at which nothing is learned loses; every training is an ordinary run."""
    require_module("ray", "pip install 'rtsynth[sweep]'")
    monkeypatch.chdir(tmp_path)  # the recordings' place is relative to it
    recipe.write_text(recipe.read_text().replace(str(tmp_path / "set"), "set"))
    out = tmp_path / "out"
    sweep(recipe, out, ["optimiser.rate=0.01,0.00001"], seeds=2, threads=1)
    said = capsys.readouterr().out
    assert "4 trainings" in said
    assert "held out, best" in said  # of the table
    runs = sorted(path for path in out.iterdir() if path.is_dir() and path.name != "ray")
    assert [run.name for run in runs] == [
        f"rate-{rate}_seed-{seed}" for rate in ("0.00001", "0.01") for seed in (0, 1)
    ]
    ends = {run.name: events(run)[-1] for run in runs}
    assert all(end["event"] == "end" for end in ends.values())
    for seed in (0, 1):  # these come last, and fall behind at once
        stopped = ends[f"rate-0.00001_seed-{seed}"]
        assert stopped["interrupted"] is True
        assert 120 <= stopped["step"] < 600
    losses = {name: end["held_out"] for name, end in ends.items() if not end["interrupted"]}
    winner = out / "tiny.safetensors"
    assert f"wrote {winner}: rate-0.01_seed-" in said
    best = min(losses, key=lambda name: losses[name])
    assert best.startswith("rate-0.01")
    bits = rtsynth.load(winner).manifest.provenance.held_out_bits_per_sample
    assert any(bits == pytest.approx(loss, abs=1e-3) for loss in losses.values())

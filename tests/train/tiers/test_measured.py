"""Features that a configuration asks for: measured once, in the run folder, added to the set's."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from rich.progress import Progress

import rtsynth
from rtsynth.common.errors import InputError
from rtsynth.offline.params_file import read_params, write_params
from rtsynth_train.core.recipe import Request
from rtsynth_train.tiers.config import StackConfig, parse_stack
from rtsynth_train.tiers.measured import with_features
from rtsynth_train.tiers.recipe import RECIPE
from rtsynth_train.tiers.stack import read_stack
from tests.train.tiers.sets import parameter, raw_stack, write_set

FEATURES = {"rmse": 125.0, "centroid": 250.0}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.set_num_threads(1)
    made = write_set(tmp_path / "set", files=2)
    (made / "deep").mkdir()
    for path in made.glob("take1.*"):
        path.rename(made / "deep" / path.name)
    return made


def stack(folder: Path, features: dict[str, float] | None = None, **data: Any) -> StackConfig:
    """fill -> rmse, centroid at 125 Hz -> audio."""
    raw = raw_stack(folder, {"conditioning": ["rmse", "centroid"]}, generate=["rmse", "centroid"])
    raw["data"] |= {"features": FEATURES if features is None else features, **data}
    raw["parameters"] = [
        parameter("fill"), parameter("rmse", original_units=True), parameter("centroid"),
    ]  # fmt: skip
    return parse_stack(raw, "test")


def measure(config: StackConfig, run: Path) -> StackConfig:
    return with_features(config, run, Progress(disable=True))


def stamps(run: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in (run / "params").rglob("*.params")}


def test_parameters_of_the_set_and_what_is_measured(folder: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.params")}
    given = stack(folder)
    found = measure(given, tmp_path / "run")
    assert found.data.params_folder == str(tmp_path / "run" / "params")
    assert found.data.features == {}
    assert found.tiers == given.tiers
    places = sorted(path.relative_to(tmp_path / "run") for path in stamps(tmp_path / "run"))
    assert places == [Path("params/deep/take1.params"), Path("params/take0.params")]
    tracks = read_params(tmp_path / "run" / "params" / "deep" / "take1.params")
    assert list(tracks) == ["fill", "level", "tone", "rmse", "centroid"]
    for name, rate_hz in FEATURES.items():
        np.testing.assert_allclose(np.diff(tracks[name].times), 1 / rate_hz)
    # The tones' loudness follows `level`.
    levels = np.interp(tracks["rmse"].times, tracks["level"].times, tracks["level"].values)
    assert np.corrcoef(levels, tracks["rmse"].values)[0, 1] > 0.99
    assert {path: path.read_bytes() for path in folder.rglob("*.params")} == before


def test_measured_once(folder: Path, tmp_path: Path) -> None:
    found = measure(stack(folder), tmp_path)
    before = stamps(tmp_path)
    assert measure(stack(folder), tmp_path) == found
    assert stamps(tmp_path) == before
    # Unless it was not finished, or something else is asked for.
    (tmp_path / "params" / "finished.json").unlink()
    measure(stack(folder), tmp_path)
    again = stamps(tmp_path)
    assert all(again[path] > before[path] for path in before)
    measure(stack(folder, {"rmse": 250.0, "centroid": 250.0}), tmp_path)
    tracks = read_params(tmp_path / "params" / "take0.params")
    np.testing.assert_allclose(np.diff(tracks["rmse"].times), 1 / 250)
    other = write_set(tmp_path / "other", files=1)
    (other / "take0.wav").rename(other / "alone.wav")
    write_params(other / "alone.params", "alone.wav", read_params(other / "take0.params"))
    (other / "take0.params").unlink()
    measure(stack(other), tmp_path)
    assert [path.name for path in stamps(tmp_path)] == ["alone.params"]


@pytest.mark.parametrize("name", ["take0.wav", "take0.params", "deep/take1.wav"])
def test_a_changed_file_is_measured_anew(folder: Path, tmp_path: Path, name: str) -> None:
    """Other contents of the same name, even of the same size."""
    measure(stack(folder), tmp_path)
    before, path = stamps(tmp_path), folder / name
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000))
    measure(stack(folder), tmp_path)
    again = stamps(tmp_path)
    assert all(again[place] > before[place] for place in before)


def test_what_failed_is_not_finished(folder: Path, tmp_path: Path) -> None:
    """Measured, asked for something that fails, then for the first again."""
    measure(stack(folder), tmp_path)
    other = write_set(tmp_path / "other", files=1)
    (other / "take0.wav").write_bytes(b"RIFF")
    with pytest.raises(InputError, match="not a readable audio file"):
        measure(stack(other), tmp_path)
    measure(stack(folder), tmp_path)
    assert len(stamps(tmp_path)) == 2


def test_a_parameter_from_nowhere_is_found_before_measuring(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"take1\.wav: no parameter 'centroid' in its .params, nor"
    ):
        measure(stack(folder, {"rmse": 125.0}), tmp_path / "run")
    with pytest.raises(InputError, match=f"{tmp_path / 'none'}: no such file or folder"):
        measure(stack(tmp_path / "none"), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_set_with_parameters_elsewhere_keeps_them(folder: Path, tmp_path: Path) -> None:
    for path in list(folder.rglob("*.params")):
        place = tmp_path / "elsewhere" / path.relative_to(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        path.rename(place)
    measure(stack(folder, params_folder=str(tmp_path / "elsewhere")), tmp_path / "run")
    for name in ("take0", "deep/take1"):
        tracks = read_params(tmp_path / "run" / "params" / f"{name}.params")
        assert list(tracks) == ["fill", "level", "tone", "rmse", "centroid"]
    assert not list(folder.rglob("*.params"))


def test_nothing_asked_for_is_nothing_done(folder: Path, tmp_path: Path) -> None:
    given = stack(folder, {})
    assert measure(given, tmp_path / "run") is given
    assert not (tmp_path / "run").exists()


def test_a_run_measures_trains_and_resumes(folder: Path, tmp_path: Path) -> None:
    run, given = tmp_path / "run", stack(folder)
    RECIPE.train(given, Request(run, torch.device("cpu")))
    plugin = rtsynth.load(run / "tiny.safetensors")
    # Ranges come from what was measured, where that is asked for.
    by_name = {p.name: p for p in plugin.parameters}
    original = read_params(run / "params" / "take0.params")["rmse"].original
    assert original is not None
    assert (by_name["rmse"].minimum, by_name["rmse"].maximum) == (
        original.minimum, original.maximum,
    )  # fmt: skip
    assert by_name["rmse"].unit == "amplitude"
    assert by_name["centroid"].maximum == 1
    # What was asked for is kept as it was, so a resumed run finds everything again.
    assert json.loads((run / "config.json").read_text())["data"]["features"] == FEATURES
    kept = read_stack(run)
    assert kept == given
    before = stamps(run)
    RECIPE.train(kept, Request(run, torch.device("cpu"), resume=True))
    assert stamps(run) == before
    again = rtsynth.load(run / "tiny.safetensors")
    for name, tensor in plugin.tensors.items():
        np.testing.assert_array_equal(tensor, again.tensors[name], err_msg=name)


@pytest.mark.parametrize(
    ("features", "says"),
    [
        ({"loud": 125.0}, "data.features.loud: no such feature; known: rmse, centroid"),
        ({"rmse": 125.0, "mfcc1": 125.0}, "data.features.mfcc1: no such feature"),
    ],
)
def test_an_unknown_feature_is_one_line(
    folder: Path, tmp_path: Path, features: dict[str, float], says: str
) -> None:
    with pytest.raises(InputError, match=says) as error:
        measure(stack(folder, features), tmp_path / "run")
    assert "\n" not in str(error.value)
    assert not (tmp_path / "run").exists()


def test_what_cannot_be_measured_leaves_no_mark(folder: Path, tmp_path: Path) -> None:
    """After the remedy, the same run folder does."""
    bad = folder / "bad.wav"
    bad.write_bytes(b"RIFF")
    write_params(bad.with_suffix(".params"), "bad.wav", read_params(folder / "take0.params"))
    with pytest.raises(InputError, match=r"bad\.wav: not a readable audio file"):
        measure(stack(folder), tmp_path / "run")
    assert not (tmp_path / "run").exists()
    bad.unlink()
    bad.with_suffix(".params").unlink()
    measure(stack(folder), tmp_path / "run")
    assert len(stamps(tmp_path / "run")) == 2
    with pytest.raises(InputError, match="data.features.rmse"):
        stack(folder, {"rmse": 0.0})

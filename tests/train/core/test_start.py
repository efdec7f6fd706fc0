"""Trainings that start from a trained network: `--from PLUGIN|RUN`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import rtsynth
from rtsynth.common.errors import InputError
from rtsynth.plugin import Plugin, Provenance
from rtsynth.plugin.provenance import MOST_ORIGINS, StartedFrom
from rtsynth_train.core.config import TrainConfig
from rtsynth_train.core.start import NAME, Start, read_origins, read_start, write_origins
from rtsynth_train.core.start_values import variants
from rtsynth_train.core.training import run_training
from rtsynth_train.gru.dataset import load_recordings
from rtsynth_train.gru.export import manifest_for
from rtsynth_train.gru.job import GruJob
from rtsynth_train.gru.recipe import OWN_SOON
from rtsynth_train.gru.recipe import RECIPE as GRU
from rtsynth_train.gru.trainer import HELD_OUT_STEPS, GruTrainer
from rtsynth_train.samplernn.config import parse_samplernn
from rtsynth_train.samplernn.trainer import SampleRnnTrainer
from rtsynth_train.tiers.config import parse_stack
from rtsynth_train.tiers.trainer import TierTrainer
from tests.train.core.toy import ToyJob
from tests.train.recordings import small_config, write_set
from tests.train.samplernn.sets import raw_config, write_classes
from tests.train.tiers.sets import raw_stack
from tests.train.tiers.sets import write_set as write_tiers

PLUGIN = "tiny.safetensors"
TRAINERS = {"gru": GruTrainer, "samplernn": SampleRnnTrainer, "tiers": TierTrainer}


class Killed(BaseException):
    """Ends a training where it is, as kill -9 would: nothing is written any more."""


def gru(folder: Path, **changes: dict[str, Any]) -> TrainConfig:
    of = folder / "gru"
    return small_config(of if of.exists() else write_set(of, 1.0), **changes)


def samplernn(folder: Path, **changes: dict[str, Any]) -> TrainConfig:
    of = folder / "samplernn"
    of = of if of.exists() else write_classes(of)
    return parse_samplernn(raw_config(of, **changes), "test")


def stack(folder: Path, audio: dict[str, Any] | None = None, **top: Any) -> TrainConfig:
    of = folder / "tiers"
    of = of if of.exists() else write_tiers(of)
    return parse_stack(raw_stack(of, audio, **top), "test")


FAMILIES: dict[str, Callable[..., TrainConfig]] = {
    "gru": gru,
    "samplernn": samplernn,
    "tiers": stack,
}


def train(config: TrainConfig, run: Path, start: Path | str | None = None, **more: Any) -> None:
    more = {"resume": False, "minutes": None, "device": "cpu"} | more
    run_training(config, run, start=None if start is None else str(start), **more)


def checkpoints(run: Path) -> list[dict[str, Any]]:
    """Of a run, or of the tiers of a stack, by folder."""
    paths = sorted(run.glob("checkpoint.pt")) or sorted(run.glob("*/checkpoint.pt"))
    return [torch.load(path, weights_only=True) for path in paths]


def assert_same(one: Any, two: Any, at: str = "") -> None:
    if isinstance(one, torch.Tensor):
        assert torch.equal(one, two), at
    elif isinstance(one, dict):
        assert one.keys() == two.keys(), at
        for key in one.keys() - {"seconds"}:
            assert_same(one[key], two[key], f"{at}.{key}")
    elif isinstance(one, list | tuple):
        assert len(one) == len(two), at
        for number, pair in enumerate(zip(one, two, strict=True)):
            assert_same(*pair, f"{at}.{number}")
    else:
        assert one == two, at


def kill_at(step: int, patch: pytest.MonkeyPatch, name: str) -> None:
    """End the training of a network of the kind `name` in the step after `step`."""
    kind: Any = TRAINERS[name]
    whole = kind.step

    def one(self: Any) -> Any:
        if self.step_count == step:
            raise Killed
        return whole(self)

    patch.setattr(kind, "step", one)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # open files
@pytest.mark.parametrize("name", FAMILIES)
def test_it_starts_with_the_very_weights(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, source = FAMILIES[name](tmp_path), tmp_path / "source"
    train(config, source)
    averages = [state["average"] for state in checkpoints(source)]
    for number, start in enumerate((source, source / PLUGIN)):
        run = tmp_path / f"run{number}"
        with monkeypatch.context() as patch, pytest.raises(Killed):
            kill_at(0, patch, name)
            train(config, run, start)
        if name == "samplernn" and start.suffix:  # whose plugin is the best network, not the last
            best = torch.load(source / "checkpoints" / "best.pt", weights_only=True)
            averages = [best["weights"]]
        for state, average in zip(checkpoints(run), averages, strict=True):
            assert state["step"] == 0
            assert_same(state["average"], average)
            assert not state["optimiser"]["state"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # open files
@pytest.mark.parametrize("name", FAMILIES)
def test_a_run_that_is_killed_goes_on_to_the_bit(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, source = FAMILIES[name](tmp_path), tmp_path / "source"
    train(config, source)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    train(config, whole, source / PLUGIN)
    for step in (1, 3):  # before the first checkpoint but that of step 0, and behind another
        with monkeypatch.context() as patch, pytest.raises(Killed):
            kill_at(step, patch, name)
            train(config, killed, source / PLUGIN if step == 1 else None, resume=step > 1)
    train(config, killed, resume=True)
    for one, two in zip(checkpoints(whole), checkpoints(killed), strict=True):
        assert_same(one, two)
    origins = [
        rtsynth.load(run / PLUGIN).manifest.provenance.started_from for run in (whole, killed)
    ]
    assert origins[0] == origins[1]
    assert origins[0][0].content_hash == rtsynth.load(source / PLUGIN).content_hash


def trainer_of(config: Any) -> GruTrainer:
    folder = Path(config.data.folder)
    recordings = load_recordings(folder, config.data, config.conditioning, HELD_OUT_STEPS // 4)
    return GruTrainer(config, recordings, torch.device("cpu"))


def test_the_first_held_out_loss_is_that_of_the_source(tmp_path: Path) -> None:
    config, source = gru(tmp_path), tmp_path / "source"
    train(config, source)
    scored = trainer_of(config)
    scored.load_state_dict(checkpoints(source)[0])
    bits = scored.held_out_bits()

    def first_loss(config: TrainConfig) -> float:
        trainer = trainer_of(config)
        lines = GruJob(trainer, source).start_from(read_start(str(source / PLUGIN)))
        assert lines[0].startswith("starts from tiny (")
        return trainer.held_out_bits()

    assert first_loss(config) == bits
    assert trainer_of(config).held_out_bits() != pytest.approx(bits, abs=1e-3)
    raw = gru(tmp_path, model={"hidden_size": 11}).model_dump()
    raw["conditioning"][2] |= {"minimum": 40.0, "maximum": 90.0}
    raw["conditioning"] = raw["conditioning"][::-1]
    assert first_loss(GRU.parse(raw, "test")) == pytest.approx(bits, abs=1e-5)
    assert first_loss(gru(tmp_path, model={"layers": 3})) == pytest.approx(bits, abs=0.01)


def test_it_starts_with_the_class_that_is_nearest(tmp_path: Path) -> None:
    """One with a knob for its two instruments becomes one that has none."""
    source = tmp_path / "source"
    train(gru(tmp_path, optimiser={"steps": 60}), source)
    start = read_start(str(source / PLUGIN))
    bits = {}
    for tone in ("00", "01"):
        folder = tmp_path / tone
        folder.mkdir()
        for path in (tmp_path / "gru").glob(f"*_instID{tone}.00_*"):
            path.rename(folder / path.name)
        raw = gru(tmp_path, data={"folder": str(folder)}).model_dump()
        raw["conditioning"] = raw["conditioning"][1:]
        config = GRU.parse(raw, "test")
        for at, (name, each) in enumerate(variants(start, manifest_for(config, Provenance()))):
            trainer = trainer_of(config)
            trainer.start_from(each, manifest_for(config, Provenance()))
            bits[tone, at] = trainer.first_bits()
            assert name == ("its defaults", "instrument 1")[at]
        trainer = trainer_of(config)
        said = GruJob(trainer, tmp_path).start_from(start)[-1]
        best = min((0, 1), key=lambda at: bits[tone, at])
        assert said.startswith(
            f"starts with {('its defaults', 'instrument 1')[best]}, the nearest of 2"
        )
        assert trainer.first_bits() == bits[tone, best]
    assert len(set(bits.values())) == 4


def test_what_a_plugin_says_of_its_start(tmp_path: Path) -> None:
    config = gru(tmp_path, plugin={"licence": "CC0"}, data={"licence": "CC0", "name": "tones"})
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    train(config, first)
    config = gru(tmp_path, plugin={"licence": "MIT"}, data={"licence": "MIT", "name": "more tones"})
    train(config, second, first / PLUGIN)
    old, new = rtsynth.load(first / PLUGIN), rtsynth.load(second / PLUGIN)
    assert old.manifest.provenance.started_from == []
    assert new.manifest.licence == new.manifest.provenance.dataset_licence == "MIT; CC0"
    assert new.manifest.provenance.dataset == "more tones; tones"
    (origin,) = new.manifest.provenance.started_from
    assert (origin.name, origin.content_hash) == ("tiny", old.content_hash)
    assert (origin.licence, origin.dataset, origin.dataset_licence) == ("CC0", "tones", "CC0")
    train(config, third, second)
    last = rtsynth.load(third / PLUGIN).manifest.provenance
    assert [each.name for each in last.started_from] == ["tiny, step 12", "tiny"]
    assert last.started_from[0].dataset == "more tones; tones"
    # A run from nothing in the folder of a removed one says nothing of that one's start.
    (third / "checkpoint.pt").unlink()
    train(config, third)
    assert not (third / NAME).exists()


def test_a_stack_may_start_in_part(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, run = tmp_path / "source", tmp_path / "run"
    train(stack(tmp_path), source)
    audio = source / "audio" / "audio.safetensors"
    train(stack(tmp_path), run, audio)
    assert "tier top starts from nothing" in capsys.readouterr().err
    origins = rtsynth.load(run / PLUGIN).manifest.provenance.started_from
    assert [each.content_hash for each in origins] == [rtsynth.load(audio).content_hash]
    with pytest.raises(InputError, match="layers is 1, and 'tiny-audio' has 2 layers"):
        train(stack(tmp_path, {"layers": 1}), tmp_path / "no", audio)
    assert not (tmp_path / "no").exists()


def test_what_is_warm_needs_no_noise(tmp_path: Path) -> None:
    noise = {"noise": 0.1, "final_noise": 0.02}
    config = gru(tmp_path, optimiser=noise, streams={"own_after": 9000})
    warm = GRU.warmed(config)
    assert (warm.optimiser.noise, warm.streams.own_after) == (0.02, OWN_SOON)
    assert GRU.warmed(warm) == warm
    train(gru(tmp_path), tmp_path / "source")
    run = tmp_path / "run"
    train(config, run, tmp_path / "source")
    assert json.loads((run / "config.json").read_text())["optimiser"]["noise"] == 0.02
    train(config, run, resume=True)  # with the recipe as it was given


def test_what_is_refused(tmp_path: Path) -> None:
    config, run = gru(tmp_path), tmp_path / "run"

    def refused(message: str, start: Any, of: TrainConfig = config, **more: Any) -> None:
        with pytest.raises(InputError, match=message) as error:
            train(of, run, start, **more)
        assert "\n" not in str(error.value)
        assert not (run / "checkpoint.pt").exists()

    refused("--from: not with --resume", "clarinet-trumpet", resume=True)
    refused("no such file and no plugin of that name", "clarinet-trumpets")
    refused(r"--from .*gru: no run folder \(no config\.json\)", tmp_path / "gru")
    (tmp_path / "begun").mkdir()
    (tmp_path / "begun" / "config.json").write_text("{}")
    refused("has no checkpoint with its plugin yet", tmp_path / "begun")
    long = gru(tmp_path, plugin={"licence": "x" * 1999})
    refused("the licences of all that it is made of have", "clarinet-trumpet", long)
    refused("has 256 levels, and this network 64; set data.levels = 256", "clarinet-trumpet")
    refused("of the family gru, and this one of samplernn", "clarinet-trumpet", samplernn(tmp_path))
    train(stack(tmp_path), tmp_path / "stack")
    top = tmp_path / "stack" / "top" / "top.safetensors"
    refused(r"has no tier that generates audio \(it has level, tone\); start from", top)
    train(config, tmp_path / "source")
    checkpoint = tmp_path / "source" / "checkpoint.pt"
    state = torch.load(checkpoint, weights_only=True)
    torch.save(state | {"average": {"i2h.weight": torch.zeros(3)}}, checkpoint)
    refused(r"checkpoint\.pt: does not fit .*tiny\.safetensors", tmp_path / "source")
    checkpoint.write_bytes(b"no checkpoint")
    refused(r"checkpoint\.pt: not a readable checkpoint", tmp_path / "source")


def test_recordings_of_that_name_do_not_hide_a_plugin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clarinet-trumpet").mkdir()
    assert read_start("clarinet-trumpet").plugins[0].name == "clarinet-trumpet"
    with pytest.raises(InputError, match="no run folder"):
        read_start("./clarinet-trumpet")


def test_no_origin_is_left_out() -> None:
    (plugin,) = read_start("clarinet-trumpet").plugins
    many = [StartedFrom(name="x", content_hash=f"{n:032x}") for n in range(MOST_ORIGINS)]

    def start(origins: list[StartedFrom]) -> Start:
        provenance = plugin.manifest.provenance.model_copy(update={"started_from": origins})
        manifest = plugin.manifest.model_copy(update={"provenance": provenance})
        return Start("it", [Plugin(manifest, plugin.tensors)])

    assert [each.name for each in start(many[1:]).origins] == [plugin.name, *["x"] * 15]
    with pytest.raises(InputError, match="--from it: it would have started from 17 plugins"):
        _ = start(many).origins


def test_another_rate_is_remarked() -> None:
    start = read_start("clarinet-trumpet")
    manifest = start.plugins[0].manifest.model_copy(update={"sample_rate_hz": 32000})
    assert start.remarks(manifest)[1] == (
        "clarinet-trumpet plays at 16000 Hz: at 32000 Hz everything starts +12.0 semitones off"
    )
    assert len(start.remarks(start.plugins[0].manifest)) == 1


def test_origins_in_a_run_folder(tmp_path: Path) -> None:
    origins = read_start("clarinet-trumpet").origins
    write_origins(tmp_path, origins)
    assert read_origins(tmp_path) == origins
    (tmp_path / NAME).write_text("[{}]")
    with pytest.raises(InputError, match=r"started_from\.json: not readable"):
        read_origins(tmp_path)
    write_origins(tmp_path, [])
    assert read_origins(tmp_path) == []


def test_a_job_that_cannot_start_from_anything_says_so() -> None:
    with pytest.raises(InputError, match="starts from nothing; leave it out"):
        ToyJob().start_from(read_start("clarinet-trumpet"))


def test_weights_of_zero_can_be_trained(tmp_path: Path) -> None:
    """A new matrix on classes starts with zeros, which have no direction for weight norm."""
    of, source = write_classes(tmp_path / "set"), tmp_path / "source"
    plain = raw_config(of, data={"conditioning": "none"})
    train(parse_samplernn(plain, "test"), source)
    train(parse_samplernn(raw_config(of), "test"), tmp_path / "run", source)
    weight = rtsynth.load(tmp_path / "run" / PLUGIN).tensors["audio.frame.0.condition.weight"]
    assert np.isfinite(weight).all()
    assert np.abs(weight).max() > 0  # it has learned

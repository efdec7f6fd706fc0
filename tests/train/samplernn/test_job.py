"""A run from a recording to a plugin: what it writes, Ctrl-C, resume, args.json, the recipes."""

import csv
import json
import os
import re
import shutil
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
import torch

import rtsynth
from rtsynth.cli import main
from rtsynth.common.errors import InputError
from rtsynth_train.cli.train import read_request
from rtsynth_train.core.malloc import MALLOC_SETTINGS
from rtsynth_train.core.recipes import read_recipe
from rtsynth_train.core.training import run_training
from rtsynth_train.samplernn import job as job_module
from rtsynth_train.samplernn.config import SampleRnnTrainConfig, parse_samplernn
from rtsynth_train.samplernn.outputs import generate
from tests.train.samplernn.sets import (
    RATE_HZ,
    raw_config,
    tiny,
    write_classes,
    write_columns,
    write_song,
)


def train(
    config: SampleRnnTrainConfig, run: Path, resume: bool = False, minutes: float | None = None
) -> bool:
    return run_training(config, run, resume, minutes, "cpu")


def rows_of(run: Path) -> list[dict[str, str]]:
    with (run / "losses.csv").open() as file:
        return list(csv.DictReader(file))


def test_a_direct_network_becomes_a_plugin(tmp_path: Path) -> None:
    """One tier whose RNN reads its conditioning; a plugin of another kind does not mention it."""
    for network in ({"direct": True, "frame_sizes": [], "window": 1}, {}):
        run = tmp_path / f"run{len(network)}"
        config = tiny(write_columns(tmp_path / f"set{len(network)}"), network=network)
        assert train(config, run) is False
        plugin = rtsynth.load(run / "tiny.safetensors")  # which checks its golden excerpt
        assert plugin.manifest.tiers[0].config.get("direct") == network.get("direct")
        assert plugin.manifest.tiers[0].conditioning


def test_what_a_run_leaves(tmp_path: Path) -> None:
    config, run = tiny(write_song(tmp_path / "song.wav")), tmp_path / "run"
    assert train(config, run) is False
    plugin = rtsynth.load(run / "tiny.safetensors")
    rows = rows_of(run)
    assert [int(row["step"]) for row in rows] == [5, 10, 12]
    for name in ("train_bits", "validation_bits", "test_bits"):
        assert all(0 < float(row[name]) < 7 for row in rows)
    best = min(rows, key=lambda row: float(row["validation_bits"]))
    made = plugin.manifest.provenance
    assert made.steps == int(best["step"])
    assert made.held_out_bits_per_sample == pytest.approx(float(best["test_bits"]), abs=1e-4)
    assert f"validation {float(best['validation_bits']):.4f} bits" in made.recipe
    assert f"test {float(best['test_bits']):.4f} bits" in made.recipe
    assert {"golden.logits", "golden.codes", "rest.audio"} <= set(plugin.tensors)
    assert sorted(path.name for path in (run / "previews").iterdir()) == [
        "step0000008_0.wav", "step0000008_1.wav", "step0000012_0.wav", "step0000012_1.wav",
    ]  # fmt: skip
    audio, rate_hz = sf.read(run / "previews" / "step0000012_1.wav")
    assert (len(audio), rate_hz) == (300, RATE_HZ)
    truth, _ = sf.read(run / "ground_truth.wav")
    song, _ = sf.read(tmp_path / "song.wav")
    np.testing.assert_allclose(truth, song[: len(truth)], atol=0.12)  # 32 levels
    assert len(truth) == len(song) - int(0.1 * len(song)) - int(0.05 * len(song))
    heard, asked, both = (
        sf.read(run / "examples" / f"row1_{name}.wav")[0] for name in ("input", "target", "overlap")
    )
    np.testing.assert_array_equal(heard[8:], both)
    np.testing.assert_array_equal(asked[:-1], both)
    assert len(asked) == config.chunk
    assert (run / "checkpoint.pt").is_file()
    assert json.loads((run / "args.json").read_text())["length"] == 300


def test_the_plugin_is_the_best_network_not_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = iter([3.0, 2.9, 2.0, 2.8, 2.5, 2.7])  # validation, test: at 5, 10, 12
    monkeypatch.setattr(job_module.SampleRnnTrainer, "bits", lambda self, spans: next(scores))
    run = tmp_path / "run"
    train(tiny(write_song(tmp_path / "song.wav")), run)
    plugin = rtsynth.load(run / "tiny.safetensors")
    best = torch.load(run / "checkpoints" / "best.pt", weights_only=True)
    assert (best["step"], best["validation_bits"], best["test_bits"]) == (10, 2.0, 2.8)
    assert plugin.manifest.provenance.steps == 10
    assert plugin.manifest.provenance.held_out_bits_per_sample == 2.8
    last = torch.load(run / "checkpoint.pt", weights_only=True)
    name = "frame.1.output.weight"
    np.testing.assert_array_equal(plugin.tensors[f"audio.{name}"], best["weights"][name])
    assert (last["average"][name] != best["weights"][name]).any()


def test_ctrl_c_keeps_everything_and_a_resumed_run_ends_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tiny(write_classes(tmp_path / "set"))
    original = job_module.SampleRnnJob.step

    def step(self: job_module.SampleRnnJob) -> Any:
        report = original(self)
        if report.step == 7:
            os.kill(os.getpid(), signal.SIGINT)
        return report

    monkeypatch.setattr(job_module.SampleRnnJob, "step", step)
    run = tmp_path / "run"
    assert train(config, run) is True
    assert rtsynth.load(run / "tiny.safetensors").parameters[0].maximum == 2
    assert torch.load(run / "checkpoint.pt", weights_only=True)["step"] == 7
    monkeypatch.undo()
    resumed, _ = read_request(None, None, run, True, {})
    assert resumed == config
    assert train(resumed, run, resume=True) is False
    assert train(config, tmp_path / "straight") is False
    mine = [row for row in rows_of(run) if row["step"] != "7"]
    assert [row["step"] for row in mine] == ["5", "10", "12"]
    for row, straight in zip(mine, rows_of(tmp_path / "straight"), strict=True):
        assert {**row, "seconds": ""} == {**straight, "seconds": ""}
    states = [
        torch.load(path / "checkpoint.pt", weights_only=True)["network"]
        for path in (run, tmp_path / "straight")
    ]
    for name, value in states[0].items():
        assert torch.equal(value, states[1][name]), name


def test_args_are_read_while_it_trains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    original = job_module.SampleRnnJob.step

    def step(self: job_module.SampleRnnJob) -> Any:
        if self.step_count == 2:
            (run / "args.json").write_text('{"generate_every": 4, "num_generated": 1}')
        if self.step_count == 5:
            (run / "args.json").write_text('{"generate_every": 0}')
        return original(self)

    monkeypatch.setattr(job_module.SampleRnnJob, "step", step)
    assert train(tiny(write_song(tmp_path / "song.wav")), run) is False
    assert sorted(path.name for path in (run / "previews").iterdir()) == [
        "step0000004_0.wav", "step0000008_0.wav", "step0000012_0.wav",
    ]  # fmt: skip
    assert capsys.readouterr().err.count("the settings stay as they were\n") == 1


@pytest.mark.parametrize("name", ["samplernn", "samplernn-3tier", "samplernn-4tier"])
def test_recipes_train_export_and_play(tmp_path: Path, name: str) -> None:
    raw = raw_config(write_song(tmp_path / "song.wav"))
    recipe = read_recipe(name)
    small = {"hidden_size": 16, "embedding_size": 8}
    raw["network"] = {**recipe["network"], **small}
    raw["data"] = {**recipe["data"], "folder": raw["data"]["folder"]}
    raw["optimiser"] = {**recipe["optimiser"], "steps": 3}
    raw["batches"]["num_frames"] = 16
    config = parse_samplernn(raw, name)
    train(config, tmp_path / "run")
    plugin = rtsynth.load(tmp_path / "run" / "tiny.safetensors")
    assert plugin.manifest.tiers[0].config["frame_sizes"] == recipe["network"]["frame_sizes"]
    audio = rtsynth.render(plugin, seconds=0.05, seed=2)
    assert len(audio) == 800
    assert np.isfinite(audio).all()
    assert np.abs(audio).max() > 0


def test_classes_and_columns_become_knobs(tmp_path: Path) -> None:
    classes = tiny(write_classes(tmp_path / "a"), data={"class_name": "voice"})
    train(classes, tmp_path / "run_a", minutes=1e-6)
    (voice,) = rtsynth.load(tmp_path / "run_a" / "tiny.safetensors").parameters
    assert (voice.name, voice.role, voice.minimum, voice.maximum) == ("voice", "class", 0, 2)
    assert (voice.default, voice.smoothing_ms) == (0, 0)
    columns = tiny(write_columns(tmp_path / "b"), network={"conditioned": [1]})
    train(columns, tmp_path / "run_b", minutes=1e-6)
    plugin = rtsynth.load(tmp_path / "run_b" / "tiny.safetensors")
    pitch, level = plugin.parameters
    assert (pitch.name, pitch.minimum, pitch.maximum) == ("pitch", 200, 550)
    assert (level.name, level.minimum, level.maximum) == ("level", 0, 1)
    assert "audio.frame.1.condition.weight" in plugin.tensors
    assert "audio.sample.condition.weight" not in plugin.tensors
    paths = generate(tmp_path, rtsynth.load(tmp_path / "run_a" / "tiny.safetensors"), 1, 4, 50)
    sounds = [sf.read(path)[0] for path in paths]
    assert [len(sound) for sound in sounds] == [50] * 4


def command(*words: object) -> int:
    return main(["train", *map(str, words)])


@pytest.fixture
def _kept_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    # Otherwise the command starts its process again.
    for name, value in MALLOC_SETTINGS.items():
        monkeypatch.setenv(name, value)


@pytest.mark.measure
@pytest.mark.usefixtures("_kept_memory")
def test_a_song_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    song = write_song(tmp_path / "My song.flac", seconds=4.0, rate_hz=11025)
    threads = torch.get_num_threads()
    assert command(song, "--steps", 1, "--threads", 1, "--device", "cpu") == 0
    torch.set_num_threads(threads)
    plugin = rtsynth.load(tmp_path / "runs" / "My song" / "My song.safetensors")
    assert plugin.sample_rate_hz == 16000
    assert plugin.manifest.tiers[0].config["frame_sizes"] == [16]
    said = capsys.readouterr().err
    assert "1 recording, 0.1 min to train on" in said
    assert re.search(r"; a linear predictor of order 16 needs \d\.\d\d bits there", said)
    assert command(song, "--steps", 1) == 2
    assert "already holds a run; add --resume" in capsys.readouterr().err


@pytest.mark.usefixtures("_kept_memory")
def test_what_cannot_be_trained_on_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    silent, short = tmp_path / "silent.wav", tmp_path / "short.wav"
    sf.write(silent, np.zeros(40_000), 16000)
    sf.write(short, np.sin(np.arange(600.0)), 16000)
    for path, said in (
        (silent, "is silent throughout"),
        (short, "600 samples are too few"),
        (tmp_path / "none.wav", "no such file"),
        (tmp_path, "for a data folder add --recipe"),
    ):
        assert command(path) == 2
        text = capsys.readouterr().err
        assert said in text
        assert text.count("\n") == 1
    assert not list((tmp_path / "runs").glob("*/checkpoint.pt"))


def test_a_changed_set_is_not_resumed(tmp_path: Path) -> None:
    song = write_song(tmp_path / "song.wav")
    config, run = tiny(song), tmp_path / "run"
    train(config, run, minutes=1e-6)
    write_song(song, seconds=4.0)
    with pytest.raises(InputError, match="its recordings have changed since"):
        train(config, run, resume=True)
    write_song(song)
    best = run / "checkpoints" / "best.pt"
    best.write_bytes(best.read_bytes()[:200])
    with pytest.raises(InputError, match=r"best\.pt: not a readable checkpoint"):
        train(config, run, resume=True)
    shutil.rmtree(run / "checkpoints")
    train(config, run, resume=True)
    with pytest.raises(InputError, match=r"network\.conditioned: the recordings have no \.csv"):
        train(tiny(song, network={"conditioned": [0]}), tmp_path / "other")

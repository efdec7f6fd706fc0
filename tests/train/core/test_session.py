"""A run from start to plugin: what it writes, Ctrl-C, resume."""

import csv
import json
import os
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import torch

import rtsynth
from rtsynth_train.cli.train import read_request
from rtsynth_train.core import session as session_module
from rtsynth_train.core import timing as timing_module
from rtsynth_train.core.run_folder import RunFolder
from rtsynth_train.core.session import Session
from rtsynth_train.core.stretch import Stretch
from rtsynth_train.core.timing import STEP, Costs, Every, Timing
from rtsynth_train.core.training import open_job, run_training
from rtsynth_train.gru.config import GruTrainConfig
from rtsynth_train.gru.dataset import load_recordings
from rtsynth_train.gru.job import GruJob
from rtsynth_train.gru.trainer import GruTrainer
from tests.train.recordings import small_config, write_set


@pytest.fixture
def config(tmp_path: Path) -> GruTrainConfig:
    return small_config(write_set(tmp_path / "set", seconds=1.0))


def rows_of(run: Path) -> list[dict[str, str]]:
    with (run / "losses.csv").open() as file:
        return list(csv.DictReader(file))


def train(config: GruTrainConfig, run: Path, resume: bool = False, minutes=None) -> bool:
    return run_training(config, run, resume, minutes, "cpu")


def test_what_a_run_leaves(config: GruTrainConfig, tmp_path: Path) -> None:
    run = tmp_path / "run"
    assert train(config, run) is False
    plugin = rtsynth.load(run / "tiny.safetensors")
    provenance = plugin.manifest.provenance
    assert provenance.steps == 12
    assert provenance.dataset == "set"
    assert 0 < provenance.held_out_bits_per_sample < 6.2
    assert "12 steps of 4 x 64 samples" in provenance.recipe
    assert {"golden.logits", "rest.audio"} <= set(plugin.tensors)
    assert np.abs(plugin.tensors["rest.audio"]).max() > 0.01
    rows = rows_of(run)
    assert [int(row["step"]) for row in rows] == [5, 10, 12]
    assert all(float(row["train_bits"]) > 0 and float(row["held_out_bits"]) > 0 for row in rows)
    assert list((run / "tensorboard").glob("events*"))
    assert sorted(path.name for path in (run / "previews").iterdir()) == [
        "step0000008.wav",
        "step0000012.wav",
    ]
    preview, rate_hz = sf.read(run / "previews" / "step0000012.wav")
    assert rate_hz == 16000
    assert len(preview) == 9 * (800 + 1600)  # 3 parameters at 3 places, each and a gap
    assert np.abs(preview).max() > 0


def test_the_plugin_sounds_like_the_network(config: GruTrainConfig, tmp_path: Path) -> None:
    train(config, tmp_path / "run")
    state = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)
    plugin = rtsynth.load(tmp_path / "run" / "tiny.safetensors")
    np.testing.assert_array_equal(
        plugin.tensors["audio.gru.1.weight_hh"], state["average"]["gru.weight_hh_l1"]
    )
    assert rtsynth.render(plugin, 0.05, {"pitch": 64.0}, seed=3).shape == (800,)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_keeps_everything_and_exports(
    config: GruTrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def interrupt(self, report):
        log(self, report)
        if report.step == 7:
            os.kill(os.getpid(), number)

    def log(self, report):
        seen.append(report.step)

    seen: list[int] = []
    original = session_module.Session._one_step

    def one_step(self):
        progress = self.progress
        self.progress = lambda report, bits: (progress(report, bits), interrupt(self, report))
        original(self)
        self.progress = progress

    monkeypatch.setattr(session_module.Session, "_one_step", one_step)
    run = tmp_path / "run"
    before = signal.getsignal(number)
    assert train(config, run) is True
    assert signal.getsignal(number) is before
    assert seen == [1, 2, 3, 4, 5, 6, 7]
    assert rtsynth.load(run / "tiny.safetensors").manifest.provenance.steps == 7
    assert torch.load(run / "checkpoint.pt", weights_only=True)["step"] == 7
    # Going on from there ends where an undisturbed run ends, to the bit.
    monkeypatch.undo()
    resumed, _ = read_request(None, None, run, True, {})
    assert resumed == config
    assert train(resumed, run, resume=True) is False
    assert train(config, tmp_path / "straight") is False
    weights = [
        rtsynth.load(path / "tiny.safetensors").tensors for path in (run, tmp_path / "straight")
    ]
    for name, tensor in weights[0].items():
        np.testing.assert_array_equal(tensor, weights[1][name], err_msg=name)
    assert [int(row["step"]) for row in rows_of(run)] == [5, 7, 10, 12]  # 7: the last one then
    rows = [row for row in rows_of(run) if row["step"] != "7"]
    for mine, straight in zip(rows, rows_of(tmp_path / "straight"), strict=True):
        assert {**mine, "seconds": ""} == {**straight, "seconds": ""}


def test_rows_after_the_checkpoint_are_written_anew(config: GruTrainConfig, tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(config, run)
    folder = RunFolder(run)
    folder.forget_losses_after(5)
    assert [int(row["step"]) for row in rows_of(run)] == [5]


def test_minutes_end_a_run(config: GruTrainConfig, tmp_path: Path) -> None:
    assert train(config, tmp_path / "run", minutes=1e-6) is False
    assert rtsynth.load(tmp_path / "run" / "tiny.safetensors").manifest.provenance.steps == 1
    # The one step has a row, with the loss on what was held out.
    (row,) = rows_of(tmp_path / "run")
    assert row["step"] == "1"
    assert float(row["held_out_bits"]) > 0


@pytest.mark.parametrize(
    ("share", "written"), [(0, [2, 4, 6, 8, 10, 12, 12]), (1 << 40, [2, 8, 12])]
)
def test_each_checkpoint_writes_the_plugin(
    config: GruTrainConfig,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    share: int,
    written: list[int],
) -> None:
    """The first one and previews in any case; others unless that took too much of the time."""
    monkeypatch.setattr(session_module, "EXPORT_SHARE", share)
    run = config.run.model_copy(update={"checkpoint_every": 2, "preview_every": 8})
    train(config.model_copy(update={"run": run}), tmp_path / "run")
    events = map(json.loads, (tmp_path / "run" / "progress.jsonl").read_text().splitlines())
    steps = [event["step"] for event in events if event["event"] == "plugin"]
    assert steps == written


@pytest.mark.system
def test_a_timed_run_goes_on_to_the_bit(
    config: GruTrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a copy of its folder that was taken when its number of steps was fixed."""
    monkeypatch.setattr(timing_module, "LATER", ())
    run, copy = tmp_path / "run", tmp_path / "copy"
    timed = config.model_copy(update={"run": config.run.model_copy(update={"time": "10s"})})
    judge = session_module.Session._judge

    def judged(self: session_module.Session, timing: timing_module.Timing) -> None:
        judge(self, timing)
        if timing.fixed:
            shutil.copytree(run, copy)

    monkeypatch.setattr(session_module.Session, "_judge", judged)
    train(timed, run)
    steps = json.loads((run / timing_module.NAME).read_text())["entries"][-1]["steps"]
    assert float(rows_of(run)[-1]["rate"]) == pytest.approx(0.0001, rel=0.2)
    train(timed, copy, resume=True)
    first, second = (rtsynth.load(path / "tiny.safetensors") for path in (run, copy))
    assert first.manifest.provenance.steps == second.manifest.provenance.steps == steps
    for name, tensor in first.tensors.items():
        np.testing.assert_array_equal(tensor, second.tensors[name], err_msg=name)


def test_a_time_that_is_over_trains_no_further(config: GruTrainConfig, tmp_path: Path) -> None:
    """A run that had none before, and has not come to its end."""
    run = tmp_path / "run"
    train(config, run, minutes=1e-6)
    update = {"run": config.run.model_copy(update={"time": "0.0001s"})}
    train(config.model_copy(update=update), run, resume=True)
    assert rtsynth.load(run / "tiny.safetensors").manifest.provenance.steps == 1
    assert not (run / timing_module.NAME).exists()


def opened(config: GruTrainConfig, run: Path) -> tuple[GruJob, RunFolder]:
    torch.set_num_threads(1)
    data = load_recordings(Path(config.data.folder), config.data, config.conditioning, 100)
    job = GruJob(GruTrainer(config, data, torch.device("cpu")), run)
    folder = RunFolder(run, job.columns())
    open_job(job, folder, config, None)
    return job, folder


@pytest.mark.parametrize(
    ("later_s", "then"), [(2.0, "1 h 40 min has room for "), (0.001, " steps after all")]
)
def test_a_time_that_is_too_short_is_said_when_it_is_guessed(
    config: GruTrainConfig, tmp_path: Path, later_s: float, then: str
) -> None:
    job, folder = opened(config, tmp_path / "run")
    every, now_s, said = Every(100_000, job.every().distance), [0.0], list[str]()
    timing = Timing(folder.path, 6000.0, every, 0.0, new=True)
    session = Session(
        job, folder, folder.path / "x.safetensors", lambda *_: None, timing=timing, say=said.append
    )
    for trained_s, step_s in ((31.0, 2.0), (301.0, 2.0), (601.0, later_s)):
        session.trained_s = trained_s
        session.costs = Costs(lambda: now_s[0])
        for _ in range(7):
            with session.costs.of(STEP):
                now_s[0] += step_s
        assert timing.due(session.seconds, session.costs)
        session._judge(timing)
        assert len(said) == 1 + timing.fixed
    assert said[0].startswith("first guess: 1 h 40 min has room for ")
    assert "the recipe means 100000" in said[0]
    assert then in said[1]
    assert "guess" not in said[1]


def test_numbered_checkpoints_are_as_far_apart_as_the_schedule_is_long(
    config: GruTrainConfig, tmp_path: Path
) -> None:
    job, folder = opened(config, tmp_path / "run")
    job.keep_every, job.trainer.stretch = 2, Stretch(12, 48)
    session = Session(job, folder, folder.path / "x.safetensors", lambda *_: None)
    for _ in range(17):
        session._one_step()
    folder.close()
    assert sorted(path.name for path in folder.kept.iterdir()) == [
        "step0000008.pt", "step0000016.pt",
    ]  # fmt: skip

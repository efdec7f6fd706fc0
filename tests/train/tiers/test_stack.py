"""A stack from recordings to a plugin: what it writes, Ctrl-C, resume, the commands."""

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import rtsynth
from rtsynth.common.errors import EngineError, InputError
from rtsynth.offline.params_file import read_params, write_params
from rtsynth_train.cli.train import read_request
from rtsynth_train.core.training import run_training
from rtsynth_train.tiers import job as job_module
from rtsynth_train.tiers.config import StackConfig, parse_stack
from rtsynth_train.tiers.stack import read_stack
from tests.train.tiers.runs import rows_of, train
from tests.train.tiers.sets import audio_only, raw_stack, top_only, two_tiers, write_set


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.set_num_threads(1)
    return write_set(tmp_path / "set")


def test_what_a_run_leaves(folder: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    assert train(two_tiers(folder), run) is False
    plugin = rtsynth.load(run / "tiny.safetensors")
    manifest = plugin.manifest
    assert manifest.name == "tiny"
    assert [tier.name for tier in manifest.tiers] == ["top", "audio"]
    assert set(manifest.generated) == {"level", "tone"}
    assert {"rest.top", "rest.audio", "golden.logits"} <= set(plugin.tensors)
    assert np.abs(plugin.tensors["rest.audio"]).max() > 0.01
    assert "6 steps of 4 x 64" in manifest.provenance.recipe
    assert "5 steps of 4 x 16" in manifest.provenance.recipe
    audio = rtsynth.render(plugin, 0.1, {"fill": 0.9}, seed=1)
    assert audio.shape == (800,)
    assert np.abs(audio).max() > 0
    alone = rtsynth.load(run / "audio" / "audio.safetensors")
    assert alone.name == "tiny-audio"
    assert [parameter.name for parameter in alone.parameters] == ["level", "tone"]
    assert alone.manifest.provenance.held_out_bits_per_sample > 0
    assert rtsynth.load(run / "top" / "top.safetensors").manifest.codec is None
    assert [row["step"] for row in rows_of(run / "audio")] == ["3", "6"]
    assert [row["step"] for row in rows_of(run / "top")] == ["3", "5"]
    assert all(float(row["held_out_bits"]) > 0 for row in rows_of(run / "audio"))
    assert all(row["held_out_nats"] for row in rows_of(run / "top"))
    assert list((run / "audio" / "tensorboard").glob("events*"))
    previews = sorted(path.name for path in (run / "audio" / "previews").iterdir())
    assert previews == ["step0000004.wav", "step0000006.wav"]
    assert not list((run / "top" / "previews").iterdir())


@pytest.mark.parametrize("changes", [{"network": 6}, {"one_hot": True}])
def test_a_single_tier(folder: Path, tmp_path: Path, changes: dict[str, Any]) -> None:
    """Saved and loaded: the engine agrees with the golden excerpt."""
    train(audio_only(folder, **changes), tmp_path / "run")
    plugin = rtsynth.load(tmp_path / "run" / "tiny.safetensors")
    golden = [plugin.tensors[f"golden.{name}"] for name in ("codes", "conditioning", "state")]
    logits, _ = rtsynth.teacher_force(plugin, *golden)
    np.testing.assert_allclose(logits, plugin.tensors["golden.logits"], atol=1e-4)
    assert np.abs(logits).max() > 1e-3


@pytest.mark.parametrize("network", [0, 3, 5])
def test_a_parameter_tier(folder: Path, tmp_path: Path, network: int) -> None:
    train(top_only(folder, network=network), tmp_path / "run")
    plugin = rtsynth.load(tmp_path / "run" / "tiny.safetensors")
    assert plugin.sample_rate_hz == 125
    assert plugin.tensors["rest.top"].shape[-1] == 8


def test_a_phased_tier(folder: Path, tmp_path: Path) -> None:
    stack = audio_only(folder, phased=True, stateful=False)
    train(stack, tmp_path / "run")
    plugin = rtsynth.load(tmp_path / "run" / "tiny.safetensors")
    assert "rest.audio" not in plugin.tensors
    golden = [plugin.tensors[f"golden.{name}"] for name in ("codes", "conditioning", "state")]
    logits, _ = rtsynth.teacher_force(plugin, *golden)
    np.testing.assert_allclose(logits, plugin.tensors["golden.logits"], atol=1e-4)


def test_ctrl_c_and_resume(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = job_module.TierJob.step
    taken = []

    def step(self):
        report = original(self)
        taken.append((self.tier.name, report.step))
        if taken[-1] == ("audio", 3):
            os.kill(os.getpid(), signal.SIGINT)
        return report

    monkeypatch.setattr(job_module.TierJob, "step", step)
    run, stack = tmp_path / "run", two_tiers(folder)
    before = signal.getsignal(signal.SIGINT)
    assert train(stack, run) is True
    assert signal.getsignal(signal.SIGINT) is before
    assert taken[-1] == ("audio", 3)
    assert len(rtsynth.load(run / "tiny.safetensors").manifest.tiers) == 2
    with pytest.raises(InputError, match="already holds a run; add --resume"):
        train(stack, run)
    monkeypatch.undo()
    # Going on from there ends where an undisturbed run ends, to the bit.
    config, path = read_request(None, None, run, True, {})
    assert isinstance(config, StackConfig)
    assert config == stack
    assert run_training(config, path, True, None, "cpu") is False
    train(stack, tmp_path / "straight")
    mine, straight = (rtsynth.load(p / "tiny.safetensors") for p in (run, tmp_path / "straight"))
    for name, tensor in mine.tensors.items():
        np.testing.assert_array_equal(tensor, straight.tensors[name], err_msg=name)
    steps = [row["step"] for row in rows_of(run / "audio")]
    assert steps == ["3", "6"]


def test_ctrl_c_in_the_first_tier_leaves_that(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = job_module.TierJob.step

    def step(self):
        os.kill(os.getpid(), signal.SIGINT)
        return original(self)

    monkeypatch.setattr(job_module.TierJob, "step", step)
    assert train(two_tiers(folder), tmp_path / "run") is True
    plugin = rtsynth.load(tmp_path / "run" / "tiny.safetensors")
    assert [tier.name for tier in plugin.manifest.tiers] == ["top"]
    assert not (tmp_path / "run" / "audio").exists()


def test_minutes_are_shared_and_spent_once(folder: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(two_tiers(folder), run, minutes=1e-6)
    assert rtsynth.load(run / "top" / "top.safetensors").manifest.provenance.steps == 1
    assert rtsynth.load(run / "audio" / "audio.safetensors").manifest.provenance.steps == 1
    train(two_tiers(folder), run, minutes=1e-6, resume=True)
    assert rtsynth.load(run / "audio" / "audio.safetensors").manifest.provenance.steps == 1


def test_minutes_of_a_tier_do_not_go_with_a_time(folder: Path, tmp_path: Path) -> None:
    raw = raw_stack(folder, minutes=1e-6)
    timed = parse_stack({**raw, "run": {"threads": 1, "time": "1h"}}, "test")
    with pytest.raises(InputError, match=r"^tiers.top: minutes 1e-06, and a time \(1h\), .* out$"):
        train(timed, tmp_path / "run")
    assert not (tmp_path / "run").exists()
    train(parse_stack(raw, "test"), tmp_path / "run")
    assert rtsynth.load(tmp_path / "run" / "top" / "top.safetensors").manifest.provenance.steps == 1


def test_what_does_not_fit_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="tiers.top: seq_len 200 does not fit into the shortest"):
        train(two_tiers(folder, seq_len=200), tmp_path / "run")
    with pytest.raises(InputError, match=r"config\.json: not readable"):
        read_stack(tmp_path / "none")
    # The last tier is looked at before the first one is trained.
    with pytest.raises(InputError, match=r"tiers.audio: seq_len 12000 does not fit"):
        train(two_tiers(folder, {"seq_len": 12_000}), tmp_path / "run")
    with pytest.raises(InputError, match="none: no such file or folder of recordings"):
        train(two_tiers(tmp_path / "none"), tmp_path / "run")
    (tmp_path / "set.zip").write_bytes(b"PK")
    with pytest.raises(InputError, match=f"unpack it first: unzip {tmp_path / 'set.zip'}"):
        train(two_tiers(tmp_path / "set.zip"), tmp_path / "run")
    tracks = read_params(folder / "take1.params")
    del tracks["fill"]
    write_params(folder / "take1.params", "take1.wav", tracks)
    with pytest.raises(InputError, match=r"take1\.params: no parameter 'fill'"):
        train(two_tiers(folder), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_divergence_is_one_line(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EngineError, match=r"run/audio: step \d+: the loss is .*lower the rate"):
        train(audio_only(folder, rate=1e30, warm_up_steps=0, steps=20), tmp_path / "run")

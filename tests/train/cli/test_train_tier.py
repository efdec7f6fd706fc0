"""`rtsynth train-tier`: options are a recipe, flags of a run that is resumed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import rtsynth
from rtsynth.cli import main
from rtsynth.common.control_names import plugin_name
from rtsynth.common.errors import InputError
from rtsynth_train.cli.train_tier import FIELDS, read_names, tier_config
from rtsynth_train.core.malloc import MALLOC_SETTINGS
from rtsynth_train.tiers.stack import read_stack
from tests.train.tiers.runs import rows_of, train
from tests.train.tiers.sets import audio_only, two_tiers, write_set


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.set_num_threads(1)
    return write_set(tmp_path / "set")


def options(**changes: Any) -> dict[str, Any]:
    return {
        "hidden_size": 8, "n_layers": 2, "net": 0, "plstm": False, "sample_rate": 8000,
        "seq_len": 64, "stride": 16, "batch_size": 4, "onehot": False, "temp": 1.0,
        "num_steps": 4, "lr": 0.001, "tfr": 0.9, "ss": None, "checkpoint": 2, "loss_cutoff": None,
        **changes,
    }  # fmt: skip


def test_every_option_has_a_field() -> None:
    assert set(options()) == set(FIELDS)
    assert read_names(["a,b", " c "]) == ["a", "b", "c"]
    assert [plugin_name(n) for n in ("Rate", "spectral-Centroid", "1st")] == [
        "rate", "spectral_centroid", "p_1st",
    ]  # fmt: skip


def test_a_tier_from_options(tmp_path: Path) -> None:
    stack = tier_config(
        tmp_path, Path("runs/pops"), ["Fill"], ["a", "b"], None, 256,
        options(net=5, sample_rate=125, ss=0.5), {"seed": 1},
    )  # fmt: skip
    tier = stack.tiers[0]
    assert (tier.name, tier.outputs, tier.conditioning) == ("parameters", ["a", "b"], ["fill"])
    assert (tier.network, tier.rate_hz, tier.ss, tier.steps) == (5, 125, 0.5, 4)
    assert (tier.stateful, tier.loss, tier.final_rate) == (False, "mse", None)
    assert stack.find("fill").source == "Fill"
    assert stack.plugin.name == "pops"
    with pytest.raises(InputError, match="'A' and 'a' would both be 'a'"):
        tier_config(tmp_path, Path("x"), ["A"], ["a"], None, 256, options(), {})


def train_tier(*words: object) -> int:
    return main(["train-tier", *map(str, words), "--threads", "1", "--device", "cpu"])


@pytest.fixture
def begun(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run of four steps, by the command."""
    for name, value in MALLOC_SETTINGS.items():  # or the process would start itself anew
        monkeypatch.setenv(name, value)
    run = tmp_path / "run"
    words = (
        "--prop level,tone --num-steps 4 --checkpoint 2 --mulaw-channels 32 --n-layers 1"
        " --sample-rate 8000 --seq-len 64 --stride 16 --batch-size 4 --hidden-size 8"
    )
    assert train_tier(folder, "--out", run, *words.split()) == 0
    return run


def test_train_tier_and_go_back_to_a_step(
    begun: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = rtsynth.load(begun / "run.safetensors")
    assert [row["step"] for row in rows_of(begun / "audio")] == ["4"]
    kept = sorted(path.name for path in (begun / "audio" / "checkpoints").iterdir())
    assert kept == ["step0000002.pt", "step0000004.pt"]
    assert train_tier("--model-dir", begun, "--step", 2) == 0
    again = rtsynth.load(begun / "run.safetensors")
    for name, tensor in first.tensors.items():
        np.testing.assert_array_equal(tensor, again.tensors[name], err_msg=name)
    for words, says in (
        (("--model-dir", begun, "--step", 3), "kept steps: 2, 4"),
        (("--step", 3), "name the run folder with --model-dir"),
        ((), "give a folder of recordings"),
    ):
        assert train_tier(*words) == 2
        assert says in capsys.readouterr().err


def test_flags_apply_when_a_run_goes_on(begun: Path) -> None:
    before = read_stack(begun)
    assert train_tier("--model-dir", begun, "--num-steps", 6, "--lr", 0.002, "--tfr", 0) == 0
    tier = read_stack(begun).tiers[0]
    wanted = before.tiers[0].model_copy(update={"steps": 6, "rate": 0.002, "tfr": 0.0})
    assert tier == wanted  # all the rest as it was, whatever the defaults of the command are
    row = rows_of(begun / "audio")[-1]
    assert (row["step"], row["rate"], row["tfr"]) == ("6", "0.002", "0.0")
    # Other batches begin anew, from a checkpoint of before too.
    other = ("--batch-size", 6, "--seq-len", 100, "--stride", 999, "--ss", 0, "--checkpoint", 1)
    assert train_tier("--model-dir", begun, "--num-steps", 7, *other, "--temp", 0.5) == 0
    assert train_tier("--model-dir", begun, "--step", 2) == 0
    tier = read_stack(begun).tiers[0]
    assert (tier.batch_size, tier.seq_len, tier.stride, tier.keep_every) == (6, 100, 999, 1)
    assert [row["step"] for row in rows_of(begun / "audio")][-1] == "7"
    assert rtsynth.load(begun / "run.safetensors").manifest.provenance.steps == 7
    # A loss that is low enough ends it.
    more = ("--num-steps", 99, "--loss-cutoff", 100)
    assert train_tier("--model-dir", begun, *more) == 0
    assert rtsynth.load(begun / "run.safetensors").manifest.provenance.steps == 7


def test_flags_that_would_change_the_network_or_its_data_are_refused(
    begun: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (begun / "config.json").read_bytes()
    capsys.readouterr()
    for words, says in (
        ("--hidden-size 16", "--hidden-size: is 8 in"),
        ("--n-layers 2", "--n-layers: is 1 in"),
        ("--net 6", "--net: is 0 in"),
        ("--plstm", "--plstm: is False in"),
        ("--onehot", "--onehot: is False in"),
        ("--generate fill", "--generate: is audio in"),
        ("--prop level", "--prop: is level,tone in"),
        ("--mulaw-channels 64", "--mulaw-channels: is 32 in"),
        ("--sample-rate 4000", "--sample-rate: is 8000 in"),
        ("--seed 3", "--seed: is 0 in"),
        (f"--out {tmp_path}", "--out: is "),
        (f"--param-dir {tmp_path}", "--param-dir: is None in"),
        (str(tmp_path), "AUDIO_FOLDER: is "),
        ("--tfr 0.5 --ss 0.6", "ss 0.6 is above tfr 0.5"),
    ):
        assert train_tier("--model-dir", begun, *words.split()) == 2, words
        (line,) = capsys.readouterr().err.splitlines()
        assert says in line
    assert (begun / "config.json").read_bytes() == before
    # What says the same as the run does is no change.
    same = ("--hidden-size", 8, "--prop", "level", "--prop", "tone", "--generate", "audio")
    assert train_tier(folder, "--model-dir", begun, "--out", begun, *same) == 0


def test_flags_for_a_run_of_several_tiers_are_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train(two_tiers(folder), tmp_path / "run")
    capsys.readouterr()
    assert main(["train-tier", "--model-dir", str(tmp_path / "run"), "--lr", "0.1"]) == 2
    assert "--lr: " in (said := capsys.readouterr().err)
    assert "is a run of 2 tiers; resume it with rtsynth train --resume" in said


@pytest.mark.parametrize("changes", [{"batch_size": 7}, {"seq_len": 90}])
def test_stretches_of_another_shape_start_anew(
    folder: Path, tmp_path: Path, changes: dict[str, int]
) -> None:
    run = tmp_path / "run"
    train(audio_only(folder), run)
    with pytest.raises(InputError, match=rf"tiers\.audio\.{next(iter(changes))}: \d+ -> "):
        train(audio_only(folder, steps=9, **changes), run, resume=True)
    train(audio_only(folder, steps=9, **changes), run, resume=True, accept=True)
    assert rtsynth.load(run / "tiny.safetensors").manifest.provenance.steps == 9

"""A tier's job: its unit, its words, and rows of batches of another shape."""

from pathlib import Path

import torch

from rtsynth_train.tiers.config import StackConfig
from rtsynth_train.tiers.data import load_tier_data
from rtsynth_train.tiers.job import BATCH_SHAPE, TierJob
from rtsynth_train.tiers.trainer import TierTrainer
from tests.train.tiers.sets import audio_only, top_only, write_set


def job_of(stack: StackConfig) -> TierJob:
    torch.set_num_threads(1)
    tier = stack.tiers[0]
    data = load_tier_data(stack, tier, 2)
    return TierJob(TierTrainer(tier, data, stack.data.levels, 0, torch.device("cpu")), stack)


def test_unit_and_words(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    audio, top = job_of(audio_only(folder, keep_every=3)), job_of(top_only(folder, loss="mse"))
    assert (audio.unit, top.unit) == ("bits", "mse")
    assert (audio.keep_every, top.keep_every) == (3, None)
    assert top.columns() == (
        "step", "seconds", "train_mse", "held_out_mse", "gradient_norm", "rate", "noise", "tfr",
    )  # fmt: skip
    report = audio.step()
    assert audio.describe(report, 4.0) == f"audio {report.loss:.4g} bits (held out 4)"
    assert audio.result(4.0) == "4 bits held out, 1 steps"
    assert audio.material() == (
        "tier audio: 3 recordings, 0.0324 M steps to train on; held out: the last 10% of each"
    )


def test_rows_of_batches_of_another_shape_are_reset(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    job = job_of(audio_only(folder))
    job.step()
    state = job.state_dict()
    same, wider = job_of(audio_only(folder)), job_of(audio_only(folder, batch_size=6))
    same.load_state_dict(state)
    assert same.trainer.batches.state_dict() == job.trainer.batches.state_dict()
    wider.load_state_dict(state)
    assert wider.step_count == 1
    assert wider.state_dict()["hidden"].shape[1] == 6
    assert not wider.state_dict()["hidden"].any()
    old = job_of(audio_only(folder))  # whose checkpoint does not say
    old.load_state_dict({name: state[name] for name in state if name != BATCH_SHAPE})
    assert not old.state_dict()["hidden"].any()

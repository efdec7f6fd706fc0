"""Training one tier: schedules, exact resume, the carried state, that it learns, stopping early."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

import rtsynth
from rtsynth.plugin import Plugin, Provenance
from rtsynth_train.core.schedule import learning_rate
from rtsynth_train.tiers.config import StackConfig, TierConfig
from rtsynth_train.tiers.data import load_tier_data
from rtsynth_train.tiers.export import tier_manifest
from rtsynth_train.tiers.trainer import TierTrainer, scheduled
from tests.train.tiers.sets import audio_only, top_only, write_set


def trainer_for(stack: StackConfig, seed: int = 0) -> TierTrainer:
    torch.set_num_threads(1)
    tier = stack.tiers[0]
    data = load_tier_data(stack, tier, 2)
    run = stack.run
    return TierTrainer(tier, data, stack.data.levels, seed, torch.device("cpu"), run.precision)


def in_bfloat16(stack: StackConfig) -> StackConfig:
    run = stack.run.model_copy(update={"precision": "bfloat16"})
    return stack.model_copy(update={"run": run})


def test_schedules() -> None:
    tier = TierConfig(name="t", rate_hz=1, steps=110, rate=0.01, final_rate=0.001, warm_up_steps=10)
    assert learning_rate(0, tier) == pytest.approx(0.001)
    assert learning_rate(10, tier) == pytest.approx(0.01)
    assert learning_rate(60, tier) == pytest.approx(0.0055)
    assert learning_rate(500, tier) == pytest.approx(0.001)
    constant = tier.model_copy(update={"final_rate": None, "warm_up_steps": 0})
    assert learning_rate(0, constant) == learning_rate(109, constant) == 0.01
    assert scheduled(55, 0.9, 0.5, 110) == pytest.approx(0.7)
    assert scheduled(500, 0.9, 0.5, 110) == pytest.approx(0.5)
    assert scheduled(55, 0.9, None, 110) == 0.9


@pytest.mark.parametrize("kind", ["audio", "gaussian mse", "mixture", "phased windows", "bfloat16"])
def test_resumes_to_the_bit(tmp_path: Path, kind: str) -> None:
    folder = write_set(tmp_path / "set")
    stack = {
        "audio": lambda: audio_only(folder, noise=0.02, restart=0.5),
        "gaussian mse": lambda: top_only(folder, loss="mse", ss=0.2),
        "bfloat16": lambda: in_bfloat16(audio_only(folder, tfr=0.8)),
        "mixture": lambda: top_only(folder, network=5),
        "phased windows": lambda: audio_only(folder, phased=True, stateful=False, stride=8),
    }[kind]()
    straight = trainer_for(stack)
    reports = [straight.step() for _ in range(6)]
    first = trainer_for(stack)
    for _ in range(3):
        first.step()
    torch.save(first.state_dict(), tmp_path / "state.pt")
    resumed = trainer_for(stack, seed=9)
    resumed.load_state_dict(torch.load(tmp_path / "state.pt", weights_only=True))
    assert [resumed.step() for _ in range(3)] == reports[3:]
    for name, value in straight.network.state_dict().items():
        assert torch.equal(resumed.network.state_dict()[name], value), name
        assert torch.equal(resumed.average.weights[name], straight.average.weights[name]), name
    assert resumed.held_out_loss() == straight.held_out_loss()
    assert all(math.isfinite(report.loss) for report in reports)


def test_audio_learns_what_it_is_told(tmp_path: Path) -> None:
    stack = audio_only(
        write_set(tmp_path / "set"),
        hidden_size=24, steps=250, rate=0.02, tfr=0.97, batch_size=8,
    )  # fmt: skip
    trainer = trainer_for(stack)
    before = trainer.held_out_loss()
    for _ in range(250):
        trainer.step()
    counts = np.bincount(trainer.data.generated, minlength=32) + 1e-9
    share = counts / counts.sum()
    entropy_bits = float(-np.sum(share * np.log2(share)))
    assert trainer.head.unit == "bits"
    assert before == pytest.approx(math.log2(32), abs=0.5)
    assert trainer.held_out_loss() < entropy_bits - 1


@pytest.mark.parametrize(
    ("network", "loss"),
    [
        (0, "nll"),
        (0, "mse"),
        *(pytest.param(n, "nll", marks=pytest.mark.measure) for n in (5, 2)),
    ],
)
def test_parameters_follow_their_conditioning(tmp_path: Path, network: int, loss: str) -> None:
    """Without the conditioning nothing tells where the values go next."""
    stack = top_only(
        write_set(tmp_path / "set"),
        network=network, loss=loss, hidden_size=16, steps=200, rate=0.01, tfr=0.5,
    )  # fmt: skip
    trainer = trainer_for(stack)
    before = trainer.held_out_loss()
    for _ in range(200):
        trainer.step()
    after = trainer.held_out_loss()
    assert after < before / 20 if loss == "mse" else after < before - 1.5
    network_now, told = trainer.averaged_network(), torch.linspace(0, 1, 125)[:, None, None]
    # Its input is its own output only, its means.
    value, state, made = torch.full((1, 1, 2), 0.5), network_now.initial_state(1), []
    with torch.no_grad():
        for step in range(125):
            inputs = torch.cat([value, told[step : step + 1]], dim=-1)
            outputs, state = network_now(inputs, state, step)
            if network == 5:
                share = outputs[..., 2, :, :].softmax(-2)
                value = (outputs[..., 0, :, :] * share).sum(-2)
            else:
                value = outputs[..., 0, :]
            made.append(value[0, 0])
    levels, tones = torch.stack(made)[20:].numpy().T
    assert np.corrcoef(levels, np.linspace(0, 1, 125)[20:])[0, 1] > 0.9
    assert np.corrcoef(tones, np.linspace(0, 1, 125)[20:])[0, 1] < -0.9


def test_held_out_is_the_engines_score(tmp_path: Path) -> None:
    stack = audio_only(write_set(tmp_path / "set"))
    trainer = trainer_for(stack)
    for _ in range(6):
        trainer.step()
    tensors = trainer.averaged_network().plugin_tensors("audio")
    plugin = Plugin(tier_manifest(stack, stack.tiers[0], Provenance()), tensors)
    data, total, count = trainer.data, 0.0, 0
    for start, length, trained in zip(data.starts, data.lengths, data.train_lengths, strict=True):
        first = start + trained - 800 - 1
        index = first + np.arange(length - trained + 800)
        logits, _ = rtsynth.teacher_force(
            plugin, data.generated[index].astype(np.int64), data.conditioning[index + 1]
        )
        target = torch.from_numpy(data.generated[index + 1].astype(np.int64))
        scored = torch.from_numpy(logits[800:])
        total += float(torch.nn.functional.cross_entropy(scored, target[800:], reduction="sum"))
        count += len(scored)
    assert trainer.held_out_loss() == pytest.approx(total / count / math.log(2), abs=1e-4)


def test_loss_cutoff_stops_early(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    assert not trainer_for(audio_only(folder, loss_cutoff=100.0)).finished
    easy, hard = (trainer_for(audio_only(folder, loss_cutoff=c)) for c in (100.0, 0.001))
    easy.step(), hard.step()
    assert easy.finished
    assert not hard.finished


def test_divergence_is_said(tmp_path: Path) -> None:
    trainer = trainer_for(audio_only(write_set(tmp_path / "set")))
    with torch.no_grad():
        trainer.network.h2o.bias[0] = math.nan
    with pytest.raises(FloatingPointError, match="step 0: the loss is nan"):
        trainer.step()

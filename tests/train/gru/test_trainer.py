"""Training: schedules, the loss, exact resume, and that it learns."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from rtsynth_train.core.schedule import learning_rate
from rtsynth_train.gru.config import GruTrainConfig, OptimiserConfig
from rtsynth_train.gru.dataset import load_recordings
from rtsynth_train.gru.trainer import GruTrainer, input_noise, sliced_loss
from tests.train.recordings import small_config, write_set


def trainer_for(config: GruTrainConfig) -> GruTrainer:
    torch.set_num_threads(1)
    data = load_recordings(Path(config.data.folder), config.data, config.conditioning, 100)
    return GruTrainer(config, data, torch.device("cpu"))


def test_schedules() -> None:
    config = OptimiserConfig(
        steps=110, rate=0.01, final_rate=0.001, warm_up_steps=10, noise=0.1, final_noise=0.02
    )
    assert learning_rate(0, config) == pytest.approx(0.001)
    assert learning_rate(9, config) == pytest.approx(0.01)
    assert learning_rate(10, config) == pytest.approx(0.01)
    assert learning_rate(60, config) == pytest.approx(0.0055)
    assert learning_rate(110, config) == learning_rate(500, config) == pytest.approx(0.001)
    assert input_noise(0, config) == 0.1
    assert input_noise(55, config) == pytest.approx(0.06)
    assert input_noise(500, config) == pytest.approx(0.02)


def test_sliced_loss_is_cross_entropy() -> None:
    torch.manual_seed(0)
    decoder, features = nn.Linear(5, 7), torch.randn(70, 3, 5, requires_grad=True)
    target = torch.randint(7, (70, 3))
    whole = functional.cross_entropy(decoder(features).flatten(0, 1), target.flatten())
    expected = torch.autograd.grad(whole, [features, *decoder.parameters()])
    loss, gradient = sliced_loss(decoder, features, target, target.numel())
    assert loss == pytest.approx(float(whole.detach()), rel=1e-5)
    torch.testing.assert_close(gradient, expected[0])
    torch.testing.assert_close(decoder.weight.grad, expected[1])
    torch.testing.assert_close(decoder.bias.grad, expected[2])


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_resumes_to_the_bit(precision: str, tmp_path: Path) -> None:
    config = small_config(
        write_set(tmp_path / "set"), model={"dropout": 0.2}, run={"precision": precision}
    )
    straight = trainer_for(config)
    reports = [straight.step() for _ in range(12)]
    first = trainer_for(config)
    for _ in range(5):
        first.step()
    torch.save(first.state_dict(), tmp_path / "state.pt")
    torch.manual_seed(99)
    resumed = trainer_for(config)
    resumed.load_state_dict(torch.load(tmp_path / "state.pt", weights_only=True))
    assert [resumed.step() for _ in range(7)] == reports[5:]
    for name, value in straight.network.state_dict().items():
        assert torch.equal(resumed.network.state_dict()[name], value), name
        assert torch.equal(resumed.average.weights[name], straight.average.weights[name]), name
    assert resumed.held_out_bits() == straight.held_out_bits()


def test_the_state_is_carried_across_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = small_config(write_set(tmp_path / "set"), streams={"restart": 0.0})
    trainer = trainer_for(config)
    trainer.step()
    seen = []
    original = trainer.network.features

    def spy(heard, conditioning, state):
        outputs, last = original(heard, conditioning, state)
        seen.append((state.clone(), last.detach().clone()))
        return outputs, last

    monkeypatch.setattr(trainer.network, "features", spy)
    trainer.step()
    trainer.step()
    assert torch.equal(seen[1][0], seen[0][1])
    assert seen[0][0].abs().max() > 0.05  # not a fresh state


def test_it_learns_more_than_the_codes_frequencies(tmp_path: Path) -> None:
    config = small_config(
        write_set(tmp_path / "set"),
        model={"hidden_size": 16},
        streams={"batch": 16, "chunk": 100, "longest_s": 0.2},
        optimiser={"steps": 250, "rate": 0.02, "noise": 0.02, "warm_up_steps": 10},
    )
    trainer = trainer_for(config)
    before = trainer.held_out_bits()
    for _ in range(250):
        report = trainer.step()
    counts = np.bincount(trainer.recordings.codes, minlength=64) + 1e-9
    share = counts / counts.sum()
    assert before == pytest.approx(math.log2(64), abs=0.5)
    assert report.loss < -np.sum(share * np.log2(share)) - 1.5
    assert trainer.held_out_bits() < -np.sum(share * np.log2(share)) - 1.5


def test_held_out_bits_are_the_engines_score(tmp_path: Path) -> None:
    """Scored by the engine's kernels, the held-out ends cost what the trainer says."""
    import rtsynth
    from rtsynth.plugin import Plugin, Provenance
    from rtsynth_train.gru.export import manifest_for

    config = small_config(write_set(tmp_path / "set"))
    trainer = trainer_for(config)
    for _ in range(12):
        trainer.step()
    manifest = manifest_for(config, Provenance())
    plugin = Plugin(manifest, trainer.averaged_network().plugin_tensors())
    held, rows = trainer.recordings.held_out(2000), trainer.recordings.conditioning
    skip, total = (len(held) - 1) // 2, 0.0  # the first half only warms the network up
    for column, row in zip(held.T, rows, strict=True):
        logits, _ = rtsynth.teacher_force(plugin, column[:-1], np.tile(row, (len(held) - 1, 1)))
        chosen = torch.from_numpy(logits[skip:])
        total += float(functional.cross_entropy(chosen, torch.from_numpy(column[1 + skip :])))
    assert trainer.held_out_bits() == pytest.approx(total / len(rows) / math.log(2), abs=1e-4)


def test_precisions_learn_alike(tmp_path: Path) -> None:
    """The network is PyTorch's with bfloat16, ours with float32."""
    data = write_set(tmp_path / "set")
    losses = {
        precision: [trainer.step().loss for _ in range(20)]
        for precision in ("float32", "bfloat16")
        for trainer in [trainer_for(small_config(data, run={"precision": precision}))]
    }
    assert losses["float32"] != losses["bfloat16"]
    np.testing.assert_allclose(losses["float32"], losses["bfloat16"], atol=0.02)

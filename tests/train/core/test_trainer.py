"""The optimiser step that all trainers share, and exact resume."""

import copy
import math
from typing import Any

import pytest
import torch

from rtsynth_train.core.schedule import learning_rate
from tests.train.core.toy import ToyTrainer


def test_a_step_is_adams_with_the_rate_of_the_schedule() -> None:
    trainer, twin = ToyTrainer(warm_up_steps=3), ToyTrainer(warm_up_steps=3)
    optimiser = torch.optim.Adam(twin.network.parameters())
    for step in range(5):
        report = trainer.step()
        inputs = torch.randn(8, 3, generator=twin.generator)
        optimiser.param_groups[0]["lr"] = learning_rate(step, trainer._optimisation)
        optimiser.zero_grad()
        torch.nn.functional.mse_loss(twin.network(inputs), inputs).backward()
        torch.nn.utils.clip_grad_norm_(twin.network.parameters(), 1.0)
        optimiser.step()
        assert report.rate == learning_rate(step, trainer._optimisation)
        assert torch.equal(trainer.network.weight, twin.network.weight)
    assert (report.step, trainer.step_count) == (5, 5)


def test_it_is_finished_after_its_steps() -> None:
    trainer = ToyTrainer(steps=2)
    trainer.step()
    assert not trainer.finished
    trainer.step()
    assert trainer.finished
    assert trainer.steps == 2


@pytest.mark.parametrize("limit", [1e-3, None])
def test_gradients_are_clipped_and_their_norm_is_that_before(limit: float | None) -> None:
    trainer = ToyTrainer(clip_norm=limit)
    norm = trainer.step().gradient_norm
    assert norm == ToyTrainer(clip_norm=None).step().gradient_norm
    gradients = [p.grad.flatten() for p in trainer.network.parameters() if p.grad is not None]
    after = float(torch.cat(gradients).norm())
    assert after == pytest.approx(norm if limit is None else limit, rel=1e-2)
    assert norm > 1e-2


def test_the_average_is_what_is_exported() -> None:
    trainer = ToyTrainer(average=0.9)
    for _ in range(4):
        trainer.step()
    average = trainer.averaged_network()
    assert torch.equal(average.weight, trainer.average.weights["weight"])
    assert not torch.equal(average.weight, trainer.network.weight)
    assert not average.training


def test_it_resumes_to_the_bit() -> None:
    straight = ToyTrainer()
    for _ in range(3):
        straight.step()
    state = copy.deepcopy(straight.state_dict())
    expected = [straight.step() for _ in range(4)]
    resumed = ToyTrainer()
    resumed.load_state_dict(state)
    assert [resumed.step() for _ in range(4)] == expected
    for name, value in straight.average.weights.items():
        assert torch.equal(resumed.average.weights[name], value)
    assert resumed.state_dict()["hidden"].tolist() == [7.0]


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"step": None}, "its step is 'None'"),
        ({"step": -1}, "its step is '-1'"),
        ({"hidden": torch.zeros(2)}, r"its state is \[2\], not \[1\]"),
        ({"average": {}}, "weight is missing"),
    ],
)
def test_another_state_is_refused(changes: dict[str, Any], match: str) -> None:
    trainer = ToyTrainer()
    with pytest.raises(ValueError, match=match):
        trainer.load_state_dict({**trainer.state_dict(), **changes})


def test_a_loss_that_is_not_finite_ends_it_before_the_weights_change() -> None:
    trainer = ToyTrainer()
    trainer.step()
    before = trainer.network.weight.detach().clone()
    trainer.factor = math.inf
    with pytest.raises(FloatingPointError, match="step 1: the loss is inf"):
        trainer.step()
    assert torch.equal(trainer.network.weight, before)

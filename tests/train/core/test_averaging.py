"""The moving average of weights, and that it resumes."""

import pytest
import torch
from torch import Tensor, nn

from rtsynth_train.core.averaging import WeightAverage, decay_at


def weights_over_time(steps: int) -> list[dict[str, Tensor]]:
    torch.manual_seed(0)
    return [{"a.b": torch.randn(3, 2), "c": torch.randn(5)} for _ in range(steps)]


def test_the_decay_ramps_up() -> None:
    assert [decay_at(n, 0.99) for n in (1, 2, 11)] == [0.1, 2 / 11, 0.55]
    assert decay_at(10_000, 0.99) == 0.99
    assert decay_at(10_000, 0.0) == 0.0


@pytest.mark.parametrize("decay", [0.0, 0.9, 0.995])
def test_it_is_the_exponential_moving_average_to_the_bit(decay: float) -> None:
    first, *later = weights_over_time(30)
    average = WeightAverage(first, decay)
    expected = {name: value.clone() for name, value in first.items()}
    for step, weights in enumerate(later):
        average.update(weights)
        share = 1 - min(decay, (1 + step) / (10 + step))
        for name, value in weights.items():
            expected[name].lerp_(value, share)
    assert list(average.weights) == ["a.b", "c"]
    for name, value in expected.items():
        assert torch.equal(average.weights[name], value)


def test_it_begins_as_a_copy() -> None:
    network = nn.Linear(3, 2)
    average = WeightAverage(network.state_dict(), 0.9)
    before = average.copied()
    with torch.no_grad():
        network.weight.fill_(7.0)
    assert torch.equal(average.weights["weight"], before["weight"])
    assert not average.weights["weight"].requires_grad


def test_it_goes_on_from_a_checkpoint() -> None:
    first, *later = weights_over_time(12)
    straight = WeightAverage(first, 0.99)
    for weights in later[:6]:
        straight.update(weights)
    resumed = WeightAverage(later[-1], 0.99)
    resumed.load(straight.copied(), 6)
    for weights in later[6:]:
        straight.update(weights)
        resumed.update(weights)
    for name, value in straight.weights.items():
        assert torch.equal(resumed.weights[name], value)


@pytest.mark.parametrize(
    ("weights", "match"),
    [
        ({"c": torch.ones(5)}, r"a\.b is missing"),
        (
            {"a.b": torch.ones(2, 3), "c": torch.ones(5)},
            r"a\.b is \[2, 3\], the network's \[3, 2\]",
        ),
        ({"a.b": torch.ones(3, 2), "c": torch.ones(5), "d": torch.ones(1)}, "d is not of this"),
    ],
)
def test_other_weights_are_refused(weights: dict[str, Tensor], match: str) -> None:
    average = WeightAverage(weights_over_time(1)[0], 0.9)
    with pytest.raises(ValueError, match=match):
        average.load(weights, 3)

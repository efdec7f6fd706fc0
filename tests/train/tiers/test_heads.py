"""Each kind of output: its unit, its random numbers, its draws and its loss."""

import math

import pytest
import torch

from rtsynth_models.networks.mtcrnn import Mtcrnn
from rtsynth_train.tiers.config import TierConfig
from rtsynth_train.tiers.heads import Head, Randoms, network_config, random_numbers

STEPS, ROWS, LEVELS, VALUES = 4, 3, 16, 2
CPU = torch.device("cpu")
KINDS = {
    "categorical": {"generate": ["audio"]},
    "gaussian": {"generate": ["a", "b"], "network": 0},
    "gaussian mse": {"generate": ["a", "b"], "network": 0, "loss": "mse"},
    "mixture": {"generate": ["a", "b"], "network": 5},
}


def head_of(kind: str) -> tuple[Head, Mtcrnn]:
    torch.manual_seed(0)
    tier = TierConfig(name="t", rate_hz=100, hidden_size=8, layers=1, **KINDS[kind])
    network = Mtcrnn(network_config(tier, LEVELS))
    return Head(network, tier), network


def outputs_of(network: Mtcrnn) -> torch.Tensor:
    size = network.config
    inputs = torch.zeros(STEPS, ROWS, size.generated + size.conditioning)
    features, _ = network.features(inputs, network.initial_state(ROWS))
    return network.head(features)


def randoms_of(network: Mtcrnn, seed: int = 0) -> Randoms:
    generator = torch.Generator().manual_seed(seed)
    return random_numbers(network.config, STEPS, ROWS, generator, CPU)


@pytest.mark.parametrize(
    ("kind", "unit"),
    [("categorical", "bits"), ("gaussian", "nats"), ("gaussian mse", "mse"), ("mixture", "nats")],
)
def test_units(kind: str, unit: str) -> None:
    head, _ = head_of(kind)
    assert head.unit == unit
    assert head.needs_randoms == (unit == "mse")
    assert head.in_unit(math.log(2)) == pytest.approx(1.0 if unit == "bits" else math.log(2))


@pytest.mark.parametrize("kind", KINDS)
def test_draws_and_losses(kind: str) -> None:
    head, network = head_of(kind)
    outputs, randoms = outputs_of(network), randoms_of(network)
    drawn = head.draw(outputs, randoms)
    assert drawn.shape == ((STEPS, ROWS) if kind == "categorical" else (STEPS, ROWS, VALUES))
    torch.testing.assert_close(head.draw(outputs, randoms), drawn)
    assert not torch.equal(head.draw(outputs, randoms_of(network, 1)), drawn)
    loss = head.loss(outputs, drawn, randoms)
    pieces = [
        head.loss(outputs[piece], drawn[piece], randoms[piece])
        for piece in (slice(0, 1), slice(1, STEPS))
    ]
    torch.testing.assert_close(sum(pieces), loss)
    if kind == "gaussian mse":
        assert float(loss.detach()) == pytest.approx(0, abs=1e-9)


def test_even_odds_cost_as_many_bits_as_there_are() -> None:
    head, network = head_of("categorical")
    outputs = torch.zeros(STEPS, ROWS, LEVELS)
    loss = head.loss(outputs, torch.zeros(STEPS, ROWS, dtype=torch.long), randoms_of(network))
    assert head.in_unit(float(loss)) == pytest.approx(STEPS * math.log2(LEVELS))

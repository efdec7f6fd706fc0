"""Scheduled sampling in fused pieces is the plain loop, handed the same random numbers."""

from typing import Any

import pytest
import torch

from rtsynth_models.networks.mtcrnn import Mtcrnn
from rtsynth_train.tiers.config import TierConfig
from rtsynth_train.tiers.heads import Head, network_config, random_numbers
from rtsynth_train.tiers.scheduled import DataInputs, coins, run_scheduled
from tests.train.tiers.plain_loop import fused_step, plain_loop

STEPS, BATCH, LEVELS = 60, 5, 16
CASES: dict[str, dict[str, Any]] = {
    "audio": {},
    "audio one-hot": {"one_hot": True},
    "audio phased": {"phased": True, "stateful": False},
    "audio 6": {"network": 6},
    **{
        f"parameters {network} {loss}": {"generate": ["a", "b"], "network": network, "loss": loss}
        for network, loss in [
            (0, "nll"),
            (1, "mse"),
            (2, "nll"),
            (3, "mse"),
            (4, "mse"),
            (5, "nll"),
        ]
    },
}


def setting(name: str, tfr: float) -> tuple[Any, ...]:
    tier = TierConfig(
        name="t", rate_hz=100, conditioning=["c"], hidden_size=12, layers=2, temp=0.8, **CASES[name]
    )
    torch.manual_seed(1)
    config = network_config(tier, LEVELS)
    network = Mtcrnn(config)
    generator = torch.Generator().manual_seed(2)
    if tier.makes_audio:
        data = torch.randint(LEVELS, (STEPS + 1, BATCH), generator=generator)
    else:
        data = torch.rand(STEPS + 1, BATCH, 2, generator=generator)
    inputs = DataInputs(
        network.as_input(data[:-1]), torch.rand(STEPS, BATCH, 1, generator=generator)
    )
    randoms = random_numbers(config, STEPS, BATCH, generator, torch.device("cpu"))
    state = torch.randn(network.initial_state(BATCH).shape, generator=generator) * 0.3
    drawn = coins(STEPS, tfr, generator)
    return network, Head(network, tier), inputs, state, drawn, randoms, data[1:]


def gradients(network: Mtcrnn) -> dict[str, torch.Tensor]:
    found = {name: p.grad.clone() for name, p in network.named_parameters()}
    network.zero_grad()
    return found


@pytest.mark.parametrize("tfr", [1.0, 0.8, 0.1])
@pytest.mark.parametrize("name", list(CASES))
def test_it_is_the_plain_loop(name: str, tfr: float) -> None:
    arguments = setting(name, tfr)
    network, drawn = arguments[0], arguments[4]
    assert bool(drawn.any()) == (tfr < 1)
    loss, last = plain_loop(*arguments)
    loss.backward()
    expected = gradients(network)
    fused, state = fused_step(*arguments)
    assert fused == pytest.approx(float(loss.detach()), rel=1e-4)
    torch.testing.assert_close(state, last.detach(), rtol=1e-4, atol=1e-5)
    for key, gradient in gradients(network).items():
        scale = float(expected[key].abs().max()) + 1e-6
        assert float((gradient - expected[key]).abs().max()) < 1e-3 * scale, key


def test_draws_change_the_inputs() -> None:
    network, head, inputs, state, drawn, randoms, _ = setting("audio", 0.5)
    forced, _ = run_scheduled(network, head, inputs, state, torch.zeros_like(drawn), randoms)
    own, _ = run_scheduled(network, head, inputs, state, drawn, randoms)
    first = int(drawn.nonzero()[0])
    torch.testing.assert_close(own[:first], forced[:first])
    assert (own[first] - forced[first]).abs().max() > 1e-4


def test_coins() -> None:
    generator = torch.Generator().manual_seed(0)
    assert not coins(1000, 1.0, generator).any()
    drawn = coins(10_000, 0.9, generator)
    assert not drawn[0]
    assert 0.08 < drawn.float().mean() < 0.12

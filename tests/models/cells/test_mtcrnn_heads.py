"""Drawing and losses against their definitions."""

import math

import numpy as np
import pytest
import torch

from rtsynth.engine.program.layout import LEAST_SHARE
from rtsynth.families.mtcrnn.spec import COMPONENTS
from rtsynth_models.cells.mtcrnn_heads import (
    SMALLEST_SIGMA,
    cross_entropy,
    draw_categorical,
    draw_gaussian,
    draw_mixture,
    gaussian_nll,
    mixture_nll,
    mixture_parameters,
    softplus,
    squared_error,
)


def normal_density(x: float, mu: float, sigma: float) -> float:
    return math.exp(-0.5 * ((x - mu) / sigma) ** 2) / (sigma * math.sqrt(2 * math.pi))


@pytest.mark.parametrize("beta", [0.5, 1.0, 2.0, 10.0])
def test_softplus(beta: float) -> None:
    for s in (-3.0, -0.5, 0.0, 0.7, 4.0):
        expected = math.log(1 + math.exp(beta * s)) / beta
        assert softplus(torch.tensor(s), beta).item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_codes_come_as_often_as_their_probability(temperature: float) -> None:
    logits = torch.tensor([1.0, -2.0, 0.3, 2.0, -30.0])
    uniform = (torch.arange(100_000) + 0.5) / 100_000
    codes = draw_categorical(logits.expand(len(uniform), -1), uniform, temperature)
    share = np.bincount(codes, minlength=5) / len(uniform)
    np.testing.assert_allclose(share, (logits / temperature).softmax(0), atol=2e-5)


def test_temperature_zero_takes_the_most_probable() -> None:
    assert draw_categorical(torch.tensor([0.1, 3.0, 2.0]), torch.tensor(0.99), 0.0) == 1


def test_the_ends_of_the_uniform_numbers_are_codes() -> None:
    logits = torch.full((2, 256), 0.0)
    largest = torch.nextafter(torch.tensor(1.0), torch.tensor(0.0))
    uniform = torch.stack([torch.tensor(0.0), largest])
    assert draw_categorical(logits, uniform).tolist() == [0, 255]
    # A code of probability 0 is not drawn by u = 0.
    assert draw_categorical(torch.tensor([-200.0, 0.0]), torch.tensor(0.0)) == 1


def test_the_ends_of_the_uniform_numbers_draw_nothing_improbable() -> None:
    """Of any distribution, and of the components of a mixture."""
    generator = torch.Generator().manual_seed(1)
    largest = torch.nextafter(torch.tensor(1.0), torch.tensor(0.0))
    uniform = torch.tensor([0.0, largest.item()]).repeat(500)
    for spread in (1.0, 5.0, 30.0):
        logits = spread * torch.randn(1000, 256, generator=generator)
        logits[:, 0] = logits[:, -1] = logits.amax(-1) - 16
        for temperature in (0.5, 1.0):
            codes = draw_categorical(logits, uniform, temperature)
            scaled = logits.double() / temperature
            behind = scaled.amax(-1) - scaled.gather(-1, codes[:, None])[:, 0]
            assert behind.max() < -math.log(LEAST_SHARE) + 1e-4
    outputs = torch.zeros(1000, 3, COMPONENTS, 1)
    outputs[:, 0, :, 0] = torch.tensor([-50.0, 0.0, 50.0])
    outputs[:, 2, :, 0] = torch.tensor([-16.0, 0.0, -16.0])
    assert draw_mixture(outputs, uniform[:, None], torch.zeros(1000, 1)).abs().max() == 0


def test_gaussian_draws() -> None:
    outputs, normal = torch.randn(6, 2, 2, 3), torch.randn(6, 2, 3)
    expected = outputs[:, :, 0] + normal * torch.log1p(torch.exp(2 * outputs[:, :, 1])) / 2
    torch.testing.assert_close(draw_gaussian(outputs, normal, beta=2.0), expected)


def test_mixture_draws_follow_the_mixture() -> None:
    """Per value, of its own component: mean and variance of many draws."""
    torch.manual_seed(1)
    outputs = torch.randn(3, COMPONENTS, 2) * 2
    count = 200_000
    many = outputs.expand(count, -1, -1, -1)
    drawn = draw_mixture(many, torch.rand(count, 2), torch.randn(count, 2), beta=1.5)
    mu, sigma, pi = mixture_parameters(outputs, beta=1.5)
    torch.testing.assert_close(pi.sum(0), torch.ones(2))
    mean = (pi * mu).sum(0)
    variance = (pi * (sigma**2 + mu**2)).sum(0) - mean**2
    torch.testing.assert_close(drawn.mean(0), mean, atol=0.03, rtol=0)
    torch.testing.assert_close(drawn.var(0), variance, atol=0, rtol=0.03)


def test_losses_are_summed_over_time_and_averaged_over_the_rest() -> None:
    steps, batch, size = 4, 3, 2
    logits, codes = torch.randn(steps, batch, 5), torch.randint(5, (steps, batch))
    values = torch.rand(steps, batch, size)
    gaussian = torch.randn(steps, batch, 2, size)
    mixture = torch.randn(steps, batch, 3, COMPONENTS, size)
    drawn = torch.randn(steps, batch, size)
    nats, error, gaussian_nats, mixture_nats = 0.0, 0.0, 0.0, 0.0
    for t in range(steps):
        for b in range(batch):
            nats -= math.log(logits[t, b].double().softmax(0)[codes[t, b]]) / batch
            for d in range(size):
                x = values[t, b, d].item()
                share = 1 / (batch * size)
                error += share * (drawn[t, b, d].item() - x) ** 2
                mu, raw = gaussian[t, b, :, d].tolist()
                gaussian_nats -= share * math.log(normal_density(x, mu, math.log1p(math.exp(raw))))
                mus, sigmas, pis = mixture_parameters(mixture[t, b])[:, :, d].tolist()
                mixture_nats -= share * math.log(
                    sum(
                        p * normal_density(x, m, s)
                        for m, s, p in zip(mus, sigmas, pis, strict=True)
                    )
                )
    assert cross_entropy(logits, codes).item() == pytest.approx(nats, rel=1e-5)
    assert squared_error(drawn, values).item() == pytest.approx(error, rel=1e-5)
    assert gaussian_nll(gaussian, values).item() == pytest.approx(gaussian_nats, rel=1e-5)
    assert mixture_nll(mixture, values).item() == pytest.approx(mixture_nats, rel=1e-5)


def test_the_error_of_a_drawn_value_trains_mu_and_sigma() -> None:
    outputs = torch.randn(5, 2, 2, 3, requires_grad=True)
    squared_error(draw_gaussian(outputs, torch.randn(5, 2, 3)), torch.rand(5, 2, 3)).backward()
    assert outputs.grad is not None
    assert (outputs.grad != 0).all()


@pytest.mark.parametrize("raw", [-500.0, -20.0, 500.0])
def test_likelihoods_of_extreme_sigmas_stay_finite(raw: float) -> None:
    mixture = torch.zeros(2, 1, 3, COMPONENTS, 1)
    mixture[:, :, 1] = raw
    mixture.requires_grad_()
    loss = mixture_nll(mixture, torch.full((2, 1, 1), 0.5))
    loss.backward()
    assert torch.isfinite(loss)
    assert mixture.grad is not None
    assert torch.isfinite(mixture.grad).all()
    if raw < 0:
        expected = 2 * -math.log(normal_density(0.01, 0, SMALLEST_SIGMA))
        near = mixture_nll(mixture.detach(), torch.full((2, 1, 1), 0.01))
        assert near.item() == pytest.approx(expected, rel=1e-5)

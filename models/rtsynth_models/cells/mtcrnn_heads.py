"""What MTCRNN's output layers describe: how to draw from them, and the losses.

Outputs are as `Mtcrnn.head` gives them: categorical logits [..., Q]; Gaussian [..., 2, D] = mu,
sigma_raw; mixture [..., 3, K, D] = mu, sigma_raw, logits of pi. Every draw is a function of given
random numbers, so that two ways of running a network can be handed the same ones.

Losses are summed over time and averaged over the rest, which is what MTCRNN back-propagates:
outputs are [T, B, ...] there.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional

from rtsynth.engine.program.layout import LEAST_SHARE
from rtsynth.families.mtcrnn.spec import MtcrnnConfig

# A sigma below this counts as this in a likelihood: one value that never moves would otherwise
# drive it, and the gradient, to infinity. Values are 0..1.
SMALLEST_SIGMA = 1e-3


def softplus(raw: Tensor, beta: float = 1.0) -> Tensor:
    """log(1 + exp(beta s)) / beta."""
    return functional.softplus(raw, beta)


def mixture_parameters(outputs: Tensor, beta: float = 1.0) -> Tensor:
    """[..., 3, K, D] = mu, sigma, pi of the raw outputs of a mixture."""
    mu, sigma_raw, logits = outputs.unbind(-3)
    return torch.stack([mu, softplus(sigma_raw, beta), logits.softmax(-2)], dim=-3)


def draw_categorical(logits: Tensor, uniform: Tensor, temperature: float = 1.0) -> Tensor:
    """Codes [...] of logits [..., Q] and numbers 0 <= u < 1 [...]; temperature 0 takes the
    most probable. None of less than LEAST_SHARE of the most probable one's share is drawn.
    """
    if temperature == 0:
        return logits.argmax(-1)
    shares = (logits / temperature).softmax(-1)
    least = LEAST_SHARE * shares.amax(-1, keepdim=True)
    cumulative = shares.masked_fill(shares < least, 0.0).cumsum(-1)
    # Rounding can leave the last sum below 1; scaled by it, the result stays in range.
    wanted = uniform.unsqueeze(-1) * cumulative[..., -1:]
    found = torch.searchsorted(cumulative, wanted, right=True).squeeze(-1)
    return found.clamp_max(logits.shape[-1] - 1)


def draw_gaussian(outputs: Tensor, normal: Tensor, beta: float = 1.0) -> Tensor:
    """Values [..., D] = mu + eps softplus(sigma_raw, beta), of normal numbers eps [..., D]."""
    mu, sigma_raw = outputs.unbind(-2)
    return mu + normal * softplus(sigma_raw, beta)


def draw_mixture(outputs: Tensor, uniform: Tensor, normal: Tensor, beta: float = 1.0) -> Tensor:
    """Values [..., D]: every one from a component of its own (uniform [..., D]), then normal."""
    mu, sigma_raw, logits = outputs.unbind(-3)
    component = draw_categorical(logits.transpose(-1, -2), uniform).unsqueeze(-2)
    mu = mu.gather(-2, component).squeeze(-2)
    return mu + normal * softplus(sigma_raw.gather(-2, component).squeeze(-2), beta)


def draw(
    config: MtcrnnConfig,
    outputs: Tensor,
    temperature: float = 1.0,
    beta: float = 1.0,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Codes [...] or values [..., D] of outputs [...] of any kind, with fresh random numbers."""
    if config.output == "categorical":
        uniform = torch.rand(outputs.shape[:-1], generator=generator, device=outputs.device)
        return draw_categorical(outputs, uniform, temperature)
    values = outputs.shape[: -3 if config.output == "mixture" else -2] + outputs.shape[-1:]
    normal = torch.randn(values, generator=generator, device=outputs.device)
    if config.output == "gaussian":
        return draw_gaussian(outputs, normal, beta)
    uniform = torch.rand(values, generator=generator, device=outputs.device)
    return draw_mixture(outputs, uniform, normal, beta)


def cross_entropy(logits: Tensor, codes: Tensor) -> Tensor:
    """Nats of codes [T, B] under logits [T, B, Q]."""
    flat = functional.cross_entropy(logits.flatten(0, -2), codes.flatten(), reduction="sum")
    return flat / codes[0].numel()


def squared_error(drawn: Tensor, values: Tensor) -> Tensor:
    """Squared error of drawn values [T, B, D] (`draw_gaussian` keeps their gradient)."""
    return (drawn - values).square().sum() / values[0].numel()


def gaussian_nll(outputs: Tensor, values: Tensor) -> Tensor:
    """Nats of values [T, B, D] under Gaussian outputs [T, B, 2, D]."""
    mu, sigma_raw = outputs.unbind(-2)
    return -_log_density(values, mu, sigma_raw).sum() / values[0].numel()


def mixture_nll(outputs: Tensor, values: Tensor) -> Tensor:
    """Nats of values [T, B, D] under mixtures [T, B, 3, K, D]."""
    mu, sigma_raw, logits = outputs.unbind(-3)
    joint = logits.log_softmax(-2) + _log_density(values.unsqueeze(-2), mu, sigma_raw)
    return -joint.logsumexp(-2).sum() / values[0].numel()


def _log_density(values: Tensor, mu: Tensor, sigma_raw: Tensor) -> Tensor:
    sigma = softplus(sigma_raw).clamp_min(SMALLEST_SIGMA)
    return -0.5 * ((values - mu) / sigma).square() - sigma.log() - 0.5 * math.log(2 * math.pi)

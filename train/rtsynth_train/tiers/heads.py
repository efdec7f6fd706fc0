"""A tier's output: draws, the random numbers they need, and losses per step."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from rtsynth.families.mtcrnn.spec import MtcrnnConfig
from rtsynth_models.cells.mtcrnn_heads import (
    cross_entropy,
    draw_categorical,
    draw_gaussian,
    draw_mixture,
    gaussian_nll,
    mixture_nll,
    squared_error,
)
from rtsynth_models.networks.mtcrnn import Mtcrnn
from rtsynth_train.tiers.config import TierConfig


def network_config(tier: TierConfig, levels: int) -> MtcrnnConfig:
    """The sizes of the network that `tier` trains."""
    return MtcrnnConfig(
        network=tier.network,
        hidden_size=tier.hidden_size,
        layers=tier.layers,
        generated=len(tier.generate),
        conditioning=len(tier.conditioning),
        levels=levels if tier.makes_audio else 0,
        phased=tier.phased,
        one_hot=tier.one_hot,
    )


@dataclass(frozen=True)
class Randoms:
    """Random numbers for T steps: `uniform` [T, B] (mixtures: [T, B, D]), `normal` [T, B, D].

    A head uses what it needs; the other is empty.
    """

    uniform: Tensor
    normal: Tensor

    def __getitem__(self, steps: slice) -> "Randoms":
        return Randoms(self.uniform[steps], self.normal[steps])


def random_numbers(
    config: MtcrnnConfig, steps: int, batch: int, generator: torch.Generator, device: torch.device
) -> Randoms:
    """Fresh ones for `steps` draws of every row."""
    values, empty = (steps, batch, config.generated), torch.empty(steps, 0)
    if config.output == "categorical":
        uniform, normal = torch.rand(steps, batch, generator=generator), empty
    else:
        normal = torch.randn(values, generator=generator)
        mixed = config.output == "mixture"
        uniform = torch.rand(values, generator=generator) if mixed else empty
    return Randoms(uniform.to(device), normal.to(device))


class Head:
    """The output layer of a tier in training."""

    def __init__(self, network: Mtcrnn, tier: TierConfig) -> None:
        self._network, self._tier = network, tier
        self._output = network.config.output

    @property
    def is_categorical(self) -> bool:
        """Whether its outputs are logits of codes."""
        return self._output == "categorical"

    @property
    def needs_randoms(self) -> bool:
        """Whether the loss is of drawn values."""
        return self._output == "gaussian" and self._tier.loss == "mse"

    @property
    def unit(self) -> str:
        """What the loss is measured in: bits, nats or mse."""
        if self._output == "categorical":
            return "bits"
        return "mse" if self.needs_randoms else "nats"

    def in_unit(self, loss: float) -> float:
        """A loss (nats or mse) in `unit`."""
        return loss / math.log(2) if self.unit == "bits" else loss

    def draw(self, outputs: Tensor, randoms: Randoms) -> Tensor:
        """What is drawn from outputs [T, B, ...]: codes [T, B] or values [T, B, D]."""
        temp = self._tier.temp
        if self._output == "categorical":
            return draw_categorical(outputs, randoms.uniform, temp)
        if self._output == "gaussian":
            return draw_gaussian(outputs, randoms.normal, temp)
        return draw_mixture(outputs, randoms.uniform, randoms.normal, temp)

    def loss(self, outputs: Tensor, target: Tensor, randoms: Randoms) -> Tensor:
        """Of outputs [T, B, ...] and targets [T, B] or [T, B, D]: summed over time, averaged over
        rows and values; nats, or squared error.
        """
        if self._output == "categorical":
            return cross_entropy(outputs, target)
        if self._output == "mixture":
            return mixture_nll(outputs, target)
        if self.needs_randoms:
            return squared_error(self.draw(outputs, randoms), target)
        return gaussian_nll(outputs, target)

"""The moving average of a network's weights: the weights that are evaluated and exported."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel


def decay_at(updates: int, decay: float) -> float:
    """The decay of update number `updates`, from 1 on: it ramps up to `decay`, so that the random
    start is soon forgotten.
    """
    return min(decay, updates / (updates + 9))


class WeightAverage:
    """The exponential moving average of named weights; it starts as a copy of them."""

    def __init__(self, weights: Mapping[str, Tensor], decay: float) -> None:
        self._names, self._decay = list(weights), decay
        self._model = AveragedModel(_as_module(weights), multi_avg_fn=self._blend)
        self._count_updates(0)

    def _count_updates(self, updates: int) -> None:
        # One more: where AveragedModel counts 0, it takes the next weights as they are.
        self._model.n_averaged.fill_(updates + 1)

    def _blend(
        self, averages: Sequence[Tensor], weights: Sequence[Tensor], updates: Tensor | int
    ) -> None:
        share = 1 - decay_at(int(updates), self._decay)
        for average, weight in zip(averages, weights, strict=True):
            average.lerp_(weight, share)

    @torch.no_grad()
    def update(self, weights: Mapping[str, Tensor]) -> None:
        """Add the weights after an optimiser step."""
        self._model.update_parameters(_as_module(weights))

    @property
    def weights(self) -> dict[str, Tensor]:
        """The averages by name, as a checkpoint holds them."""
        values = (value.detach() for value in self._model.module.parameters())
        return dict(zip(self._names, values, strict=True))

    def copied(self) -> dict[str, Tensor]:
        """A copy on the CPU."""
        return {name: value.cpu().clone() for name, value in self.weights.items()}

    def check(self, weights: Mapping[str, Tensor]) -> None:
        """ValueError unless `weights` have the names and shapes of these."""
        for name, mine in self.weights.items():
            if name not in weights:
                raise ValueError(f"{name} is missing")
            if weights[name].shape != mine.shape:
                raise ValueError(
                    f"{name} is {list(weights[name].shape)}, the network's {list(mine.shape)}"
                )
        for name in weights:
            if name not in self._names:
                raise ValueError(f"{str(name)[:80]} is not of this network")

    @torch.no_grad()
    def load(self, weights: Mapping[str, Tensor], updates: int) -> None:
        """Go on from the averages of a checkpoint after so many `updates`.

        Raises:
            ValueError: they are of another network.
        """
        self.check(weights)
        for name, mine in self.weights.items():
            mine.copy_(weights[name])
        self._count_updates(updates)


def _as_module(weights: Mapping[str, Tensor]) -> nn.Module:
    """The weights as the parameters of a module, without copying them."""
    return nn.ParameterList(nn.Parameter(w.detach(), requires_grad=False) for w in weights.values())

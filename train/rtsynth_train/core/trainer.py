"""What all trainers of a network share: the optimiser step, the average, exact resume."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from rtsynth.plugin import Manifest
from rtsynth.plugin.family import Tensors
from rtsynth_models.growth.naming import to_state
from rtsynth_train.core import schedule
from rtsynth_train.core.averaging import WeightAverage
from rtsynth_train.core.ranks import ALONE, Ranks
from rtsynth_train.core.start import Start
from rtsynth_train.core.stretch import Stretch

OTHER_RECORDINGS = "its rows are not in these recordings; --accept-changes starts them anew"
Network = TypeVar("Network", bound=nn.Module)


class Optimisation(schedule.Schedule, Protocol):
    """The settings of the optimiser."""

    @property
    def clip_norm(self) -> float | None: ...
    @property
    def average(self) -> float: ...


@dataclass(frozen=True)
class Report:
    """What one optimiser step did; a subclass adds columns of losses.csv.

    `step` counts this one; `loss` is in the job's unit; `gradient_norm` is before clipping.
    """

    step: int
    loss: float
    gradient_norm: float
    rate: float


class Trainer(ABC, Generic[Network]):
    """One network, its optimiser, and the hidden state that is carried from chunk to chunk.

    A subclass seeds PyTorch, makes the network, and then calls `__init__`; its `step` runs
    the network between `begin_update` and `finish_update`.
    """

    # Entries of the state that are places in the recordings: they are reset for other recordings.
    in_recordings: ClassVar[tuple[str, ...]] = ("hidden",)
    ranks: Ranks = ALONE  # the processes that share its batches
    own_s = 0.0  # seconds of its steps that rendering the network's own sounds has taken

    def __init__(
        self, network: Network, optimisation: Optimisation, hidden: Tensor, device: torch.device
    ) -> None:
        self.network, self.device, self.step_count = network.to(device), device, 0
        self._optimisation = optimisation
        self.stretch = Stretch(optimisation.steps, optimisation.steps)
        self.average = WeightAverage(self.weights(), optimisation.average)
        self.optimiser = torch.optim.Adam(self.network.parameters(), lr=optimisation.rate)
        self._hidden = hidden.to(device)

    @property
    def steps(self) -> int:
        """Steps in all."""
        return self.stretch.steps

    def own_sounds_take_s(self) -> float:
        """Seconds of one rendering of the network's own sound; 0 where there is none."""
        return 0.0

    @property
    def finished(self) -> bool:
        """Whether all steps are done."""
        return self.step_count >= self.steps

    @abstractmethod
    def step(self) -> Report:
        """One batch forward and back, one update."""

    @abstractmethod
    def new_network(self) -> Network:
        """An untrained network of the plugin's structure, on the CPU."""

    def weights(self) -> dict[str, Tensor]:
        """The weights that are averaged: those that `new_network` loads."""
        return self.network.state_dict()

    def plugin_tensors(self) -> Tensors:
        """The weights under their names in a plugin; only where it can start from one."""
        raise NotImplementedError

    def start_from(self, start: Start, manifest: Manifest) -> bool:
        """Take over the weights of a trained network, before the first step, for the only tier of
        `manifest`; False where it has none for it. The average starts there, the optimiser anew.

        Raises:
            InputError: they cannot be taken over.
        """
        tier = manifest.tiers[0]
        tensors = start.tensors_for(manifest, self.plugin_tensors(), tier.name)
        if tensors is None:
            return False
        self.load_weights(to_state(tier, tensors))
        self.average = WeightAverage(self.weights(), self._optimisation.average)
        return True

    @torch.no_grad()
    def load_weights(self, weights: Mapping[str, np.ndarray]) -> None:
        """Give the network in training these weights, by their names in its state."""
        self.network.load_state_dict(
            {name: torch.from_numpy(value.copy()) for name, value in weights.items()}
        )

    def network_of(self, weights: dict[str, Tensor]) -> Network:
        """A network on the CPU with these weights: one to score, to export, or to play."""
        with torch.random.fork_rng(devices=()):  # its first weights, which it does not keep
            network = self.new_network()
        network.load_state_dict({name: weight.cpu() for name, weight in weights.items()})
        return network.eval()

    def averaged_network(self) -> Network:
        """A copy on the CPU with the averaged weights: the one to score and to export."""
        return self.network_of(self.average.weights)

    def begin_update(self) -> float:
        """Clear the gradients and set the learning rate; returns it."""
        rate = schedule.learning_rate(self.step_count, self._optimisation, self.stretch)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad(set_to_none=True)
        return rate

    def finish_update(self, loss: float, hidden: Tensor) -> tuple[float, float]:
        """One optimiser step with the gradients there are; returns the loss, and the norm of the
        gradients before clipping. Where several processes share the batch, each gives its part of
        loss and gradients, and the state [layers, B, H] of its rows.

        Raises:
            FloatingPointError: loss or gradient are not finite.
        """
        loss, hidden = self._joined(loss, hidden.detach().float())
        norm = self.clip_gradients()
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise FloatingPointError(f"step {self.step_count}: the loss is {loss}")
        self.optimiser.step()
        self._hidden = hidden
        with torch.no_grad():
            self.average.update(self.weights())
        self.step_count += 1
        return loss, norm

    @torch.no_grad()
    def _joined(self, loss: float, hidden: Tensor) -> tuple[float, Tensor]:
        """The loss and the state of the whole batch, with the gradients summed."""
        if self.ranks.size == 1:
            return loss, hidden
        whole = torch.zeros_like(self._hidden)
        whole[:, self.ranks.rows(whole.shape[1])] = hidden
        gradients = [each.grad for each in self.network.parameters() if each.grad is not None]
        self.ranks.sum([*gradients, whole])
        return self.ranks.total(loss), whole

    def clip_gradients(self) -> float:
        """Clip the gradients to `clip_norm`; returns their norm before."""
        limit = self._optimisation.clip_norm
        return float(
            torch.nn.utils.clip_grad_norm_(
                self.network.parameters(), math.inf if limit is None else limit
            )
        )

    def state_dict(self) -> dict[str, Any]:
        """Everything, random numbers included."""
        return {
            "step": self.step_count,
            "network": self.network.state_dict(),
            "average": self.average.weights,
            "optimiser": self.optimiser.state_dict(),
            "hidden": self._hidden,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken, to the bit (on the same machine and threads).

        Raises:
            ValueError, RuntimeError, KeyError, TypeError, AttributeError: it does not fit.
        """
        step, hidden = state["step"], state["hidden"]
        if type(step) is not int or step < 0:
            raise ValueError(f"its step is {str(step)[:40]!r}")
        if hidden.shape != self._hidden.shape:
            raise ValueError(f"its state is {list(hidden.shape)}, not {list(self._hidden.shape)}")
        self.average.load(state["average"], step)
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self._hidden = hidden.to(self.device)
        self.step_count = step

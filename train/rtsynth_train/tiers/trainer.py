"""Trains one tier; everything resumes to the bit."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rtsynth_models.networks.mtcrnn import Mtcrnn
from rtsynth_train.core.schedule import learning_rate
from rtsynth_train.tiers.batches import Batch, make_batches
from rtsynth_train.tiers.config import TierConfig
from rtsynth_train.tiers.data import TierData
from rtsynth_train.tiers.heads import Head, Randoms, network_config, random_numbers
from rtsynth_train.tiers.scheduled import Heard, coins, listen

# Outputs of a whole chunk at once cost more time in page faults than in arithmetic.
LOSS_SLICE_STEPS = 32
HELD_OUT_WARM_UP_S = 0.1
HELD_OUT_STEPS = 4000
HELD_OUT_FILES = 32
_CUTOFF_DECAY = 0.9  # of the average that loss_cutoff is compared with
_HELD_OUT_SEED = 7


@dataclass(frozen=True)
class TierReport:
    """What one optimiser step did. `loss` is the mean of a step in `unit`."""

    step: int
    loss: float
    unit: str
    gradient_norm: float
    rate: float
    noise: float
    tfr: float


def scheduled(step: int, first: float, last: float | None, steps: int) -> float:
    """Linear from `first` at step 0 to `last` at `steps`; constant when there is no `last`."""
    return first if last is None else first + (last - first) * min(1.0, step / max(1, steps))


def sliced_loss(
    head: Head, network: Mtcrnn, features: Tensor, target: Tensor, randoms: Randoms
) -> tuple[float, Tensor]:
    """Mean loss per step of features [T, B, F], and its gradient by `features`.

    Back-propagates into the output layer slice by slice; the caller goes on with the gradient.
    """
    cut = features.detach().requires_grad_()
    total, steps = 0.0, len(target)
    for first in range(0, steps, LOSS_SLICE_STEPS):
        piece = slice(first, first + LOSS_SLICE_STEPS)
        loss = head.loss(network.head(cut[piece]), target[piece], randoms[piece]) / steps
        loss.backward()
        total += float(loss.detach())
    assert cut.grad is not None
    return total, cut.grad


class TierTrainer:
    """Network, optimiser, batches and their random numbers."""

    def __init__(
        self, tier: TierConfig, data: TierData, levels: int, seed: int, device: torch.device
    ) -> None:
        self.tier, self.data, self.device = tier, data, device
        self._generator = torch.Generator().manual_seed(seed)
        torch.manual_seed(seed)
        self.network = Mtcrnn(network_config(tier, levels)).to(device)
        self.head = Head(self.network, tier)
        self.average = {k: v.detach().clone() for k, v in self.network.state_dict().items()}
        self.optimiser = torch.optim.Adam(self.network.parameters(), lr=tier.rate)
        self.batches = make_batches(data, tier, seed)
        self.step_count = 0
        self._smooth_loss: float | None = None
        self._state = self.network.initial_state(tier.batch_size)

    @property
    def finished(self) -> bool:
        """Whether all steps are done or the loss is below loss_cutoff."""
        cutoff = self.tier.loss_cutoff
        good = cutoff is not None and self._smooth_loss is not None and self._smooth_loss < cutoff
        return good or self.step_count >= self.tier.steps

    def step(self) -> TierReport:
        """One batch forward and back, one update."""
        tier, config = self.tier, self.network.config
        batch = self.batches.next_batch()
        rate = learning_rate(self.step_count, tier)
        noise = scheduled(self.step_count, tier.noise, tier.final_noise, tier.steps)
        tfr = scheduled(self.step_count, tier.tfr, tier.ss, tier.steps)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        restart = torch.from_numpy(batch.restart).to(self.device)
        state = torch.where(restart[None, :, None], 0.0, self._state)
        steps, rows = batch.target.shape[:2]
        drawn = coins(steps, tfr, self._generator)
        if drawn.any() or self.head.needs_randoms:
            randoms = random_numbers(config, steps, rows, self._generator, self.device)
        else:
            randoms = Randoms(torch.empty(steps, 0), torch.empty(steps, 0))

        self.optimiser.zero_grad(set_to_none=True)
        heard = Heard(self._noisy(batch, noise), self._float(batch.conditioning))
        features, state = listen(self.network, self.head, heard, state, drawn, randoms)
        target = self._target(batch.target)
        loss, gradient = sliced_loss(self.head, self.network, features, target, randoms)
        features.backward(gradient)
        limit = math.inf if tier.clip_norm is None else tier.clip_norm
        norm = float(torch.nn.utils.clip_grad_norm_(self.network.parameters(), limit))
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise FloatingPointError(f"tier {tier.name!r}, step {self.step_count}: loss is {loss}")
        self.optimiser.step()
        self._state = state.detach()
        self._update_average()
        self.step_count += 1
        before = loss if self._smooth_loss is None else self._smooth_loss
        self._smooth_loss = _CUTOFF_DECAY * before + (1 - _CUTOFF_DECAY) * loss
        return TierReport(
            self.step_count, self.head.in_unit(loss), self.head.unit, norm, rate, noise, tfr
        )

    def _float(self, values: np.ndarray) -> Tensor:
        return torch.from_numpy(values).float().to(self.device)

    def _target(self, values: np.ndarray) -> Tensor:
        tensor = torch.from_numpy(values)
        return (tensor.long() if self.tier.makes_audio else tensor).to(self.device)

    def _noisy(self, batch: Batch, noise: float) -> Tensor:
        """What the network is fed of the data, every row with its own loudness of noise, so that
        clean input stays familiar.
        """
        heard = self.network.heard(self._target(batch.heard))
        if noise and not self.tier.one_hot:
            loudness = torch.rand(heard.shape[1], 1, generator=self._generator) * noise
            heard = heard + (torch.randn(heard.shape, generator=self._generator) * loudness).to(
                self.device
            )
        return heard

    @torch.no_grad()
    def _update_average(self) -> None:
        # Ramps up, so that the random start is soon forgotten.
        decay = min(self.tier.average, (1 + self.step_count) / (10 + self.step_count))
        for name, value in self.network.state_dict().items():
            self.average[name].lerp_(value, 1 - decay)

    def averaged_network(self) -> Mtcrnn:
        """A copy on the CPU with the averaged weights: the one to score and to export."""
        network = Mtcrnn(self.network.config)
        network.load_state_dict({name: weight.cpu() for name, weight in self.average.items()})
        return network.eval()

    @torch.no_grad()
    def held_out_loss(self) -> float:
        """Mean loss per step, in the head's unit, of the averaged network on the held-out ends.

        Teacher-forced, after a moment of the training part to warm up; of long sets every n-th
        file.
        """
        network = self.averaged_network().to(self.device)
        head = Head(network, self.tier)
        data = self.data
        count = len(data.starts)
        files = np.arange(0, count, math.ceil(count / HELD_OUT_FILES))
        first = data.starts[files] + data.train_lengths[files]
        size = min(HELD_OUT_STEPS, int((data.lengths - data.train_lengths)[files].min()))
        wanted_steps = math.ceil(HELD_OUT_WARM_UP_S * self.tier.rate_hz)
        warm_up = min(wanted_steps, int(data.train_lengths[files].min()) - 1)
        index = (first - warm_up - 1)[None, :] + np.arange(warm_up + size)[:, None]
        heard = network.heard(self._target(data.generated[index]))
        told, target = self._float(data.conditioning[index + 1]), data.generated[index + 1]
        generator = torch.Generator().manual_seed(_HELD_OUT_SEED)
        state = network.initial_state(len(files))
        total = 0.0
        for begin in range(0, len(index), 256):
            piece = slice(begin, begin + 256)
            inputs = torch.cat([heard[piece], told[piece]], dim=-1)
            features, state = network.features(inputs, state, begin)
            for at in range(0, len(features), LOSS_SLICE_STEPS):
                part = features[max(at, warm_up - begin) : at + LOSS_SLICE_STEPS]
                if len(part):
                    end = begin + min(at + LOSS_SLICE_STEPS, len(features))
                    wanted = self._target(target[end - len(part) : end])
                    randoms = random_numbers(
                        network.config, len(part), len(files), generator, self.device
                    )
                    total += float(head.loss(network.head(part), wanted, randoms))
        return head.in_unit(total / size)

    def state_dict(self) -> dict[str, Any]:
        """Everything, random numbers included."""
        return {
            "step": self.step_count,
            "network": self.network.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "batches": self.batches.state_dict(),
            "hidden": self._state,
            "smooth_loss": self._smooth_loss,
            "generator": self._generator.get_state(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken, to the bit (on the same machine and threads)."""
        self.step_count = state["step"]
        self.network.load_state_dict(state["network"])
        self.average = {k: v.to(self.device) for k, v in state["average"].items()}
        self.optimiser.load_state_dict(state["optimiser"])
        self.batches.load_state_dict(state["batches"])
        self._state = state["hidden"].to(self.device)
        self._smooth_loss = state["smooth_loss"]
        self._generator.set_state(state["generator"].cpu())

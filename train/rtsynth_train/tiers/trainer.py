"""Trains one tier; everything resumes to the bit."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rtsynth.plugin.family import Tensors
from rtsynth_models.cells.decoder_loss import decoder_backward
from rtsynth_models.cells.products import own_products
from rtsynth_models.networks.mtcrnn import Mtcrnn
from rtsynth_train.core.precision import autocast
from rtsynth_train.core.trainer import Report, Trainer
from rtsynth_train.tiers.batches import Batch, make_batches
from rtsynth_train.tiers.config import TierConfig
from rtsynth_train.tiers.data import TierData
from rtsynth_train.tiers.heads import Head, Randoms, network_config, random_numbers
from rtsynth_train.tiers.scheduled import DataInputs, coins, run_scheduled

# Outputs of a whole chunk at once cost more time in page faults than in arithmetic.
LOSS_SLICE_STEPS = 32
HELD_OUT_WARM_UP_S = 0.1
HELD_OUT_STEPS = 4000
HELD_OUT_FILES = 32
_CUTOFF_DECAY = 0.9  # of the average that loss_cutoff is compared with
_HELD_OUT_SEED = 7


@dataclass(frozen=True)
class TierReport(Report):
    """What one optimiser step did; the loss is the mean of a step, in the head's unit."""

    noise: float
    tfr: float


def scheduled(step: int, first: float, last: float | None, steps: int) -> float:
    """Linear from `first` at step 0 to `last` at `steps`; constant when there is no `last`."""
    return first if last is None else first + (last - first) * min(1.0, step / max(1, steps))


def sliced_loss(
    head: Head, network: Mtcrnn, features: Tensor, target: Tensor, randoms: Randoms
) -> tuple[float, Tensor]:
    """Mean loss per step of features [T, B, F], and its gradient by `features`.

    Back-propagates into the output layer slice by slice; the caller continues with the gradient.
    """
    if head.is_categorical and own_products(features):
        return decoder_backward(network.h2o, features, target, 1 / target.numel())
    cut = features.detach().requires_grad_()
    total, steps = 0.0, len(target)
    for first in range(0, steps, LOSS_SLICE_STEPS):
        piece = slice(first, first + LOSS_SLICE_STEPS)
        loss = head.loss(network.head(cut[piece]), target[piece], randoms[piece]) / steps
        loss.backward()
        total += float(loss.detach())
    assert cut.grad is not None
    return total, cut.grad


class TierTrainer(Trainer[Mtcrnn]):
    """Network, optimiser, batches and their random numbers."""

    in_recordings = ("batches", "hidden")

    def __init__(
        self, tier: TierConfig, data: TierData, levels: int, seed: int, device: torch.device,
        precision: str = "float32",
    ) -> None:  # fmt: skip
        self.tier, self.data, self._precision = tier, data, precision
        self._generator = torch.Generator().manual_seed(seed)
        torch.manual_seed(seed)
        network = Mtcrnn(network_config(tier, levels)).to(device)
        self.head = Head(network, tier)
        self.batches = make_batches(data, tier, seed)
        self._smooth_loss: float | None = None
        super().__init__(network, tier, network.initial_state(tier.batch_size), device)

    def new_network(self) -> Mtcrnn:
        """An untrained network."""
        return Mtcrnn(self.network.config)

    def plugin_tensors(self) -> Tensors:
        """The weights under their names in a plugin of the tier."""
        return self.network.plugin_tensors(self.tier.name)

    @property
    def finished(self) -> bool:
        """Whether all steps are done or the loss is below loss_cutoff."""
        cutoff = self.tier.loss_cutoff
        good = cutoff is not None and self._smooth_loss is not None and self._smooth_loss < cutoff
        return good or super().finished

    def step(self) -> TierReport:
        """One batch forward and back, one update."""
        tier, config = self.tier, self.network.config
        batch = self.batches.next_batch()
        noise = scheduled(self.step_count, tier.noise, tier.final_noise, self.steps)
        tfr = scheduled(self.step_count, tier.tfr, tier.ss, self.steps)
        restart = torch.from_numpy(batch.restart).to(self.device)
        hidden = torch.where(restart[None, :, None], 0.0, self._hidden)
        steps, rows = batch.target.shape[:2]
        drawn = coins(steps, tfr, self._generator)
        if drawn.any() or self.head.needs_randoms:
            randoms = random_numbers(config, steps, rows, self._generator, self.device)
        else:
            randoms = Randoms(torch.empty(steps, 0), torch.empty(steps, 0))

        rate = self.begin_update()
        data = DataInputs(self._noisy(batch, noise), self._float(batch.conditioning))
        target = self._target(batch.target)
        with autocast(self._precision, self.device):
            features, hidden = run_scheduled(self.network, self.head, data, hidden, drawn, randoms)
            loss, gradient = sliced_loss(self.head, self.network, features, target, randoms)
        features.backward(gradient)
        loss, norm = self.finish_update(loss, hidden)
        before = loss if self._smooth_loss is None else self._smooth_loss
        self._smooth_loss = _CUTOFF_DECAY * before + (1 - _CUTOFF_DECAY) * loss
        return TierReport(self.step_count, self.head.in_unit(loss), norm, rate, noise, tfr)

    def _float(self, values: np.ndarray) -> Tensor:
        return torch.from_numpy(values).float().to(self.device)

    def _target(self, values: np.ndarray) -> Tensor:
        tensor = torch.from_numpy(values)
        return (tensor.long() if self.tier.makes_audio else tensor).to(self.device)

    def _noisy(self, batch: Batch, noise: float) -> Tensor:
        """What the network is fed of the data, every row with its own loudness of noise, so that
        clean input stays familiar.
        """
        inputs = self.network.as_input(self._target(batch.inputs))
        if noise and not self.tier.one_hot:
            loudness = torch.rand(inputs.shape[1], 1, generator=self._generator) * noise
            inputs = inputs + (torch.randn(inputs.shape, generator=self._generator) * loudness).to(
                self.device
            )
        return inputs

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
        fed_back = network.as_input(self._target(data.generated[index]))
        conditioning, target = self._float(data.conditioning[index + 1]), data.generated[index + 1]
        generator = torch.Generator().manual_seed(_HELD_OUT_SEED)
        state = network.initial_state(len(files))
        total = 0.0
        for begin in range(0, len(index), 256):
            piece = slice(begin, begin + 256)
            inputs = torch.cat([fed_back[piece], conditioning[piece]], dim=-1)
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
            **super().state_dict(),
            "batches": self.batches.state_dict(),
            "smooth_loss": self._smooth_loss,
            "generator": self._generator.get_state(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken, to the bit (on the same machine and threads)."""
        super().load_state_dict(state)
        self.batches.load_state_dict(state["batches"])
        self._smooth_loss = state["smooth_loss"]
        self._generator.set_state(state["generator"].cpu())

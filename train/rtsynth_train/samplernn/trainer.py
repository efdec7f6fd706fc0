"""Trains one SampleRNN; everything resumes to the bit."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from rtsynth.plugin import codec
from rtsynth_models.networks.samplernn import SampleRnn
from rtsynth_train.core.schedule import learning_rate
from rtsynth_train.samplernn.batches import Stretches, cut, evaluation_pieces
from rtsynth_train.samplernn.config import SampleRnnTrainConfig
from rtsynth_train.samplernn.material import Material
from rtsynth_train.samplernn.parts import Parts, Span

EVALUATED_PLACES = 32
EVALUATION_ROWS = 1 << 16  # samples of all places together that are scored at once,
EVALUATION_LOGITS = 1 << 24  # and their logits: with many levels fewer samples
STATE = ("step", "network", "average", "optimiser", "batches", "hidden", "lengths")
WARM_UP_S = 0.1  # of every place, not scored


@dataclass(frozen=True)
class SampleRnnReport:
    """What one optimiser step did."""

    step: int
    bits: float
    gradient_norm: float
    rate: float


class SampleRnnTrainer:
    """Network, optimiser, batches and their random numbers."""

    def __init__(
        self, config: SampleRnnTrainConfig, material: Material, parts: Parts, device: torch.device
    ) -> None:
        self.config, self.material, self.parts, self.device = config, material, parts, device
        torch.manual_seed(config.run.seed)
        self.network = self._new_network(config.network.weight_norm).to(device)
        self.average = {k: v.detach().clone() for k, v in self._played().items()}
        self.optimiser = torch.optim.Adam(self.network.parameters(), lr=config.optimiser.rate)
        self.batches = Stretches(
            material,
            parts.train,
            config.batches,
            config.data.rate_hz,
            config.network.prompt_codes,
            config.chunk,
            config.run.seed,
        )
        self.step_count = 0
        self._state = self.network.initial_state(config.batches.rows).detach().clone()

    def _new_network(self, weight_norm: bool) -> SampleRnn:
        data = self.config.data
        return SampleRnn(
            self.config.network.structure,
            codec.input_table(data.codec, data.levels, data.rule.limits),
            self.material.width,
            self.config.network.learned_h0,
            weight_norm,
        )

    def _played(self) -> dict[str, Tensor]:
        """What a plugin has of the network: weight norm folded."""
        return {**self.network.weights(), "h0": self.network.h0}

    @property
    def finished(self) -> bool:
        """Whether all steps are done."""
        return self.step_count >= self.config.optimiser.steps

    def step(self) -> SampleRnnReport:
        """One batch forward and back, one update."""
        adam, network = self.config.optimiser, self.network
        batch = self.batches.next_batch()
        rate = learning_rate(self.step_count, adam)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        restart = torch.from_numpy(batch.restart).to(self.device)
        # The learned start is part of the graph: that is how it is learned.
        start = network.initial_state(len(restart))
        state = torch.where(restart[None, :, None], start, self._state)
        self.optimiser.zero_grad(set_to_none=True)
        nats, after = network.loss(self._codes(batch.codes), self._told(batch.told), state)
        torch.autograd.backward(nats)
        norm = self._clipped_norm()
        bits = float(nats.detach()) / math.log(2)
        if not (math.isfinite(bits) and math.isfinite(norm)):
            raise FloatingPointError(f"step {self.step_count}: the loss is {bits} bits")
        self.optimiser.step()
        self._state = after.detach()
        self._update_average()
        self.step_count += 1
        return SampleRnnReport(self.step_count, bits, norm, rate)

    def _clipped_norm(self) -> float:
        """Clip as the configuration says; the norm of the gradient before `clip_norm`."""
        adam, parameters = self.config.optimiser, list(self.network.parameters())
        if adam.clip_element is not None:
            torch.nn.utils.clip_grad_value_(parameters, adam.clip_element)
        limit = math.inf if adam.clip_norm is None else adam.clip_norm
        return float(torch.nn.utils.clip_grad_norm_(parameters, limit))

    def _codes(self, codes: np.ndarray) -> Tensor:
        return torch.from_numpy(codes).to(self.device)

    def _told(self, told: np.ndarray | None) -> Tensor | None:
        return None if told is None else torch.from_numpy(told).to(self.device)

    @torch.no_grad()
    def _update_average(self) -> None:
        # Ramps up, so that the random start is soon forgotten.
        decay = min(self.config.optimiser.average, (1 + self.step_count) / (10 + self.step_count))
        for name, value in self._played().items():
            self.average[name].lerp_(value, 1 - decay)

    def averaged(self) -> dict[str, Tensor]:
        """A copy of the averaged weights, on the CPU."""
        return {name: value.detach().cpu().clone() for name, value in self.average.items()}

    def network_of(self, weights: dict[str, Tensor]) -> SampleRnn:
        """A network with the weights of `averaged`: the one to score and to export."""
        network = self._new_network(weight_norm=False)
        network.load_state_dict(weights)
        return network.eval()

    @torch.no_grad()
    def bits(self, spans: list[Span]) -> float:
        """Mean bits per sample of the averaged network on held-out spans, teacher-forced: from
        about EVALUATED_PLACES places, each after WARM_UP_S.
        """
        config = self.config
        network = self.network_of(self.averaged()).to(self.device)
        warm_up = math.ceil(WARM_UP_S * config.data.rate_hz)
        wanted = warm_up + round(config.run.evaluate_s * config.data.rate_hz)
        longest = config.network.longest_frame
        pieces = evaluation_pieces(spans, wanted, longest, EVALUATED_PLACES)
        nats, count = 0.0, 0
        for places, steps in pieces:
            skip = min(warm_up, steps // 2) // longest * longest
            nats += self._nats(network, places, steps, skip)
            count += len(places) * (steps - skip)
        return nats / count / math.log(2)

    def _nats(self, network: SampleRnn, places: np.ndarray, steps: int, skip: int) -> float:
        """Sum over samples `skip` .. `steps` from every one of `places` on."""
        longest = network.config.longest_frame
        rows = min(EVALUATION_ROWS, EVALUATION_LOGITS // network.levels)
        piece = max(longest, rows // len(places) // longest * longest)
        state: Tensor | None = None
        nats = 0.0
        for begin in range(0, steps, piece):
            size = min(piece, steps - begin)
            batch = cut(self.material, places + begin, network.config.prompt_codes, size)
            codes = self._codes(batch.codes)
            logits, state = network(codes, self._told(batch.told), state)
            unscored = max(0, skip - begin)
            if unscored < size:
                target = codes[:, -(size - unscored) :].flatten().long()
                scored = logits[:, unscored:].flatten(0, 1)
                nats += float(functional.cross_entropy(scored, target, reduction="sum").double())
        return nats

    def state_dict(self) -> dict[str, Any]:
        """Everything, random numbers included."""
        return {
            "step": self.step_count,
            "network": self.network.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "batches": self.batches.state_dict(),
            "hidden": self._state,
            "lengths": self.material.index.lengths,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken, to the bit (on the same machine and threads).

        Raises:
            ValueError, RuntimeError, KeyError, TypeError, AttributeError: it does not fit.
        """
        step, hidden = state["step"], state["hidden"]
        if type(step) is not int or step < 0:
            raise ValueError(f"its step is {str(step)[:40]!r}")
        if hidden.shape != self._state.shape:
            raise ValueError(f"its state is {list(hidden.shape)}, not {list(self._state.shape)}")
        self.check_weights(state["average"])
        self.network.load_state_dict(state["network"])
        self.average = {k: v.to(self.device) for k, v in state["average"].items()}
        self.optimiser.load_state_dict(state["optimiser"])
        self.batches.load_state_dict(state["batches"])
        self._state = hidden.to(self.device)
        self.step_count = step

    def check_weights(self, weights: dict[str, Tensor]) -> None:
        """ValueError unless `weights` are what `averaged` gives of a network like this one."""
        for name, mine in self.average.items():
            if name not in weights:
                raise ValueError(f"{name} is missing")
            if weights[name].shape != mine.shape:
                raise ValueError(
                    f"{name} is {list(weights[name].shape)}, the network's {list(mine.shape)}"
                )
        for name in weights:
            if name not in self.average:
                raise ValueError(f"{str(name)[:80]} is not of this network")

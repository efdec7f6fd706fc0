"""Trains one SampleRNN; everything resumes to the bit."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from rtsynth.plugin import codec
from rtsynth.plugin.family import Tensors
from rtsynth_models.networks.samplernn import SampleRnn
from rtsynth_train.core.precision import autocast
from rtsynth_train.core.ranks import ALONE, Ranks
from rtsynth_train.core.trainer import Report, Trainer
from rtsynth_train.samplernn.batches import Stretches, cut, evaluation_pieces
from rtsynth_train.samplernn.config import SampleRnnTrainConfig
from rtsynth_train.samplernn.material import Material
from rtsynth_train.samplernn.parts import Parts, Span

TIER = "audio"  # what it is called in a plugin
EVALUATED_PLACES = 32
EVALUATION_ROWS = 1 << 16  # samples of all places together that are scored at once,
EVALUATION_LOGITS = 1 << 24  # and their logits: with many levels fewer samples
WARM_UP_S = 0.1  # of every place, not scored


class SampleRnnTrainer(Trainer[SampleRnn]):
    """Network, optimiser, batches and their random numbers."""

    in_recordings = ("batches", "hidden")

    def __init__(
        self,
        config: SampleRnnTrainConfig,
        material: Material,
        parts: Parts,
        device: torch.device,
        ranks: Ranks = ALONE,
    ) -> None:
        """Raises InputError where a batch has too few rows for `ranks`."""
        self.config, self.material, self.parts, self.ranks = config, material, parts, ranks
        ranks.check_rows(config.batches.rows, "batches.rows")
        torch.manual_seed(config.run.seed)
        network = self._new_network(config.network.weight_norm)
        hidden = network.initial_state(config.batches.rows).detach().clone()
        super().__init__(network, config.optimiser, hidden, device)
        self.batches = Stretches(
            material,
            parts.train,
            config.batches,
            config.data.rate_hz,
            config.network.prompt_codes,
            config.chunk,
            config.run.seed,
        )

    def _new_network(self, weight_norm: bool) -> SampleRnn:
        data = self.config.data
        return SampleRnn(
            self.config.network.structure,
            codec.input_table(data.codec, data.levels, data.rule.limits),
            self.material.width,
            self.config.network.learned_h0,
            weight_norm,
        )

    def new_network(self) -> SampleRnn:
        """An untrained network without weight norm."""
        return self._new_network(weight_norm=False)

    def weights(self) -> dict[str, Tensor]:
        """The weights of a plugin: weight norm folded."""
        return {**self.network.weights(), "h0": self.network.h0}

    def plugin_tensors(self) -> Tensors:
        """The weights under their names in a plugin, weight norm folded."""
        return self.network.plugin_tensors(TIER)

    @torch.no_grad()
    def load_weights(self, weights: Mapping[str, np.ndarray]) -> None:
        """Give the network in training these weights; rows carry on from its initial state."""
        self.network.load_weights(
            {name: torch.from_numpy(value.copy()) for name, value in weights.items()}
        )
        hidden = self.network.initial_state(self.config.batches.rows)
        self._hidden = hidden.detach().clone()

    def step(self) -> Report:
        """One batch forward and back, one update."""
        network = self.network
        batch = self.batches.next_batch()
        rate = self.begin_update()
        mine = self.ranks.rows(len(batch.restart))
        restart = torch.from_numpy(batch.restart[mine]).to(self.device)
        # The learned start is part of the graph: that is how it is learned.
        start = network.initial_state(len(restart))
        hidden = torch.where(restart[None, :, None], start, self._hidden[:, mine])
        conditioning = None if batch.conditioning is None else batch.conditioning[mine]
        with autocast(self.config.run.precision, self.device):
            nats, after = network.loss(
                self._codes(batch.codes[mine]), self._conditioning(conditioning), hidden
            )
        if len(restart) < len(batch.restart):
            nats = nats * (len(restart) / len(batch.restart))
        torch.autograd.backward(nats)
        bits = float(nats.detach()) / math.log(2)
        bits, norm = self.finish_update(bits, after)
        return Report(self.step_count, bits, norm, rate)

    def clip_gradients(self) -> float:
        """Clip every element, then the norm, as configured; the norm in between."""
        limit = self.config.optimiser.clip_element
        if limit is not None:
            torch.nn.utils.clip_grad_value_(self.network.parameters(), limit)
        return super().clip_gradients()

    def _codes(self, codes: np.ndarray) -> Tensor:
        return torch.from_numpy(codes).to(self.device)

    def _conditioning(self, rows: np.ndarray | None) -> Tensor | None:
        return None if rows is None else torch.from_numpy(rows).to(self.device)

    @torch.no_grad()
    def bits(self, spans: list[Span]) -> float:
        """Mean bits per sample of the averaged network on held-out spans, teacher-forced: from
        about EVALUATED_PLACES places, each after WARM_UP_S.
        """
        config = self.config
        network = self.averaged_network().to(self.device)
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
            logits, state = network(codes, self._conditioning(batch.conditioning), state)
            unscored = max(0, skip - begin)
            if unscored < size:
                target = codes[:, -(size - unscored) :].flatten().long()
                scored = logits[:, unscored:].flatten(0, 1)
                nats += float(functional.cross_entropy(scored, target, reduction="sum"))
        return nats

    def state_dict(self) -> dict[str, Any]:
        """Everything, random numbers included."""
        return {
            **super().state_dict(),
            "batches": self.batches.state_dict(),
            "lengths": self.material.index.lengths,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken, to the bit (on the same machine and threads).

        Raises:
            ValueError, RuntimeError, KeyError, TypeError, AttributeError: it does not fit.
        """
        super().load_state_dict(state)
        self.batches.load_state_dict(state["batches"])

"""Stateful truncated back-propagation over streams of recordings."""

import math
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from rtsynth.common.errors import InputError
from rtsynth.plugin.family import Tensors
from rtsynth_models.cells.decoder_loss import decoder_backward
from rtsynth_models.cells.products import own_products
from rtsynth_models.networks.gru import ConditionedGru
from rtsynth_train.core.precision import autocast
from rtsynth_train.core.ranks import ALONE, Ranks
from rtsynth_train.core.stretch import OWN
from rtsynth_train.core.trainer import Report, Trainer
from rtsynth_train.gru.config import GruTrainConfig, OptimiserConfig
from rtsynth_train.gru.dataset import Recordings
from rtsynth_train.gru.more import Item, with_items
from rtsynth_train.gru.own_sounds import RENDER_S, mismatch, play_all
from rtsynth_train.gru.streams import IGNORE, Streams

# Logits of a whole chunk at once (65 k x 256 floats) cost more time in page faults than in
# arithmetic; a slice this long stays in the cache.
LOSS_SLICE_STEPS = 32
HELD_OUT_WARM_UP = 500
HELD_OUT_STEPS = 2000
FIRST_RECORDINGS, FIRST_STEPS = 32, 1000
MEASURED_RENDERINGS = 3  # to judge what all take
OWN_MISMATCH_FLOOR = 2.0  # codes; about what the sampling's noise alone gives


@dataclass(frozen=True)
class GruReport(Report):
    """What one optimiser step did; the loss is in bits per sample."""

    noise: float


def input_noise(step: int, config: OptimiserConfig, steps: int | None = None) -> float:
    """Standard deviation of the loudest input noise at `step`; falls linearly over `steps`, or
    those of `config`.
    """
    done = min(1.0, step / max(1, steps or config.steps))
    return config.noise + (config.final_noise - config.noise) * done


def sliced_loss(
    decoder: torch.nn.Linear, features: Tensor, target: Tensor, count: int
) -> tuple[float, Tensor]:
    """Cross-entropy (nats) of [T, B, H] against [T, B], and its gradient by `features`.

    Targets of IGNORE do not count. It is the sum over the others by `count`, how many there are in
    the whole batch, of which these may be some rows. Back-propagates into the decoder slice by
    slice; the caller continues with the gradient.
    """
    scale = 1.0 / max(1, count)
    if own_products(features):
        return decoder_backward(decoder, features, target, scale)
    cut, total = features.detach().requires_grad_(), 0.0
    pieces = zip(cut.split(LOSS_SLICE_STEPS), target.split(LOSS_SLICE_STEPS), strict=True)
    for piece, wanted in pieces:
        logits = decoder(piece)
        loss = (
            functional.cross_entropy(
                logits.flatten(0, 1), wanted.flatten(), ignore_index=IGNORE, reduction="sum"
            )
            * scale
        )
        loss.backward()
        total += float(loss.detach())
    assert cut.grad is not None
    return total, cut.grad


class GruTrainer(Trainer[ConditionedGru]):
    """Network, optimiser, streams and their random numbers; all of it resumes exactly."""

    in_recordings = ("streams", "hidden", "own")

    def __init__(
        self,
        config: GruTrainConfig,
        recordings: Recordings,
        device: torch.device,
        ranks: Ranks = ALONE,
    ):
        """Raises InputError where `ranks` cannot share it."""
        self.config, self.recordings, self.ranks = config, recordings, ranks
        ranks.check_rows(config.streams.batch, "streams.batch")
        if ranks.size > 1 and config.model.dropout:
            raise InputError(
                f"model.dropout: {config.model.dropout:g} draws at random in each process; set it"
                " to 0, or train in one process"
            )
        self._generator = torch.Generator().manual_seed(config.run.seed)
        torch.manual_seed(config.run.seed)
        network = self._new_network(config.model.dropout)
        self.streams = Streams(recordings, config.streams, config.data.rate_hz, config.run.seed)
        hidden = network.initial_state(config.streams.batch)
        super().__init__(network, config.optimiser, hidden, device)
        self.more: list[tuple[str, str]] = []  # names and hashes of what was added
        self._own: np.ndarray | None = None

    def _new_network(self, dropout: float) -> ConditionedGru:
        model = self.config.model
        return ConditionedGru(
            len(self.config.conditioning),
            model.hidden_size,
            model.layers,
            self.config.data.levels,
            dropout,
        )

    def new_network(self) -> ConditionedGru:
        """An untrained network without dropout."""
        return self._new_network(0.0)

    def plugin_tensors(self) -> Tensors:
        """The weights under their names in a plugin."""
        return self.network.plugin_tensors()

    def step(self) -> GruReport:
        """One chunk forward and back, one update."""
        optimiser, own = self.config.optimiser, self.config.streams
        own_begun = own.own > 0 and self.step_count >= self.stretch.place(own.own_after)
        own_every = self.stretch.every(OWN, own.own_every)
        if own_begun and (self._own is None or self.step_count % own_every == 0):
            begun_s = time.monotonic()
            self._render_own_sounds()
            self.own_s += time.monotonic() - begun_s
        chunk = self.streams.next_chunk()
        fresh = self.network.initial_state(self.config.streams.batch, self._generator)
        mine = self.ranks.rows(self.config.streams.batch)
        restart = torch.from_numpy(chunk.restart[mine]).to(self.device)
        hidden = torch.where(
            restart[None, :, None], fresh[:, mine].to(self.device), self._hidden[:, mine]
        )
        inputs = torch.from_numpy(chunk.inputs).float() / (self.network.levels - 1)
        noise = input_noise(self.step_count, optimiser, self.steps)
        # Every row has its own loudness of noise, so that clean input stays familiar.
        loudness = torch.rand(inputs.shape[1], generator=self._generator) * noise
        inputs += torch.randn(inputs.shape, generator=self._generator) * loudness

        rate = self.begin_update()
        self.network.train()
        fed = inputs[:, mine].to(self.device)
        conditioning = torch.from_numpy(chunk.conditioning[:, mine]).to(self.device)
        target = torch.from_numpy(chunk.target[:, mine]).to(self.device)
        count = int((chunk.target != IGNORE).sum())
        with autocast(self.config.run.precision, self.device):
            features, hidden = self.network.features(fed, conditioning, hidden)
            nats, gradient = sliced_loss(self.network.decoder, features, target, count)
        features.backward(gradient)
        nats, norm = self.finish_update(nats, hidden)
        return GruReport(self.step_count, nats / math.log(2), norm, rate, noise)

    def own_sounds_take_s(self) -> float:
        """Seconds of one rendering of the network's own sound, judged by a few recordings."""
        if not self.config.streams.own:
            return 0.0
        data, count = self.recordings, len(self.recordings.starts)
        own = np.zeros((count, round(RENDER_S * self.config.data.rate_hz)), np.uint8)
        network = self.network_of(self.network.state_dict())
        few, taken_s = np.arange(min(MEASURED_RENDERINGS, count)), []
        for files in (few, few[:0], few):  # the first loads compiled code
            begun_s = time.monotonic()
            play_all(network, self.config, data, own, files, seed=0)
            taken_s.append(time.monotonic() - begun_s)
        _, alone_s, all_s = taken_s
        one_s = max(0.0, all_s - alone_s) / len(few)
        return alone_s + one_s * count * self.config.streams.own_share / self.ranks.size

    def add(self, items: list[Item]) -> None:
        """Learn from these, too, from the next step on."""
        if not items:
            return
        classes = [i for i, each in enumerate(self.config.conditioning) if each.role == "class"]
        self.recordings = with_items(self.recordings, items, classes)
        self.streams.extend(self.recordings)
        self._own = self.streams.own
        self.more += [(item.name, item.digest) for item in items]

    def _render_own_sounds(self) -> None:
        """Render a share of the recordings' conditioning again (all of it the first time)."""
        data = self.recordings
        count = len(data.starts)
        files, share = torch.randperm(count, generator=self._generator).numpy(), 1.0
        if self._own is None:
            shape = (count, round(RENDER_S * self.config.data.rate_hz))
            self._own = np.zeros(shape, np.uint8)
        else:
            share = self.config.streams.own_share
        # The network as it is now: the average lags by a thousand steps, and answers to mistakes
        # made that long ago overshoot.
        network = self.network_of(self.network.state_dict())
        chosen = files[: max(1, round(count * share))]
        mine = self.ranks.share(chosen)
        play_all(network, self.config, data, self._own, mine, seed=self.step_count)
        self.ranks.join_rows(self._own, chosen)
        # Where it is wrong is where it has most to learn; where it is right, it keeps it up.
        self.streams.set_own(self._own, mismatch(data, self._own) + OWN_MISMATCH_FLOOR)

    def held_out_bits(self) -> float:
        """Bits per sample of the averaged network on the held-out end of every recording."""
        data = self.recordings
        return self._bits(data.held_out(HELD_OUT_STEPS), data.conditioning[: data.scored])

    def first_bits(self) -> float:
        """The same on a little of some recordings that it is trained on: to choose a start by."""
        data = self.recordings
        some = min(FIRST_RECORDINGS, len(data.starts))
        files = np.linspace(0, len(data.starts) - 1, some).round().astype(np.int64)
        steps = np.arange(min(FIRST_STEPS, int(data.train_lengths[files].min())))
        codes = data.codes[data.starts[files] + steps[:, None]].astype(np.int64)
        return self._bits(codes, data.conditioning[files])

    @torch.no_grad()
    def _bits(self, played: np.ndarray, conditioning: np.ndarray) -> float:
        """Of codes [T, N] with their conditioning [N, C]; the first ones only lead in."""
        network = self.averaged_network().to(self.device)
        codes = torch.from_numpy(played).to(self.device)
        inputs = codes[:-1].float() / (network.levels - 1)
        rows = torch.from_numpy(conditioning).to(self.device)
        state = torch.zeros_like(network.initial_state(codes.shape[1])).to(self.device)
        skip = min(HELD_OUT_WARM_UP, len(inputs) // 2)
        total, position = 0.0, 0
        for piece in inputs.split(LOSS_SLICE_STEPS * 4):
            features, state = network.features(piece, rows.expand(len(piece), *rows.shape), state)
            first = max(0, skip - position)
            if first < len(piece):
                wanted = codes[position + 1 + first : position + 1 + len(piece)]
                for part, aim in zip(
                    features[first:].split(LOSS_SLICE_STEPS),
                    wanted.split(LOSS_SLICE_STEPS),
                    strict=True,
                ):
                    total += float(
                        functional.cross_entropy(
                            network.decoder(part).flatten(0, 1), aim.flatten(), reduction="sum"
                        )
                    )
            position += len(piece)
        return total / ((len(inputs) - skip) * codes.shape[1]) / math.log(2)

    def state_dict(self) -> dict[str, Any]:
        """Everything, random numbers included."""
        return {
            **super().state_dict(),
            "streams": self.streams.state_dict(),
            "generator": self._generator.get_state(),
            "torch_random": torch.get_rng_state(),
            "own": None if self._own is None else torch.from_numpy(self._own),
            **({"more": self.more} if self.more else {}),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken, to the bit (on the same machine and threads)."""
        super().load_state_dict(state)
        self.streams.load_state_dict(state["streams"])
        self._generator.set_state(state["generator"].cpu())
        torch.set_rng_state(state["torch_random"].cpu())
        self._own = None if state["own"] is None else state["own"].cpu().numpy()

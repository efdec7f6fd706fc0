"""The published sizes: for each its trainer, and the plain loop of the same mathematics.

The trainers are the real ones with all that they do in a step (batches, noise, clipping, average),
on random codes in memory. Rows and steps of a batch are the recipes'.
"""

from dataclasses import dataclass

import numpy as np
import torch

from rtsynth.families.samplernn.spec import SampleRnnConfig, tensor_shapes
from rtsynth_train.core.config import PluginConfig
from rtsynth_train.gru.config import GruTrainConfig, ModelConfig
from rtsynth_train.gru.dataset import Recordings
from rtsynth_train.gru.trainer import GruTrainer
from rtsynth_train.samplernn.cache import PAD, Index
from rtsynth_train.samplernn.config import NetworkConfig, SampleRnnTrainConfig
from rtsynth_train.samplernn.material import Material
from rtsynth_train.samplernn.parts import Parts, Span
from rtsynth_train.samplernn.trainer import SampleRnnTrainer
from rtsynth_train.speed.plain import PlainGru, Step, gru_step, samplernn_step
from rtsynth_train.speed.plain_samplernn import PlainSampleRnn
from rtsynth_train.tiers.config import AUDIO, TierConfig
from rtsynth_train.tiers.data import TierData
from rtsynth_train.tiers.trainer import TierTrainer

LEVELS = 256
PASSES = 3  # forward; gradient by the inputs; gradient by the weights
FILES, FILE_SAMPLES = 8, 1 << 17


@dataclass(frozen=True)
class Bench:
    """A size that is ready to be measured. `macs` are the multiply-adds of one sample in one
    optimiser step, of the matrices alone; `samples` those of a batch.
    """

    ours: Step
    plain: Step
    samples: int
    macs: float


@dataclass(frozen=True)
class Recurrent:
    """GRU layers that see every sample; `relu` is MTCRNN's, without is RNNControl's."""

    layers: int
    hidden: int
    rows: int
    steps: int
    relu: bool

    def bench(self, device: torch.device) -> Bench:
        """The trainer and the plain loop."""
        inputs = 2 if self.relu else 4
        hidden = self.hidden
        macs = inputs * hidden + self.layers * 6 * hidden**2 + hidden * LEVELS
        plain = PlainGru(inputs, hidden, self.layers, LEVELS, self.relu).to(device)
        target = torch.randint(LEVELS, (self.steps, self.rows), device=device)
        fed = torch.rand(self.steps, self.rows, inputs, device=device)
        trainer = self._tier(device) if self.relu else self._gru(device)
        return Bench(
            lambda: [trainer.step()].clear(),
            gru_step(plain, fed, target),
            self.rows * self.steps,
            PASSES * macs,
        )

    def _gru(self, device: torch.device) -> GruTrainer:
        config = GruTrainConfig.model_validate(
            {
                "plugin": {"name": "speed"},
                "conditioning": [
                    {"name": name, "field": name, "minimum": 0, "maximum": 1, "default": 0}
                    for name in ("a", "b", "c")
                ],
                "model": ModelConfig(hidden_size=self.hidden, layers=self.layers),
                "streams": {"batch": self.rows, "chunk": self.steps},
            }
        )
        lengths = np.full(FILES, FILE_SAMPLES)
        recordings = Recordings(
            codes=_codes().astype(np.uint8),
            starts=np.arange(FILES) * FILE_SAMPLES,
            lengths=lengths,
            train_lengths=lengths * 9 // 10,
            conditioning=np.random.default_rng(1).random((FILES, 3)).astype(np.float32),
            classes=np.zeros(FILES, np.int64),
            levels=LEVELS,
        )
        return GruTrainer(config, recordings, device)

    def _tier(self, device: torch.device) -> TierTrainer:
        tier = TierConfig(
            name=AUDIO, generate=[AUDIO], rate_hz=16_000, conditioning=["a"],
            hidden_size=self.hidden, layers=self.layers, batch_size=self.rows, seq_len=self.steps,
        )  # fmt: skip
        lengths = np.full(FILES, FILE_SAMPLES)
        codes = _codes().astype(np.uint8)
        conditioning = np.random.default_rng(1).random((len(codes), 1)).astype(np.float32)
        data = TierData(
            codes, conditioning, np.arange(FILES) * FILE_SAMPLES, lengths, lengths * 9 // 10
        )
        return TierTrainer(tier, data, LEVELS, 0, device)


@dataclass(frozen=True)
class Tiered:
    """A SampleRNN of two tiers or more."""

    layers: int
    hidden: int
    frames: tuple[int, ...]
    rows: int
    steps: int  # of the top tier

    def bench(self, device: torch.device) -> Bench:
        """The trainer and the plain loop."""
        network = NetworkConfig(
            rnn="gru", layers=self.layers, hidden_size=self.hidden, frame_sizes=list(self.frames)
        )
        config = SampleRnnTrainConfig.model_validate(
            {
                "plugin": PluginConfig(name="speed"),
                "network": network,
                "batches": {"rows": self.rows, "num_frames": self.steps},
            }
        )
        trainer = SampleRnnTrainer(config, *_material(), device)
        plain = PlainSampleRnn(network.structure, trainer.network.frame_inputs.cpu()).to(device)
        codes = torch.randint(
            LEVELS, (self.rows, self.frames[0] + config.chunk), dtype=torch.int32, device=device
        )
        return Bench(
            lambda: [trainer.step()].clear(),
            samplernn_step(plain, codes),
            self.rows * config.chunk,
            PASSES * tiered_macs(network.structure, self.rows * config.chunk),
        )


def tiered_macs(config: SampleRnnConfig, samples: int) -> float:
    """Multiply-adds of one sample of a batch of `samples` on its way forward.

    The trainer's: the embeddings and the first dense layer are a table, made once a batch.
    """
    macs = config.sample_window * LEVELS * config.embedding_size * config.hidden_size / samples
    for name, shape in tensor_shapes(config, LEVELS, 0).items():
        if len(shape) == 2 and name not in ("sample.embedding", "sample.1.weight"):
            tier, number = name.split(".")[:2]
            every = config.frame_sizes[int(number)] if tier == "frame" else 1
            macs += shape[0] * shape[1] / every
    return macs


def _codes() -> np.ndarray:
    return np.random.default_rng(0).integers(LEVELS, size=FILES * FILE_SAMPLES)


def _material() -> tuple[Material, Parts]:
    length = FILES * FILE_SAMPLES - PAD
    index = Index({}, ["speed"], [length], 0, [])
    codes = _codes().astype(np.uint8)
    material = Material(index, codes, None, np.array([PAD], np.int64), LEVELS // 2)
    return material, Parts([Span(PAD, length, 0)], [], [])


SIZES: dict[str, Recurrent | Tiered] = {
    "4x48": Recurrent(4, 48, 64, 256, relu=False),
    "4x256": Recurrent(4, 256, 16, 512, relu=True),
    "3x256": Recurrent(3, 256, 64, 256, relu=False),
    "3x800": Recurrent(3, 800, 16, 512, relu=True),
    "samplernn-2x256": Tiered(2, 256, (16,), 64, 64),
    "samplernn-3tier": Tiered(1, 256, (8, 2), 64, 64),
    "samplernn-3tier-1024": Tiered(1, 1024, (8, 2), 64, 64),
}

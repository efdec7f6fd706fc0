"""The configuration of a GRU whose conditioning is in the file names."""

from typing import Annotated, Any

from pydantic import Field

from rtsynth.families.recurrent import Layers, Units
from rtsynth_train.core.config import (
    AdamConfig,
    Count,
    DataConfig,
    Fraction,
    Positive,
    ScheduleConfig,
    Section,
    Share,
    TrainConfig,
    validated,
)
from rtsynth_train.core.filenames import ConditioningConfig


class GruDataConfig(DataConfig):
    """The recordings."""

    rate_hz: Count = 16000
    """Sample rate of the plugin; recordings are resampled to it."""
    levels: Annotated[int, Field(ge=2, le=256)] = 256
    """Number of mu-law codes."""
    held_out: Annotated[float, Field(gt=0, le=0.5)] = 0.1
    """Share at the end of every file that is kept for evaluation."""


class ModelConfig(Section):
    """The network of system 2."""

    hidden_size: Units = 48
    """Units per GRU layer."""
    layers: Layers = 4
    """GRU layers."""
    dropout: Fraction = 0.0
    """Dropout between layers while training."""


class StreamConfig(Section):
    """How recordings are strung together for one row of a batch; see `streams`."""

    batch: Count = 64
    """Rows trained in parallel. 64 learns fastest per hour: a step of 256 takes four times as long
    or more."""
    chunk: Count = 256
    """Samples per step and row, through which gradients flow."""
    shortest_s: Positive = 0.05
    """Shortest stretch of a recording, in seconds."""
    longest_s: Positive = 2.0
    """Longest stretch of a recording."""
    same_class: Share = 0.7
    """Share of jumps to a recording of the same classes (parameters of role `class`)."""
    splice_candidates: Count = 8
    """Places compared to find the smoothest splice."""
    restart: Fraction = 0.01
    """Chance that a stretch starts from the zero state."""
    more: Share = 0.25
    """Share of jumps that lead to what was added while it is trained, once there is any."""
    own: Fraction = 0.0
    """Share of jumps that lead to the network's own output."""
    own_after: Annotated[int, Field(ge=0)] = 0
    """Steps before the network's own output is first used."""
    own_every: Count = 250
    """Steps between two renderings of the network's own output."""
    own_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Share of the recordings rendered each time."""


class OptimiserConfig(AdamConfig):
    """Adam; noise falls linearly."""

    steps: Count = 5000
    rate: Positive = 0.005
    final_rate: Positive = 0.0001
    warm_up_steps: Count = 100
    clip_norm: Positive = 1.0
    noise: Annotated[float, Field(ge=0)] = 0.1
    """Standard deviation of the noise added to the input at the start; it falls linearly."""
    final_noise: Annotated[float, Field(ge=0)] = 0.02
    """Standard deviation of that noise at the end."""


class GruTrainConfig(TrainConfig):
    """Everything that decides a run."""

    data: GruDataConfig = GruDataConfig()
    """The recordings."""
    conditioning: Annotated[list[ConditioningConfig], Field(min_length=1)]
    """A table for every parameter."""
    model: ModelConfig = ModelConfig()
    """The network."""
    streams: StreamConfig = StreamConfig()
    """How stretches of recordings become batches."""
    optimiser: OptimiserConfig = OptimiserConfig()
    """The optimiser."""
    run: ScheduleConfig = ScheduleConfig()
    """Seed, threads, and how often to write what."""


def parse_gru(raw: dict[str, Any], label: str) -> GruTrainConfig:
    """Check a configuration; `label` names it in the error."""
    return validated(GruTrainConfig, raw, label)

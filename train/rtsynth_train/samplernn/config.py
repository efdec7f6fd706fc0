"""The configuration of a SampleRNN's training: one TOML file, checked field by field."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from rtsynth.families.samplernn.spec import FrameSize, Layers, Rnn, SampleRnnConfig, Units
from rtsynth.plugin.manifest import FASTEST_HZ, MOST_LEVELS, Codec
from rtsynth.plugin.naming import LONGEST_FILE_NAME, name_from_file
from rtsynth_train.core.config import (
    AdamConfig,
    Count,
    DataConfig,
    Fraction,
    PluginConfig,
    RunConfig,
    Section,
    Share,
    TrainConfig,
    validated,
)

UNNAMED = "sample"  # a plugin's name where neither the configuration nor the data give one
LONGEST_FILE_S = 3600.0  # of a generated file
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Files = Annotated[int, Field(ge=0, le=100)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]


class SoundConfig(DataConfig):
    """The recordings. `folder` may also be a single file.

    `validation` and `test` are shares that are not trained on: of three files or more that many
    files, "spread" over the set or the "last" ones; of fewer the end of every file. Classes have
    the names `class_labels`, or those in the folder's labels.txt, a line each.
    """

    folder: str = ""
    """Folder of the recordings, or one audio file."""
    rate_hz: Annotated[int, Field(ge=1000, le=FASTEST_HZ)] = 16000
    """Sample rate of the plugin; recordings are resampled to it."""
    codec: Literal["mu_law", "a_law", "linear"] = "mu_law"
    """Quantisation."""
    levels: Annotated[int, Field(ge=2, le=MOST_LEVELS)] = 256
    """Number of codes."""
    minimum: float | None = None
    """Lowest amplitude that `linear` spans; -1 if absent."""
    maximum: float | None = None
    """Highest amplitude that `linear` spans; 1 if absent."""
    validation: Annotated[float, Field(gt=0, le=0.5)] = 0.1
    """Share kept for validation."""
    test: Annotated[float, Field(ge=0, le=0.4)] = 0.05
    """Share kept for the final test."""
    split: Literal["spread", "last"] = "spread"
    """Which files validation and test get, of three files or more: spread over the set, or the last
    ones."""
    conditioning: Literal["auto", "none"] = "auto"
    """`auto` uses a .csv beside a recording as conditioning, `none` ignores it."""
    class_name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)] = "class"
    """Name of the class parameter."""
    class_labels: list[Annotated[str, Field(min_length=1)]] = Field(default_factory=list)
    """Names of the classes; empty: those in the folder's `labels.txt`."""

    @property
    def rule(self) -> Codec:
        """The codec as a plugin declares it."""
        return Codec(
            name=self.codec, levels=self.levels, minimum=self.minimum, maximum=self.maximum
        )

    @model_validator(mode="after")
    def _check(self) -> Self:
        _ = self.rule  # which checks its limits
        return self


class NetworkConfig(SampleRnnConfig):
    """The network, and two settings of its training that the plugin does not show."""

    rnn: Rnn = "gru"
    """Kind of recurrent layer."""
    layers: Layers = 2
    """Recurrent layers per tier."""
    hidden_size: Units = 256
    """Units per layer."""
    frame_sizes: list[FrameSize] = Field([16])
    """Samples per frame of every frame tier, from the top; none: one tier."""
    weight_norm: bool = True
    """Train with weight normalisation."""
    learned_h0: bool = True
    """Learn the initial state."""

    @property
    def structure(self) -> SampleRnnConfig:
        """The structure, as the plugin declares it."""
        return SampleRnnConfig(**self.model_dump(exclude={"weight_norm", "learned_h0"}))


class BatchConfig(Section):
    """Rows of stretches of the recordings, a chunk at a time, the state carried on between."""

    rows: Count = 64
    """Rows trained in parallel."""
    num_frames: Count = 64
    """Steps of the top tier through which gradients flow."""
    shortest_s: Seconds = 1.0
    """Shortest stretch of a recording, in seconds."""
    longest_s: Seconds = 8.0
    """Longest stretch of a recording."""
    silent_starts: Share = 0.2
    """Share of the stretches that start as if after silence."""


class OptimiserConfig(AdamConfig):
    """Adam, with gradients that may also be clipped element by element."""

    rate: Positive = 0.001
    final_rate: Positive | None = 0.0001
    clip_norm: Positive | None = 1.0
    clip_element: Positive | None = None
    """Largest absolute value of any element of the gradient, applied before `clip_norm`."""
    average: Fraction = 0.995


class OutputConfig(RunConfig):
    """Seed and threads, and how often files are written.

    The four of `args.json` can be changed there while the trainer runs.
    """

    seed: Annotated[int, Field(ge=0, lt=1 << 63)] = 0
    """Seed of everything random."""
    evaluate_every: Count = 500
    """Steps between evaluations on the held-out recordings."""
    evaluate_s: Seconds = 2.0
    """Seconds evaluated at each of up to 32 places of a held-out part."""
    length: Count = 80_000
    """Samples of a generated file."""
    num_generated: Files = 2
    """Files generated each time."""
    generate_every: Count = 2000
    """Steps between generated files."""
    checkpoint_every: Count = 500
    """Steps between checkpoints."""


class SampleRnnTrainConfig(TrainConfig):
    """Everything that decides a run."""

    plugin: PluginConfig = PluginConfig(name=UNNAMED)
    """The plugin to write."""
    data: SoundConfig = SoundConfig()
    """The recordings."""
    network: NetworkConfig
    """The network."""
    batches: BatchConfig = BatchConfig()
    """How stretches of recordings become batches."""
    optimiser: OptimiserConfig = OptimiserConfig()
    """The optimiser."""
    run: OutputConfig = OutputConfig()
    """Seed, threads, and how often to write what."""

    @property
    def chunk(self) -> int:
        """Samples of one row in one step."""
        return self.batches.num_frames * self.network.longest_frame

    @property
    def longest_length(self) -> int:
        """Samples that a generated file may have."""
        return round(LONGEST_FILE_S * self.data.rate_hz)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.batches.shortest_s > self.batches.longest_s:
            raise ValueError(f"batches.shortest_s {self.batches.shortest_s:g} is above longest_s")
        if self.run.length > self.longest_length:
            raise ValueError(
                f"run.length: {self.run.length} is above {self.longest_length}, an hour"
            )
        name = self.plugin.name
        if "/" in name or "\\" in name or name.startswith(".") or not name.isprintable():
            raise ValueError(f"plugin.name: {name[:80]!r} cannot be the name of a file")
        if len(name.encode()) > LONGEST_FILE_NAME:
            raise ValueError(f"plugin.name: is longer than {LONGEST_FILE_NAME} bytes")
        return self


def parse_samplernn(raw: dict[str, Any], label: str) -> SampleRnnTrainConfig:
    """Check a configuration; `label` names it in the error."""
    data, plugin = raw.get("data") or {}, raw.get("plugin") or {}
    if isinstance(data, dict) and isinstance(plugin, dict) and not plugin.get("name"):
        # From the file or folder it is trained on: any song makes a plugin of its own name.
        stem = Path(str(data.get("folder", ""))).stem
        plugin = {**plugin, "name": name_from_file(stem) or UNNAMED}
    return validated(SampleRnnTrainConfig, {**raw, "data": data, "plugin": plugin}, label)

"""What a training run is asked to do: one TOML file, checked field by field."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rtsynth.common.errors import InputError
from rtsynth.common.field_errors import first_problem
from rtsynth.common.files.toml import read_toml
from rtsynth.plugin.manifest import Parameter, Sampling

RECIPE_FOLDER = Path(__file__).parents[1] / "recipes"

Fraction = Annotated[float, Field(ge=0, lt=1)]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]


class Section(BaseModel):
    """Immutable and strict about field names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ConditioningConfig(Parameter):
    """A plugin parameter, and the field of the file names that it is read from."""

    field: str
    """The field of the file name that holds the value: `p` for `_p64.00`."""

    def parameter(self) -> Parameter:
        """Without the file-name field: what the plugin declares."""
        return Parameter(**self.model_dump(exclude={"field"}))


class DataConfig(Section):
    """The recordings."""

    folder: str = ""
    """Folder of the recordings, relative to where `rtsynth` is called."""
    name: str = ""
    """Name of the data set, for the plugin's provenance."""
    licence: str = ""
    """Licence of the recordings, for the plugin's provenance."""
    rate_hz: Count = 16000
    """Sample rate of the recordings, which have to be mono, and of the plugin."""
    levels: Annotated[int, Field(ge=2, le=256)] = 256
    """Number of mu-law codes."""
    held_out: Annotated[float, Field(gt=0, le=0.5)] = 0.1
    """Share at the end of every file that is kept for evaluation."""


class ModelConfig(Section):
    """The network of system 2."""

    hidden_size: Count = 48
    """Units per GRU layer."""
    layers: Count = 4
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
    same_class: Annotated[float, Field(ge=0, le=1)] = 0.7
    """Share of jumps to a recording of the same classes (parameters of role `class`)."""
    splice_candidates: Count = 8
    """Places compared to find the smoothest splice."""
    restart: Fraction = 0.01
    """Chance that a stretch starts from the zero state."""
    own: Fraction = 0.0
    """Share of jumps that lead to the network's own output."""
    own_after: Annotated[int, Field(ge=0)] = 0
    """Steps before the network's own output is first used."""
    own_every: Count = 250
    """Steps between two renderings of the network's own output."""
    own_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Share of the recordings rendered each time."""


class OptimiserConfig(Section):
    """Adam with linear warm-up, then a cosine to `final_rate`; noise falls linearly."""

    steps: Count = 5000
    """Training steps."""
    rate: Positive = 0.005
    """Peak learning rate of Adam."""
    final_rate: Positive = 0.0001
    """Learning rate at the end of the cosine."""
    warm_up_steps: Count = 100
    """Steps over which the learning rate rises linearly to `rate`."""
    clip_norm: Positive = 1.0
    """Largest norm of the gradient; it is scaled down to this."""
    noise: Annotated[float, Field(ge=0)] = 0.1
    """Standard deviation of the noise added to the input at the start; it falls linearly."""
    final_noise: Annotated[float, Field(ge=0)] = 0.02
    """Standard deviation of that noise at the end."""
    average: Fraction = 0.99
    """Decay of the moving average of the weights, which is what the plugin gets; 0: no averaging.
    """


class RunConfig(Section):
    """How often what is written, and the seed of everything random."""

    seed: int = 0
    """Seed of everything random."""
    threads: Annotated[int, Field(ge=0)] = 0
    """CPU threads; 0 leaves the choice to PyTorch."""
    evaluate_every: Count = 250
    """Steps between evaluations on the held-out recordings."""
    checkpoint_every: Count = 250
    """Steps between checkpoints."""
    preview_every: Count = 1000
    """Steps between audio previews."""
    preview_s: Positive = 1.0
    """Length of a preview, in seconds."""


class PluginConfig(Section):
    """What the plugin says about itself."""

    name: Annotated[str, Field(min_length=1)]
    """Name of the plugin and of its file."""
    description: str = ""
    """One line about it."""
    licence: str = ""
    """Licence of the plugin."""
    notes: str = ""
    """Notes for the plugin's provenance."""
    sampling: Sampling = Sampling()
    """Defaults of the plugin's sampling controls."""


class TrainConfig(Section):
    """Everything that decides a run."""

    plugin: PluginConfig
    """The plugin to write."""
    data: DataConfig = DataConfig()
    """The recordings."""
    conditioning: Annotated[list[ConditioningConfig], Field(min_length=1)]
    """A table for every parameter."""
    model: ModelConfig = ModelConfig()
    """The network."""
    streams: StreamConfig = StreamConfig()
    """How stretches of recordings become batches."""
    optimiser: OptimiserConfig = OptimiserConfig()
    """The optimiser."""
    run: RunConfig = RunConfig()
    """Seed, threads, and how often to write what."""


def parse_config(raw: dict[str, Any], label: str) -> TrainConfig:
    """Check a configuration; `label` names it in the error."""
    try:
        return TrainConfig.model_validate(raw)
    except ValidationError as error:
        raise InputError(f"{label}: {first_problem(error)}") from error


def load_config(path: Path) -> TrainConfig:
    """Read a TOML file.

    Raises InputError naming the file and the field.
    """
    return parse_config(read_toml(path), str(path))


def recipe_names() -> list[str]:
    """Names of the recipes that come with rtsynth."""
    return sorted(path.stem for path in RECIPE_FOLDER.glob("*.toml"))


def read_recipe(name: str) -> dict[str, Any]:
    """What the bundled recipe `name` says, unchecked."""
    if name not in recipe_names():
        raise InputError(f"--recipe {name}: unknown; known: {', '.join(recipe_names())}")
    return read_toml(RECIPE_FOLDER / f"{name}.toml")


def load_recipe(name: str) -> TrainConfig:
    """The bundled recipe `name`, one of system 2."""
    return parse_config(read_recipe(name), f"--recipe {name}")

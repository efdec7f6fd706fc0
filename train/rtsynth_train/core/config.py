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

    def parameter(self) -> Parameter:
        """Without the file-name field: what the plugin declares."""
        return Parameter(**self.model_dump(exclude={"field"}))


class DataConfig(Section):
    """The recordings."""

    folder: str = ""
    name: str = ""
    licence: str = ""
    rate_hz: Count = 16000
    levels: Annotated[int, Field(ge=2, le=256)] = 256
    held_out: Annotated[float, Field(gt=0, le=0.5)] = 0.1  # the end of every file


class ModelConfig(Section):
    """The network of system 2."""

    hidden_size: Count = 48
    layers: Count = 4
    dropout: Fraction = 0.0


class StreamConfig(Section):
    """How recordings are strung together for one row of a batch; see `streams`."""

    batch: Count = 64  # learns most in a time: a step of 256 takes four times as long, or more
    chunk: Count = 256
    shortest_s: Positive = 0.05
    longest_s: Positive = 2.0
    same_class: Annotated[float, Field(ge=0, le=1)] = 0.7
    splice_candidates: Count = 8
    restart: Fraction = 0.01
    own: Fraction = 0.0  # share of jumps that go to what the network plays itself
    own_after: Annotated[int, Field(ge=0)] = 0  # steps before the first
    own_every: Count = 250  # steps between plays
    own_share: Annotated[float, Field(gt=0, le=1)] = 0.5  # of the recordings, each time


class OptimiserConfig(Section):
    """Adam with linear warm-up, then a cosine to `final_rate`; noise falls linearly."""

    steps: Count = 5000
    rate: Positive = 0.005
    final_rate: Positive = 0.0001
    warm_up_steps: Count = 100
    clip_norm: Positive = 1.0
    noise: Annotated[float, Field(ge=0)] = 0.1
    final_noise: Annotated[float, Field(ge=0)] = 0.02
    average: Fraction = 0.99  # decay of the moving average of the weights


class RunConfig(Section):
    """How often what is written, and the seed of everything random."""

    seed: int = 0
    threads: Annotated[int, Field(ge=0)] = 0  # 0: PyTorch's own choice
    evaluate_every: Count = 250
    checkpoint_every: Count = 250
    preview_every: Count = 1000
    preview_s: Positive = 1.0


class PluginConfig(Section):
    """What the plugin says about itself."""

    name: Annotated[str, Field(min_length=1)]
    description: str = ""
    licence: str = ""
    notes: str = ""
    sampling: Sampling = Sampling()


class TrainConfig(Section):
    """Everything that decides a run."""

    plugin: PluginConfig
    data: DataConfig = DataConfig()
    conditioning: Annotated[list[ConditioningConfig], Field(min_length=1)]
    model: ModelConfig = ModelConfig()
    streams: StreamConfig = StreamConfig()
    optimiser: OptimiserConfig = OptimiserConfig()
    run: RunConfig = RunConfig()


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

"""What every configuration of a training has: one TOML file, checked field by field."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rtsynth.common.errors import InputError
from rtsynth.common.field_errors import first_problem
from rtsynth.plugin.manifest import Sampling

Fraction = Annotated[float, Field(ge=0, lt=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]


class Section(BaseModel):
    """Immutable and strict about field names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PluginConfig(Section):
    """How the plugin describes itself."""

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


class DataConfig(Section):
    """The recordings."""

    folder: str = ""
    """Folder of the recordings, relative to where `rtsynth` is called."""
    name: str = ""
    """Name of the data set, for the plugin's provenance."""
    licence: str = ""
    """Licence of the recordings, for the plugin's provenance."""


class RunConfig(Section):
    """The seed of everything random, and the threads."""

    seed: int = 0
    """Seed of everything random."""
    threads: Annotated[int, Field(ge=0)] = 0
    """CPU threads; 0 leaves the choice to PyTorch."""


class TrainConfig(Section):
    """Everything that decides a run; a recipe adds the sections of its own."""

    plugin: PluginConfig
    """The plugin to write."""
    data: DataConfig = DataConfig()
    """The recordings."""
    run: RunConfig = RunConfig()
    """Seed and threads."""


Config = TypeVar("Config", bound=TrainConfig)


def validated(config: type[Config], raw: dict[str, Any], label: str, whole: str = "") -> Config:
    """`raw` as a configuration; `label` names it in the error, `whole` stands for the field where
    it is none in particular.

    Raises:
        InputError: naming the field.
    """
    try:
        return config.model_validate(raw)
    except ValidationError as error:
        raise InputError(f"{label}: {first_problem(error, whole)}") from error

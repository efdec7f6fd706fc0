"""What every configuration of a training has: one TOML file, checked field by field."""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rtsynth.common.errors import InputError, SettingsError
from rtsynth.common.field_errors import all_problems
from rtsynth.common.files.toml_lines import Located, Place
from rtsynth.plugin.manifest import Sampling
from rtsynth.plugin.texts import Tags
from rtsynth_train.core.duration import Time
from rtsynth_train.core.sound_rules import SoundRules

Fraction = Annotated[float, Field(ge=0, lt=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]


MOST_SAID = 15  # mistakes of a configuration
PRECISION_BEFORE = "medium"  # of runs whose configuration does not say it


class Section(BaseModel):
    """Immutable and strict about field names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PluginConfig(Section):
    """How the plugin describes itself."""

    name: Annotated[str, Field(min_length=1)]
    """Name of the plugin and of its file."""
    description: str = ""
    """One line about it."""
    tags: Tags = []
    """Words it is found by in a browser."""
    licence: str = ""
    """Licence of the plugin."""
    notes: str = ""
    """Notes for the plugin's provenance."""
    sampling: Sampling = Sampling()
    """Defaults of the plugin's sampling controls."""


class DataConfig(SoundRules, Section):
    """The recordings."""

    folder: str = ""
    """Folder of the recordings, relative to the recipe or, if it is not there, to where `rtsynth`
    is called."""
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
    precision: Literal["float32", "bfloat16", "medium"] = "float32"
    """Precision of large matrix products. `bfloat16` is PyTorch's automatic mixed precision: meant
    for GPUs, on which it was never run; on a CPU it leaves all products to PyTorch, and its speed
    was not measured. `medium` is what runs from before December 2026 are resumed with."""
    time: Time = ""
    """How long the training takes, as in `10min`, `1h` or `night` (8 h). Its schedule, and all that
    is counted in steps, is stretched to end then; the steps are timed first. Empty: as many steps
    as are configured."""


class ScheduleConfig(RunConfig):
    """Seed, threads, and steps between evaluations, checkpoints and previews."""

    evaluate_every: Count = 250
    """Steps between evaluations on the held-out recordings."""
    checkpoint_every: Count = 250
    """Steps between checkpoints."""
    preview_every: Count = 1000
    """Steps between audio previews."""
    preview_s: Positive = 1.0
    """Length of a preview, in seconds."""


class AdamConfig(Section):
    """Adam with linear warm-up, then a cosine to `final_rate` (none: `rate` throughout)."""

    steps: Count = 10_000
    """Training steps."""
    rate: Positive = 0.001
    """Peak learning rate of Adam."""
    final_rate: Positive | None = 0.0001
    """Learning rate at the end of the cosine."""
    warm_up_steps: Annotated[int, Field(ge=0)] = 100
    """Steps over which the learning rate rises linearly to `rate`."""
    clip_norm: Positive | None = 1.0
    """Largest norm of the gradient; it is scaled down to this."""
    average: Fraction = 0.99
    """Decay of the moving average of the weights, which is what the plugin gets; 0: no averaging.
    """


class TrainConfig(Section):
    """Everything that decides a run; a recipe adds the sections of its own."""

    plugin: PluginConfig
    """The plugin to write."""
    data: DataConfig = DataConfig()
    """The recordings."""
    run: RunConfig = RunConfig()
    """Seed and threads."""


Config = TypeVar("Config", bound=TrainConfig)


def as_recorded(raw: dict[str, Any]) -> dict[str, Any]:
    """A configuration of an earlier version with what it then meant not to say."""
    run = raw.get("run")
    return raw | {"run": {"precision": PRECISION_BEFORE} | (run if isinstance(run, dict) else {})}


def validated(config: type[Config], raw: dict[str, Any], label: str, whole: str = "") -> Config:
    """`raw` as a configuration; `label` names it in the error, `whole` stands for the field where
    it is none in particular.

    Raises:
        InputError: naming every field that is wrong, and its line where `label` is `Located`.
    """
    try:
        return config.model_validate(raw)
    except ValidationError as error:
        raise _refusal(all_problems(error, config, whole), label) from error


def _refusal(problems: list[tuple[Place, str]], label: str) -> InputError:
    """All of them, in the order of the file, where `label` knows its lines."""
    lines = [(label.line(place) if isinstance(label, Located) else None, text)
             for place, text in problems]  # fmt: skip
    said = [
        f"{label}: {text}" if line is None else f"{label}: line {line}: {text}"
        for line, text in sorted(lines, key=lambda one: one[0] or 0)
    ]
    if len(said) > MOST_SAID:
        said[MOST_SAID:] = [f"{label}: and {len(said) - MOST_SAID} more"]
    return InputError(said[0]) if len(said) == 1 else SettingsError(said)

"""The configuration of a stack of tiers: one TOML file, checked field by field."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from rtsynth.families.mtcrnn.spec import network_problem
from rtsynth.families.recurrent import Layers, Units
from rtsynth.plugin.manifest import Beta, Parameter
from rtsynth_train.core.config import (
    Count,
    DataConfig,
    Fraction,
    Positive,
    Section,
    Share,
    TrainConfig,
    validated,
)

AUDIO = "audio"  # what `generate` names for a tier of audio

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]


class ParameterConfig(Parameter):
    """A parameter of the plugin, and where its values are found.

    `field` is its name in the .params files (the same as `name` when empty). `generated_at_hz` is
    for training a tier alone: the rate of the tier, not in this configuration, that will make it.
    With `original_units` the .params give the values of 0 and 1 and so the knob's range (`units`).
    """

    field: str = ""
    """Its name in the `.params` files; empty: the same as `name`."""
    original_units: bool = False
    """Take unit and range from the `.params` files' own `units`."""
    generated_at_hz: Count | None = None
    """For training a tier alone: rate of the tier, not in this recipe, that will generate it."""

    @property
    def source(self) -> str:
        """Its name in the .params files."""
        return self.field or self.name

    def parameter(self) -> Parameter:
        """What the plugin declares."""
        return Parameter(**self.model_dump(exclude={"field", "original_units", "generated_at_hz"}))


class TierDataConfig(DataConfig):
    """The recordings and their parameters over time."""

    params_folder: str = ""
    """Folder of the `.params` files; empty: beside the recordings."""
    features: dict[str, Annotated[float, Field(ge=1, le=1000)]] = Field(default_factory=dict)
    """Features to measure first and their rates in Hz, as in `{ rmse = 125.0 }`."""
    levels: Annotated[int, Field(ge=2, le=256)] = 256
    """Number of mu-law codes."""
    held_out: Annotated[float, Field(gt=0, le=0.5)] = 0.1
    """Share at the end of every file that is kept for evaluation."""


class TierConfig(Section):
    """One network and its training. Lengths are in steps of the tier's own rate."""

    name: Name
    """Name of the tier."""
    rate_hz: Count
    """Steps per second; divides the rate of the fastest tier."""
    generate: Annotated[list[str], Field(min_length=1)] = Field([AUDIO])
    """Parameters that it generates, or `["audio"]`."""
    conditioning: list[str] = Field([])
    """Parameters that condition it."""
    network: Literal[0, 1, 2, 3, 4, 5, 6] = 0
    """MTCRNN's network number: 0 or 6 for audio, 0 to 5 for parameters."""
    phased: bool = False
    """Phased LSTM layers instead of GRU (network 0 only)."""
    one_hot: bool = False
    """Feed the last code as one-hot instead of as a number (audio only)."""
    hidden_size: Units = 256
    """Units per recurrent layer."""
    layers: Layers = 3
    """Recurrent layers."""
    # batches
    stateful: bool = True
    """Rows are stretches whose state is carried from step to step; false: windows from the zero
    state."""
    seq_len: Annotated[int, Field(ge=2)] = 512
    """Steps of the tier per training step, through which gradients flow."""
    batch_size: Count = 16
    """Rows trained in parallel."""
    stride: Count = 1
    """Steps between the starts of windows."""
    shortest_s: Positive = 1.0
    """Shortest stretch of a recording, in seconds."""
    longest_s: Positive = 4.0
    """Longest stretch of a recording."""
    restart: Share = 1.0
    """Chance that the state is zeroed between stretches rather than carried over."""
    # inputs and loss
    loss: Literal["mse", "nll"] = "nll"
    """Loss of Gaussian heads: `nll` is exact, `mse` judges a drawn value."""
    tfr: Share = 1.0
    """Teacher-forcing ratio: share of steps whose input is the data; 0: only the first of a batch.
    """
    ss: Share | None = None
    """Scheduled sampling: `tfr` falls linearly to this."""
    temp: Positive = 1.0
    """Temperature of the draws that are fed back, and of those that the `mse` loss judges."""
    beta: Beta = 1.0
    """Default sharpness of the tier's draws when played; higher is calmer."""
    noise: Annotated[float, Field(ge=0)] = 0.0
    """Standard deviation of the noise added to the input."""
    final_noise: Annotated[float, Field(ge=0)] | None = None
    """The noise falls linearly to this."""
    # optimiser
    steps: Count = 4000
    """Training steps."""
    rate: Positive = 0.002
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
    loss_cutoff: float | None = None
    """Stop once the smoothed mean loss per step is below: nats, or squared error (`mse`)."""
    minutes: Positive | None = None
    """Stop after this time; not where the run has a `time`."""
    # output
    evaluate_every: Count = 250
    """Steps between evaluations on the held-out recordings."""
    checkpoint_every: Count = 250
    """Steps between checkpoints."""
    keep_every: Count | None = None
    """Steps between numbered checkpoints to return to."""
    preview_every: Count = 1000
    """Steps between audio previews."""
    preview_s: Positive = 1.0
    """Length of a preview, in seconds."""

    @property
    def makes_audio(self) -> bool:
        """Whether it generates sound rather than parameters."""
        return self.generate == [AUDIO]

    @property
    def outputs(self) -> list[str]:
        """The parameters it generates."""
        return [] if self.makes_audio else list(self.generate)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if AUDIO in self.generate and not self.makes_audio:
            raise ValueError('generate: "audio" stands alone')
        problem = network_problem(
            self.network, audio=self.makes_audio, phased=self.phased, one_hot=self.one_hot
        )
        if problem is not None:
            raise ValueError(": ".join(problem))
        if self.phased and self.stateful:
            raise ValueError("phased: the clock starts with every window, so set stateful = false")
        if self.shortest_s > self.longest_s:
            raise ValueError(f"shortest_s {self.shortest_s:g} is above longest_s")
        if self.ss is not None and self.ss > self.tfr:
            raise ValueError(f"ss {self.ss:g} is above tfr {self.tfr:g}, from which it falls")
        return self


class StackConfig(TrainConfig):
    """Everything that decides a run: the tiers, slowest first."""

    data: TierDataConfig = TierDataConfig()
    """The recordings and their parameters over time."""
    parameters: list[ParameterConfig] = Field([])
    """A table for every parameter, generated or not."""
    tiers: Annotated[list[TierConfig], Field(min_length=1, max_length=8)]
    """A table for every network."""

    @field_validator("tiers")
    @classmethod
    def _slowest_first(cls, tiers: list[TierConfig]) -> list[TierConfig]:
        return sorted(tiers, key=lambda tier: tier.rate_hz)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.data.trim:
            raise ValueError(
                "data.trim: parameters belong to times of the whole recordings; leave it out, and"
                " trim them before (rtsynth clean)"
            )
        names = [parameter.name for parameter in self.parameters]
        for tier in self.tiers:
            if [other.name for other in self.tiers].count(tier.name) > 1:
                raise ValueError(f"tier {tier.name!r} is declared twice")
            for name in (*tier.conditioning, *tier.outputs):
                if name not in names:
                    raise ValueError(f"tier {tier.name!r} names the unknown parameter {name!r}")
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"parameter {name!r} is declared twice")
            if not any(name in (*tier.conditioning, *tier.outputs) for tier in self.tiers):
                raise ValueError(f"parameter {name!r} is used by no tier")
        made: dict[str, str] = {}
        for tier in self.tiers:
            for name in tier.outputs:
                if name in made:
                    raise ValueError(
                        f"tiers {made[name]!r} and {tier.name!r} both generate {name!r}"
                    )
                made[name] = tier.name
        for number, tier in enumerate(self.tiers):
            for below in self.tiers[number:]:
                for name in tier.conditioning:
                    if name in below.outputs:
                        raise ValueError(
                            f"tier {tier.name!r} is conditioned on {name!r}, which"
                            f" {below.name!r} generates: not a tier above it"
                        )
            self._check_rates(tier)
        for tier in self.tiers[:-1]:
            if tier.makes_audio:
                raise ValueError(f"tier {tier.name!r} generates audio, so it must be the fastest")
        return self

    def _check_rates(self, tier: TierConfig) -> None:
        fastest = self.tiers[-1].rate_hz
        if fastest % tier.rate_hz:
            raise ValueError(
                f"tier {tier.name!r} runs at {tier.rate_hz} Hz, which does not divide {fastest} Hz"
            )
        for name in tier.conditioning:
            above = self.generated_at_hz(name)
            if above is not None and tier.rate_hz % above:
                raise ValueError(
                    f"tier {tier.name!r} runs at {tier.rate_hz} Hz, no multiple of the"
                    f" {above} Hz at which {name!r} is generated"
                )

    def find(self, name: str) -> ParameterConfig:
        """The parameter called `name`."""
        return next(parameter for parameter in self.parameters if parameter.name == name)

    def maker(self, name: str) -> TierConfig | None:
        """The tier that generates parameter `name`, or None for a knob."""
        return next((tier for tier in self.tiers if name in tier.outputs), None)

    def generated_at_hz(self, name: str) -> int | None:
        """The rate at which parameter `name` is generated, or None for a knob."""
        maker = self.maker(name)
        return maker.rate_hz if maker is not None else self.find(name).generated_at_hz


def parse_stack(raw: dict[str, Any], label: str) -> StackConfig:
    """Check a configuration; `label` names it in the error.

    Raises:
        InputError: naming the field.
    """
    return validated(StackConfig, raw, label, "tiers")

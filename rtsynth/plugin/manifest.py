"""The manifest of a plugin: what is written, as JSON, beside the weights.

Every field is checked when it is read; unknown fields are refused, so that a file from a newer
version never half-works. `FORMAT` changes whenever an older reader would misread a file.
"""

from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from rtsynth.common import knob
from rtsynth.common.errors import InputError
from rtsynth.plugin.provenance import Provenance
from rtsynth.plugin.record import Record
from rtsynth.plugin.texts import Label, Tags, Text

FORMAT = 1
CODECS_WITH_LIMITS = ("linear", "linear_inverted")
FULL_SCALE = (-1.0, 1.0)
RESERVED = ("rest", "heard", "golden")  # what tensors that belong to no tier start with

PositiveInt = Annotated[int, Field(ge=1)]
LARGEST = 1e30  # what float32 arithmetic can carry
Finite = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]  # no NaN
Amplitude = Annotated[float, Field(ge=-1e6, le=1e6)]
Beta = Annotated[float, Field(ge=0.05, le=20)]
NARROWEST_CODEC = 1e-6  # of amplitudes: it is divided by, and its codes are counted from 0
MOST_LEVELS, FASTEST_HZ = 65_536, 384_000
LARGEST_TOP_K = 1 << 24  # what float32 counts to
MOST_PARAMETERS = 128
LONGEST_NAME = 64  # of a parameter; its controls' names are longer


class Parameter(Record):
    """One thing a performer can move.

    The network sees `(value - network_minimum) / (network_maximum - network_minimum)`, which for
    most plugins is the knob's own range. `curve` shapes only the knob (its 0..1 position).
    `labels` name the values 0, 1, ... of a class, all of them or none.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$", max_length=128)]
    """Its name for every surface: lower case, digits and underscores, at most 64 characters."""
    minimum: Finite
    """Lowest value of the control, in its unit."""
    maximum: Finite
    """Highest value of the control."""
    default: Finite
    """Where the control starts."""
    unit: Annotated[Text, Field(max_length=32)] = ""
    """Unit of the values, as shown beside them."""
    curve: Literal["linear", "exponential"] = "linear"
    """How the control's position maps to its value."""
    role: Literal["conditioning", "pitch", "amplitude", "class"] = "conditioning"
    """What the parameter is: `pitch` and `amplitude` are set by notes, `class` mixes labelled
    classes."""
    labels: list[Label] = Field(default=[])
    """Names of the values 0, 1, ... of a class; all of them or none."""
    description: Text = ""
    """One line for `rtsynth info` and the window's tooltip."""
    smoothing_ms: Annotated[float, Field(ge=0, le=10_000)] = 10.0
    """Length of the linear ramp to a new value."""
    upsampling: Literal["hold", "linear"] = "linear"
    """How a generated value gets from one step of its tier to the next: on a line, or held."""
    network_minimum: Finite | None = None
    """The value that the network receives as 0; the control's minimum if absent."""
    network_maximum: Finite | None = None
    """The value that the network receives as 1; the control's maximum if absent."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.minimum < self.maximum:
            raise ValueError(f"minimum {self.minimum} is not below maximum {self.maximum}")
        if not self.minimum <= self.default <= self.maximum:
            raise ValueError(f"default {self.default} is outside {self.minimum}..{self.maximum}")
        if self.curve == "exponential" and self.minimum <= 0:
            raise ValueError("an exponential curve needs a minimum above 0")
        low, high = self.network_range
        if not low < high:
            raise ValueError(f"network_minimum {low} is not below network_maximum {high}")
        for one, other in ((self.minimum, self.maximum), (low, high)):
            if np.float32(one) == np.float32(other) or other - one < 1 / LARGEST:
                raise ValueError(f"from {one} to {other} there is nothing between in float32")
        self._check_labels()
        return self

    def _check_labels(self) -> None:
        if not self.labels:
            return
        if self.role != "class":
            raise ValueError(f"labels: only a class has them, and the role is {self.role!r}")
        wanted = self.maximum - self.minimum + 1
        if self.minimum != 0 or len(self.labels) != wanted:
            raise ValueError(
                f"labels: there are {len(self.labels)}, for classes from {self.minimum:g} to "
                f"{self.maximum:g}"
            )
        if len({label.casefold() for label in self.labels}) < len(self.labels):
            raise ValueError("labels: two classes have the same one")

    @property
    def network_range(self) -> tuple[float, float]:
        """(minimum, maximum) that map to 0 and 1 at the network's input."""
        low = self.minimum if self.network_minimum is None else self.network_minimum
        high = self.maximum if self.network_maximum is None else self.network_maximum
        return low, high

    def value_at(self, position: float) -> float:
        """Engineering value at a knob position 0..1 (clamped)."""
        return knob.value_at(position, self.minimum, self.maximum, self.curve)

    def position_of(self, value: float) -> float:
        """Knob position 0..1 of an engineering value (clamped)."""
        return knob.position_of(value, self.minimum, self.maximum, self.curve)

    def clamp(self, value: float) -> float:
        """`value` moved into minimum..maximum."""
        return knob.clamp(value, self.minimum, self.maximum)


class Codec(Record):
    """How a drawn index becomes an amplitude, and a network's input.

    The names and formulas are the table in `rtsynth.plugin.codec`. `minimum` and `maximum` are the
    amplitudes that a linear rule spans, -1..1 where they are left out.
    """

    name: Text
    """The quantisation rule, one of `rtsynth.plugin.codec`."""
    levels: Annotated[int, Field(ge=2, le=MOST_LEVELS)]
    """Number of codes."""
    minimum: Amplitude | None = None
    """Lowest amplitude that a linear rule spans; -1 if absent."""
    maximum: Amplitude | None = None
    """Highest amplitude that a linear rule spans; 1 if absent."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.minimum is None) != (self.maximum is None):
            raise ValueError("minimum and maximum: a range needs both")
        if self.minimum is None or self.maximum is None:
            return self
        if self.name not in CODECS_WITH_LIMITS:
            known = " and ".join(CODECS_WITH_LIMITS)
            raise ValueError(f"minimum and maximum: {self.name!r} takes none; {known} do")
        if not self.minimum < self.maximum:
            raise ValueError(f"minimum {self.minimum} is not below maximum {self.maximum}")
        if self.maximum - self.minimum < NARROWEST_CODEC:
            raise ValueError(
                f"from minimum {self.minimum} to maximum {self.maximum} is less than "
                f"{NARROWEST_CODEC:g}"
            )
        return self

    @property
    def limits(self) -> tuple[float, float]:
        """The amplitudes that a linear rule spans."""
        if self.minimum is None or self.maximum is None:
            return FULL_SCALE
        return self.minimum, self.maximum


class Tier(Record):
    """One network that steps at its own rate. `config` belongs to the family.

    It generates the parameters `outputs`, as the network sees them; without any it generates audio.
    Its `conditioning` is made of knobs and of what tiers above it generate, upsampled.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
    """Its name; the prefix of its tensors."""
    family: Text
    """The model family that compiles it."""
    rate_hz: PositiveInt
    """Steps per second; divides the plugin's sample rate."""
    conditioning: Annotated[list[str], Field(max_length=MOST_PARAMETERS)] = Field(default=[])
    """Names of the parameters that condition it, in the order of the network's inputs."""
    outputs: Annotated[list[str], Field(max_length=MOST_PARAMETERS)] = Field(default=[])
    """Names of the parameters that it generates; none: it generates audio and is the last tier."""
    beta: Beta = 1.0
    """Default sharpness of its draws, as in softplus(s, beta); higher is calmer."""
    config: dict[str, Any] = Field(default={})
    """The family's own settings, below."""


class Sampling(Record):
    """Defaults of the sampling knobs. top_k 0, top_p 1 and min_p 0 keep every code."""

    temperature: Annotated[float, Field(ge=0.0, le=10.0)] = 1.0
    """Default temperature."""
    top_k: Annotated[int, Field(ge=0, le=LARGEST_TOP_K)] = 0
    """Default of `top_k`; 0 keeps every code."""
    top_p: Annotated[float, Field(ge=0.01, le=1)] = 1.0
    """Default of `top_p`; 1 keeps every code."""
    min_p: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    """Default of `min_p`: codes below this share of the most probable one's are never drawn."""


class Manifest(Record):
    """Everything about a plugin but its tensors.

    Tiers come slowest first. The last one generates audio at `sample_rate_hz`; or, in a plugin that
    generates parameters only, it is the one whose rate `sample_rate_hz` is, and there is no codec.
    """

    format: int = FORMAT
    """Version of the file format: 1."""
    name: Annotated[Text, Field(min_length=1, max_length=128)]
    """Name of the plugin."""
    description: Text = ""
    """One line about it."""
    tags: Tags = Field(default=[])
    """Words it is found by in a browser, up to 16."""
    licence: Text = ""
    """Licence of the plugin."""
    provenance: Provenance = Provenance()
    """Where it came from, below."""
    sample_rate_hz: Annotated[int, Field(ge=1, le=FASTEST_HZ)]
    """Rate of the audio; of a plugin without audio, the rate of its last tier."""
    codec: Codec | None = None
    """How codes map to amplitudes, below; absent in a plugin without audio."""
    tiers: Annotated[list[Tier], Field(min_length=1, max_length=8)]
    """The networks, slowest first, below."""
    parameters: Annotated[list[Parameter], Field(max_length=MOST_PARAMETERS)] = Field(default=[])
    """What can be controlled, below."""
    sampling: Sampling = Sampling()
    """Defaults of the sampling controls, below."""
    initial_state: Literal["zeros", "uniform_0.05"] = "zeros"
    """Hidden state to start from where the file has no rest state."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        names = [parameter.name for parameter in self.parameters]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"parameter {name!r} is declared twice")
            if len(name) > LONGEST_NAME:
                raise ValueError(
                    f"parameter {name[:LONGEST_NAME]!r}...: its name has more than "
                    f"{LONGEST_NAME} characters"
                )
            if "." in name:
                raise ValueError(f"parameter {name!r}: names with a dot are the engine's own")
        made: dict[str, str] = {}
        slowest = 0
        for number, tier in enumerate(self.tiers):
            self._check_rate(tier, slowest)
            slowest = tier.rate_hz
            if tier.name in RESERVED:
                raise ValueError(
                    f"tier {tier.name!r}: tensors called {tier.name}.* are not a tier's"
                )
            if [other.name for other in self.tiers].count(tier.name) > 1:
                raise ValueError(f"tier {tier.name!r} is declared twice")
            if not tier.outputs and number < len(self.tiers) - 1:
                raise ValueError(f"tier {tier.name!r} generates audio, so it must be the last one")
            for name in (*tier.conditioning, *tier.outputs):
                if name not in names:
                    raise ValueError(f"tier {tier.name!r} names the unknown parameter {name!r}")
            self._check_conditioning(number, tier)
            for name in tier.outputs:
                if name in made:
                    raise ValueError(
                        f"tiers {made[name]!r} and {tier.name!r} both generate {name!r}"
                    )
                made[name] = tier.name
        last = self.tiers[-1]
        if last.rate_hz != self.sample_rate_hz:
            raise ValueError(
                f"tier {last.name!r}, the last one, runs at {last.rate_hz} Hz and not at the "
                f"plugin's rate of {self.sample_rate_hz} Hz"
            )
        if (self.codec is None) != bool(last.outputs):
            raise ValueError("codec: a plugin that generates audio needs one, any other has none")
        if self.codec is not None and self.sample_rate_hz < 1000:
            raise ValueError(
                f"sample_rate_hz: {self.sample_rate_hz} Hz is not a sample rate of audio"
            )
        return self

    def _check_rate(self, tier: Tier, slowest: int) -> None:
        if self.sample_rate_hz % tier.rate_hz:
            raise ValueError(
                f"tier {tier.name!r} runs at {tier.rate_hz} Hz, "
                f"which does not divide {self.sample_rate_hz} Hz"
            )
        if tier.rate_hz < slowest:
            raise ValueError(
                f"tier {tier.name!r} runs at {tier.rate_hz} Hz, below one of {slowest} Hz: "
                "tiers come slowest first"
            )

    def _check_conditioning(self, number: int, tier: Tier) -> None:
        for below in self.tiers[number:]:
            for name in below.outputs:
                if name in tier.conditioning:
                    raise ValueError(
                        f"tier {tier.name!r} is conditioned on {name!r}, which is "
                        f"generated by {below.name!r}, not by a tier above it"
                    )

    @property
    def generated(self) -> dict[str, Tier]:
        """The tier that makes each generated parameter."""
        return {name: tier for tier in self.tiers for name in tier.outputs}

    @property
    def audio_codec(self) -> Codec:
        """The codec of a plugin that generates audio.

        Raises:
            InputError: it generates parameters only.
        """
        if self.codec is None:
            raise InputError(
                f"{self.name}: generates parameters, not audio; combine it with a tier that does "
                "(`rtsynth combine`), or render it to .npy or .csv"
            )
        return self.codec

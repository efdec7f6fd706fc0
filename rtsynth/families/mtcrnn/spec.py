"""What an `mtcrnn` tier is: its networks, and the names and shapes of their tensors.

    [what was generated last, conditioning] -> dense, relu -> recurrent stacks -> head

A head gives logits of codes (a tier without outputs), mu and sigma_raw of a normal distribution
for every output, or a mixture of three of them. Tensors have MTCRNN's own names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field

from rtsynth.common.errors import InputError
from rtsynth.families.recurrent import RNN_PARTS, Layers, Units
from rtsynth.plugin.family import Family, LazyTape, read_config
from rtsynth.plugin.manifest import Manifest, Tier

NAME = "mtcrnn"
CODEC = "mu_law_floor"  # the system's own
COMPONENTS = 3  # Gaussians of a mixture, K
WIDENING = 3  # network 6: its first layer is this many times as wide as the input
COMMON_STACK = "gru"  # the stack that all outputs share
CLOCK = ("period", "phase", "ratio_on")  # of the units of a phased LSTM

Output = Literal["categorical", "gaussian", "mixture"]


class Network(NamedTuple):
    """What stands between the input layer and the output of one of the networks."""

    common: bool  # a recurrent stack that all outputs share
    paths: Literal["none", "mu_sigma", "per_output"]  # stacks beside each other, behind it
    audio: bool = False  # whether it can make audio
    values: Literal["gaussian", "mixture"] | None = "gaussian"  # how it generates parameters
    widened: bool = False  # a second dense layer before the stack


NETWORKS = {
    0: Network(common=True, paths="none", audio=True),
    1: Network(common=False, paths="mu_sigma"),
    2: Network(common=True, paths="mu_sigma"),
    3: Network(common=False, paths="per_output"),
    4: Network(common=True, paths="per_output"),
    5: Network(common=True, paths="none", values="mixture"),
    6: Network(common=True, paths="none", audio=True, values=None, widened=True),
}
PHASED_NETWORK = 0  # the one that there is with phased LSTMs


def network_problem(
    network: int, *, audio: bool, phased: bool, one_hot: bool
) -> tuple[str, str] | None:
    """(the field that is wrong, how) where MTCRNN has no such network; None where it has."""
    able = [n for n, made in NETWORKS.items() if (made.audio if audio else made.values)]
    *first, last = map(str, able)
    if network not in NETWORKS:
        known = ", ".join(map(str, NETWORKS))
        return "network", f"there is no network {network}; there are {known}"
    if network not in able:
        makes = "parameters, not audio" if audio else "audio, not parameters"
        return "network", f"network {network} generates {makes}; take {', '.join(first)} or {last}"
    if phased and network != PHASED_NETWORK:
        return "phased", f"only network {PHASED_NETWORK} has a phased LSTM"
    if one_hot and not audio:
        return "one_hot", "only audio has codes that can be one-hot"
    return None


class MtcrnnTierConfig(BaseModel):
    """`tier.config` of this family."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    network: Annotated[int, Field(ge=min(NETWORKS), le=max(NETWORKS))] = 0
    """MTCRNN's network number: 0 or 6 for audio, 0 to 5 for parameters."""
    phased: bool = False
    """Phased LSTM layers instead of GRU (network 0 only)."""
    hidden_size: Units
    """Units per recurrent layer."""
    layers: Layers
    """Recurrent layers per stack."""
    one_hot: bool = False
    """The last code is fed as one-hot instead of as a number."""


class Axis(NamedTuple):
    """A size of a tensor: a multiple of a size of the network."""

    of: Literal["hidden", "inputs", "outputs", "levels", "one"]
    times: int = 1


class HeadLayer(NamedTuple):
    """A dense layer of the head: its name, the stack that it reads, and its rows."""

    name: str
    stack: str
    rows: Axis


HIDDEN, INPUTS, OUTPUTS = Axis("hidden"), Axis("inputs"), Axis("outputs")
LEVELS, ONE = Axis("levels"), Axis("one")
Axes = tuple[Axis, ...]


@dataclass(frozen=True)
class MtcrnnConfig:
    """A network with all its sizes. `levels` 0 makes it a parameter tier of `generated` values D;
    an audio tier has `levels` Q and `generated` 1 (the code).

    Raises:
        InputError: sizes or flags that make no network.
    """

    network: int
    hidden_size: int
    layers: int
    generated: int = 1
    conditioning: int = 0
    levels: int = 0
    phased: bool = False
    one_hot: bool = False

    def __post_init__(self) -> None:
        problem = next((text for wrong, text in self._problems() if wrong), None)
        if problem is not None:
            raise InputError(f"mtcrnn: {problem}")

    def _problems(self) -> Iterator[tuple[bool, str]]:
        for name in ("hidden_size", "layers", "generated"):
            size = getattr(self, name)
            yield size < 1, f"{name} is {size}, expected 1 or more"
        yield self.conditioning < 0, f"conditioning is {self.conditioning}, below 0"
        yield (
            self.levels < 0 or self.levels == 1,
            f"levels is {self.levels}, expected 2 or more",
        )
        yield (
            self.audio and self.generated != 1,
            "an audio tier generates one value, the code",
        )
        problem = network_problem(
            self.network, audio=self.audio, phased=self.phased, one_hot=self.one_hot
        )
        yield problem is not None, ": ".join(problem or ())

    @classmethod
    def of_tier(cls, manifest: Manifest, tier: Tier) -> Self:
        """The network of a tier in a plugin file.

        Raises:
            ValueError: its `config` is none of this family's; one line.
        """
        config, audio = read_config(tier, MtcrnnTierConfig), not tier.outputs
        problem = network_problem(
            config.network, audio=audio, phased=config.phased, one_hot=config.one_hot
        )
        if problem is not None:
            raise ValueError(f"config.{': '.join(problem)}")
        return cls(
            generated=len(tier.outputs) or 1,
            conditioning=len(tier.conditioning),
            levels=manifest.audio_codec.levels if audio else 0,
            **config.model_dump(),
        )

    @property
    def tier_config(self) -> dict[str, Any]:
        """`tier.config` of a tier with this network."""
        return {name: getattr(self, name) for name in MtcrnnTierConfig.model_fields}

    @property
    def structure(self) -> Network:
        """Its configuration."""
        return NETWORKS[self.network]

    @property
    def audio(self) -> bool:
        """Whether the tier generates audio codes."""
        return self.levels > 0

    @property
    def output(self) -> Output:
        """What the output layer describes."""
        return "categorical" if self.audio else self.structure.values or "gaussian"

    @property
    def inputs(self) -> int:
        """Width of the input vector."""
        return (self.levels if self.one_hot else self.generated) + self.conditioning

    @property
    def paths(self) -> tuple[str, ...]:
        """The prefixes of the GRU stacks that run beside each other."""
        match self.structure.paths:
            case "mu_sigma":
                return ("mu1", "sigma1")
            case "per_output":
                return tuple(f"out_pro.{number}.rec" for number in range(self.generated))
        return ()

    @property
    def stacks(self) -> tuple[str, ...]:
        """The prefixes of all GRU stacks, in the order of the hidden state."""
        if self.phased:
            return ()
        return ((COMMON_STACK,) if self.structure.common else ()) + self.paths

    @property
    def states(self) -> int:
        """How many vectors of `hidden_size` the state consists of."""
        return self.layers * (2 if self.phased else len(self.stacks))

    @property
    def heads(self) -> list[HeadLayer]:
        """The dense layers of the head, in the order of the flattened head: all of mu, all of
        sigma, all of pi.
        """
        if self.audio:
            return [HeadLayer("h2o", COMMON_STACK, LEVELS)]
        match self.structure.paths:
            case "mu_sigma":
                return [
                    HeadLayer("mu2", "mu1", OUTPUTS),
                    HeadLayer("sigma2", "sigma1", OUTPUTS),
                ]
            case "per_output":
                return [
                    HeadLayer(f"out_pro.{number}.{name}", f"out_pro.{number}.rec", ONE)
                    for name in ("h2n", "h2v")
                    for number in range(self.generated)
                ]
        if self.output == "mixture":
            rows = Axis("outputs", COMPONENTS)
            return [HeadLayer(name, COMMON_STACK, rows) for name in ("mu", "sigma", "pi")]
        return [HeadLayer(name, COMMON_STACK, OUTPUTS) for name in ("h2n", "h2v")]

    @property
    def tensor_axes(self) -> dict[str, Axes]:
        """Name of every tensor, and what its sizes follow from; as in MTCRNN's state dict."""
        axes: dict[str, Axes] = {}

        def dense(name: str, rows: Axis, columns: Axis) -> None:
            axes[f"{name}.weight"], axes[f"{name}.bias"] = (rows, columns), (rows,)

        if self.structure.widened:
            wide = Axis("inputs", WIDENING)
            dense("i2d", wide, INPUTS)
            dense("d2h", HIDDEN, wide)
        else:
            dense("i2d", HIDDEN, INPUTS)
        gates = Axis("hidden", 3)
        for stack in self.stacks:
            for layer in range(self.layers):
                sizes = ((gates, HIDDEN), (gates, HIDDEN), (gates,), (gates,))
                axes |= zip(gru_names(stack, layer), sizes, strict=True)
        gates = Axis("hidden", 4)
        for layer in range(self.layers if self.phased else 0):
            cell = phased_cell(layer)
            axes[f"{cell}.linear_ih.weight"] = axes[f"{cell}.linear_hh.weight"] = (gates, HIDDEN)
            axes[f"{cell}.bias"] = (gates,)
            axes |= {f"{cell}.{name}": (HIDDEN,) for name in CLOCK}
        for name, _, rows in self.heads:
            dense(name, rows, HIDDEN)
        return axes

    def tensor_shapes(self) -> dict[str, tuple[int, ...]]:
        """Name and shape of every tensor."""
        sizes = {
            "hidden": self.hidden_size,
            "inputs": self.inputs,
            "outputs": self.generated,
            "levels": self.levels,
            "one": 1,
        }
        return {
            name: tuple(sizes[axis.of] * axis.times for axis in axes)
            for name, axes in self.tensor_axes.items()
        }


def gru_names(stack: str, layer: int) -> tuple[str, ...]:
    """The tensors of one GRU layer, in the order of `RNN_PARTS`."""
    return tuple(f"{stack}.{part}_l{layer}" for part in RNN_PARTS)


def phased_cell(layer: int) -> str:
    """The prefix of a phased LSTM's layer."""
    return f"plstm_layer.cells.{layer}"


class MtcrnnFamily:
    """See the module."""

    compile = LazyTape("rtsynth.families.mtcrnn.tape:compile_tier")

    def tensor_shapes(self, manifest: Manifest, tier: Tier) -> dict[str, tuple[int, ...]]:
        """Shapes as in MTCRNN's state dict."""
        return MtcrnnConfig.of_tier(manifest, tier).tensor_shapes()

    def state_shape(self, manifest: Manifest, tier: Tier) -> tuple[int, ...]:
        """[states, hidden]: the stacks one after the other; of phased LSTMs h, then c per layer."""
        config = MtcrnnConfig.of_tier(manifest, tier)
        return (config.states, config.hidden_size)


FAMILY: Family = MtcrnnFamily()

"""`samplernn`: recurrent tiers over frames of samples, and a feed-forward one for every sample.

    frame tier i   [frame of codes, as numbers] (+ the vector from the tier above) (+ conditioning)
                   -> RNN stack -> one vector for every step of the tier below
    sample tier    sum of embeddings of the last codes (+ vector) (+ conditioning)
                   (one tier: -> RNN stack) -> dense -> dense -> logits

The top tier's RNN reads its frame directly where it is not conditioned; the others add a dense
layer of theirs to the vector from above. With `skip`, RNN layers above the first read the stack's
input, too, and the output is that of all layers. Conditioning is a vector of continuous parameters
and of class weights (`rtsynth.families.classes`); a frame tier reads it as it is when it steps.
(Mehri et al. 2016, arXiv 1612.07837.)

With `direct`, the first RNN has no dense layer before it, conditioning or not: it reads

    top frame tier   [frame of codes, as numbers; conditioning]
    one tier         [embeddings of the last codes; conditioning], and the dense layer that would
                     have come before the RNN comes behind it, with a bias: three dense -> logits;
                     with `skip` it reads all RNN layers

Teacher forcing starts with a prompt: the first `prompt_codes` codes are input only, and from then
on every row of logits is the prediction of one code. Of a golden excerpt the rows of the prompt are
ignored.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rtsynth.families.classes import condition_size
from rtsynth.families.recurrent import RNN_PARTS, rnn_shapes
from rtsynth.plugin.family import Family, LazyTape, read_config
from rtsynth.plugin.manifest import Manifest, Tier

NAME = "samplernn"
GATES = {"gru": 3, "gru_reset_before": 3, "lstm": 4}
Rnn = Literal["gru", "gru_reset_before", "lstm"]
Layers = Annotated[int, Field(ge=1, le=5)]
Units = Annotated[int, Field(ge=1, le=4096)]
FrameSize = Annotated[int, Field(ge=2, le=256)]
STATES = {"gru": 1, "gru_reset_before": 1, "lstm": 2}  # vectors that a layer carries on


class SampleRnnConfig(BaseModel):
    """`tier.config` of this family."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rnn: Rnn
    """Recurrent layer; `gru_reset_before` is the original's, with the reset gate before the
    candidate's matrix."""
    layers: Layers
    """Recurrent layers per tier."""
    hidden_size: Units
    """Units per layer."""
    frame_sizes: list[FrameSize]
    """Samples per frame of every frame tier, from the top; each divides the one above. None: one
    tier."""
    window: Annotated[int, Field(ge=1, le=256)] | None = None
    """Codes that a network without frame tiers reads."""
    embedding_size: Annotated[int, Field(ge=0, le=1024)] = 256
    """Size of the embedding of a code; 0: one-hot."""
    activation: Literal["relu", "linear"] = "relu"
    """Activation of the sample tier's dense layers."""
    skip: bool = False
    """Upper layers also read the stack's input, and the outputs of all layers are concatenated."""
    direct: bool = False
    """The first recurrent layer reads its input without a dense layer before it."""
    conditioned: list[int] | None = None
    """Which tiers are conditioned: 0 is the top, `len(frame_sizes)` the sample tier; absent: all.
    """

    @model_validator(mode="after")
    def _check(self) -> "SampleRnnConfig":
        for above, below in zip(self.frame_sizes, self.frame_sizes[1:], strict=False):
            if above % below or above == below:
                raise ValueError(f"frame_sizes: {below} must divide {above}, the one above it")
        if self.frame_sizes and self.window is not None:
            raise ValueError(
                "window: only a network without frame_sizes has one; with them it is the last of "
                "them"
            )
        if not self.frame_sizes and self.window is None:
            raise ValueError("window: a network without frame_sizes needs one")
        if self.skip and self.layers == 1:
            raise ValueError("skip: one layer has none to skip; it takes layers of 2 or more")
        if self.direct and not self.frame_sizes and self.embedding_size == 0:
            raise ValueError("direct: a single tier that reads its codes directly needs embeddings")
        if self.conditioned == []:
            raise ValueError("conditioned: it names no tier; leave it out to condition all tiers")
        for number in self.conditioned or ():
            if not 0 <= number <= len(self.frame_sizes):
                raise ValueError(
                    f"conditioned: there is no tier {number}; they are 0 (top) to "
                    f"{len(self.frame_sizes)} (samples)"
                )
            if (self.conditioned or []).count(number) > 1:
                raise ValueError(f"conditioned: tier {number} is named twice")
        return self

    @property
    def prompt_codes(self) -> int:
        """How many codes come before the first that can be predicted: the longest frame."""
        return self.frame_sizes[0] if self.frame_sizes else self.sample_window

    @property
    def longest_frame(self) -> int:
        """Samples of one step of the top tier; 1 where the sample tier is the only one."""
        return self.frame_sizes[0] if self.frame_sizes else 1

    @property
    def sample_window(self) -> int:
        """How many codes the sample tier reads."""
        return self.frame_sizes[-1] if self.frame_sizes else self.window or 1

    @property
    def states_per_layer(self) -> int:
        """2 for an LSTM, c and then h; 1 otherwise."""
        return STATES[self.rnn]

    def slices(self, number: int) -> int:
        """How many vectors frame tier `number` makes each time it steps."""
        below = [*self.frame_sizes[1:], 1]
        return self.frame_sizes[number] // below[number]

    def is_conditioned(self, number: int, width: int) -> bool:
        """Whether tier `number` (len(frame_sizes): the samples') reads a vector of `width`."""
        return width > 0 and (self.conditioned is None or number in self.conditioned)

    def expands(self, number: int, width: int) -> bool:
        """Whether frame tier `number` has a dense layer between its frame and its RNN."""
        return number > 0 or (self.is_conditioned(number, width) and not self.direct)

    def adds_conditioning(self, number: int, width: int) -> bool:
        """Whether tier `number` adds a matrix on the conditioning to its input."""
        return self.is_conditioned(number, width) and not self.joins(number, width)

    def joins(self, number: int, width: int) -> bool:
        """Whether the RNN of tier `number` reads the conditioning behind its input."""
        return number == 0 and self.direct and self.is_conditioned(number, width)

    @property
    def dense_layers(self) -> tuple[int, ...]:
        """The numbers of the sample tier's dense layers that have a bias; the last gives logits."""
        return (1, 2, 3, 4) if self.direct and not self.frame_sizes else (2, 3, 4)


def tensor_shapes(config: SampleRnnConfig, levels: int, width: int) -> dict[str, tuple[int, ...]]:
    """Name and shape of every tensor, in PyTorch's orientation and gate order.

    Args:
        config: of the tier.
        levels: Q, number of codes.
        width: of the conditioning vector (`condition_size`), 0 for none.
    """
    hidden, embedding = config.hidden_size, config.embedding_size
    shapes: dict[str, tuple[int, ...]] = {}

    def stack(number: int, prefix: str, inputs: int) -> None:
        inputs += width if config.joins(number, width) else 0
        for layer in range(config.layers):
            columns = inputs if layer == 0 else hidden + (inputs if config.skip else 0)
            sizes = rnn_shapes(GATES[config.rnn], hidden, columns)
            for part, shape in zip(RNN_PARTS, sizes, strict=True):
                shapes[f"{prefix}.rnn.{layer}.{part}"] = shape

    for number, frame in enumerate(config.frame_sizes):
        prefix = f"frame.{number}"
        expands = config.expands(number, width)
        if expands:
            shapes[f"{prefix}.expand.weight"] = (hidden, frame)
            shapes[f"{prefix}.expand.bias"] = (hidden,)
        if config.adds_conditioning(number, width):
            shapes[f"{prefix}.condition.weight"] = (hidden, width)
        stack(number, prefix, hidden if expands else frame)
        rows = config.slices(number) * hidden
        read = hidden * (config.layers if config.skip else 1)
        shapes[f"{prefix}.output.weight"], shapes[f"{prefix}.output.bias"] = (rows, read), (rows,)
    if embedding:
        shapes["sample.embedding"] = (levels, embedding)
    inputs = config.sample_window * (embedding or levels)
    if 1 not in config.dense_layers:
        shapes["sample.1.weight"] = (hidden, inputs)
    if config.adds_conditioning(len(config.frame_sizes), width):
        shapes["sample.condition.weight"] = (hidden, width)
    if not config.frame_sizes:
        stack(0, "sample", inputs if config.direct else hidden)
    for layer in config.dense_layers:
        rows = levels if layer == config.dense_layers[-1] else hidden
        read = hidden * (config.layers if layer == 1 and config.skip else 1)
        shapes[f"sample.{layer}.weight"] = (rows, read)
        shapes[f"sample.{layer}.bias"] = (rows,)
    return shapes


def state_shape(config: SampleRnnConfig) -> tuple[int, int]:
    """[states, hidden]: from the top tier down, per layer h (LSTM: c, then h)."""
    stacks = len(config.frame_sizes) or 1
    return (stacks * config.layers * config.states_per_layer, config.hidden_size)


class SampleRnnFamily:
    """See the module."""

    compile = LazyTape("rtsynth.families.samplernn.tape:compile_tier")

    def tensor_shapes(self, manifest: Manifest, tier: Tier) -> dict[str, tuple[int, ...]]:
        """Shapes in PyTorch's orientation and gate order: weights [outputs, inputs]."""
        config = read_config(tier, SampleRnnConfig)
        if len(manifest.tiers) != 1 or tier.rate_hz != manifest.sample_rate_hz or tier.outputs:
            raise ValueError("a samplernn tier includes its frame tiers and generates only audio")
        if config.conditioned is not None and not tier.conditioning:
            raise ValueError("config.conditioned: the tier has no conditioning")
        width = condition_size(manifest, tier)
        return tensor_shapes(config, manifest.audio_codec.levels, width)

    def state_shape(self, manifest: Manifest, tier: Tier) -> tuple[int, ...]:
        """[states, hidden]: from the top tier down, per layer h (LSTM: c, then h)."""
        return state_shape(read_config(tier, SampleRnnConfig))


FAMILY: Family = SampleRnnFamily()

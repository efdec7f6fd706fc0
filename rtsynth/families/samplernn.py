"""`samplernn`: recurrent tiers over frames of samples, and a feed-forward one for every sample.

    frame tier i   [frame of codes, as numbers] (+ the vector from the tier above) -> RNN stack
                   -> one vector for every step of the tier below
    sample tier    sum of embeddings of the last codes + vector -> dense -> dense -> logits

The top tier's RNN reads its frame directly; the others add a dense layer of theirs to the vector
from above. The embedding and the first dense layer are folded into one table per position.
(Mehri et al. 2016, arXiv 1612.07837.)
"""

from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from rtsynth.engine.kernels import RELU
from rtsynth.engine.packing import padded
from rtsynth.engine.tape import TapeBuilder, embedding_floats
from rtsynth.families import Tensors
from rtsynth.plugin.manifest import Manifest, Tier

Array = np.ndarray
GATES = {"gru": 3, "lstm": 4}


class SampleRnnConfig(BaseModel):
    """`tier.config` of this family."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rnn: Literal["gru", "lstm"]
    layers: Annotated[int, Field(ge=1, le=5)]
    hidden_size: Annotated[int, Field(ge=1, le=4096)]
    frame_sizes: Annotated[list[Annotated[int, Field(ge=2, le=256)]], Field(min_length=1)]
    embedding_size: Annotated[int, Field(ge=1, le=1024)] = 256
    activation: Literal["relu", "linear"] = "relu"

    @model_validator(mode="after")
    def _frames_divide(self) -> "SampleRnnConfig":
        for above, below in zip(self.frame_sizes, self.frame_sizes[1:], strict=False):
            if above % below or above == below:
                raise ValueError(f"frame_sizes: {below} must divide {above}, the one above it")
        return self


def _config(tier: Tier) -> SampleRnnConfig:
    try:
        return SampleRnnConfig.model_validate(tier.config)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(("config", *map(str, first["loc"])))
        raise ValueError(f"{field}: {first['msg'].removeprefix('Value error, ')}") from error


class SampleRnnFamily:
    """See the module."""

    def tensor_shapes(self, manifest: Manifest, tier: Tier) -> dict[str, tuple[int, ...]]:
        """Shapes in PyTorch's orientation and gate order: weights [outputs, inputs]."""
        config = _config(tier)
        if len(manifest.tiers) != 1 or tier.rate_hz != manifest.sample_rate_hz:
            raise ValueError("a samplernn tier holds all its frame tiers and makes audio alone")
        if tier.conditioning:
            raise ValueError("conditioning: a samplernn tier takes none")
        hidden, levels = config.hidden_size, manifest.audio_codec.levels
        below = [*config.frame_sizes[1:], 1]
        shapes: dict[str, tuple[int, ...]] = {}
        for number, frame in enumerate(config.frame_sizes):
            prefix = f"frame.{number}"
            if number > 0:
                shapes[f"{prefix}.expand.weight"] = (hidden, frame)
                shapes[f"{prefix}.expand.bias"] = (hidden,)
            for layer in range(config.layers):
                inputs = frame if number == 0 and layer == 0 else hidden
                rows = GATES[config.rnn] * hidden
                shapes[f"{prefix}.rnn.{layer}.weight_ih"] = (rows, inputs)
                shapes[f"{prefix}.rnn.{layer}.weight_hh"] = (rows, hidden)
                shapes[f"{prefix}.rnn.{layer}.bias_ih"] = (rows,)
                shapes[f"{prefix}.rnn.{layer}.bias_hh"] = (rows,)
            shapes[f"{prefix}.output.weight"] = (frame // below[number] * hidden, hidden)
            shapes[f"{prefix}.output.bias"] = (frame // below[number] * hidden,)
        window = config.frame_sizes[-1]
        shapes["sample.embedding"] = (levels, config.embedding_size)
        shapes["sample.1.weight"] = (hidden, window * config.embedding_size)
        for number, rows in ((2, hidden), (3, hidden), (4, levels)):
            shapes[f"sample.{number}.weight"] = (rows, hidden)
            shapes[f"sample.{number}.bias"] = (rows,)
        return shapes

    def state_shape(self, manifest: Manifest, tier: Tier) -> tuple[int, ...]:
        """[states, hidden]: from the top tier down, per layer h (LSTM: c, then h)."""
        config = _config(tier)
        each = 2 if config.rnn == "lstm" else 1
        return (len(config.frame_sizes) * config.layers * each, config.hidden_size)

    def compile(
        self, manifest: Manifest, tier: Tier, tensors: Tensors, builder: TapeBuilder
    ) -> None:
        """A section per frame tier, slowest first, and one for the samples."""
        config = _config(tier)
        hidden, levels = config.hidden_size, manifest.audio_codec.levels
        longest, window = config.frame_sizes[0], config.frame_sizes[-1]
        # Dense layers with nothing between them are one affine map: it is folded into the tables
        # and into what the lowest frame tier puts out, and no matrix is left to do per sample.
        folded = config.activation == "linear"
        map_out, bias_out = _affine(tensors)
        builder.input_at = builder.space(1)
        codes, heard = builder.history(longest)
        states = [
            [
                [builder.hidden(hidden) for _ in range(2 if config.rnn == "lstm" else 1)]
                for _ in range(config.layers)
            ]
            for _ in config.frame_sizes
        ]
        above, slices = -1, 1
        below = [*config.frame_sizes[1:], 1]
        for number, frame in enumerate(config.frame_sizes):
            prefix = f"frame.{number}"
            builder.begin_tier()
            source = heard + longest - frame
            if number > 0:
                expanded = builder.space(hidden)
                expand = _dense(tensors, f"{prefix}.expand")
                builder.linear(*expand, source, expanded)
                builder.add_slice(
                    expanded, above, expanded, padded(hidden), slices=slices, divider=frame
                )
                source = expanded
            for layer, state in enumerate(states[number]):
                name = f"{prefix}.rnn.{layer}"
                weights = tuple(
                    _f32(tensors[f"{name}.{part}"])
                    for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
                )
                if config.rnn == "lstm":
                    builder.lstm(weights, source, *state)  # type: ignore[arg-type]
                else:
                    builder.gru(weights, source, *state)  # type: ignore[arg-type]
                source = state[-1]
            slices = frame // below[number]
            weight = _f64(tensors[f"{prefix}.output.weight"]).reshape(slices, hidden, hidden)
            bias = _f64(tensors[f"{prefix}.output.bias"]).reshape(slices, hidden)
            if folded and number == len(config.frame_sizes) - 1:
                weight, bias = map_out @ weight, bias @ map_out.T + bias_out
                above = builder.space(slices * padded(levels))
                builder.linear(_rows(weight), _rows(bias), source, above, fewest_bits=8)
            else:
                above = builder.space(slices * padded(hidden))
                builder.linear(_rows(weight), _rows(bias), source, above)
            builder.end_tier(frame)

        builder.begin_tier()
        embedding = _f64(tensors["sample.embedding"])
        first = _f64(tensors["sample.1.weight"]).reshape(hidden, window, -1)
        tables = np.einsum("qe,hwe->wqh", embedding, first, optimize=True)
        if folded:
            tables = tables @ map_out.T
        width = tables.shape[-1]
        source = builder.space(embedding_floats(width))
        builder.embedding_sum(_f32(tables), codes + longest - window, source)
        builder.add_slice(source, above, source, padded(width), slices=slices)
        for number, rows in () if folded else ((2, hidden), (3, hidden), (4, levels)):
            dense = _dense(tensors, f"sample.{number}")
            target = builder.space(rows)
            if number == 4:
                builder.linear(*dense, source, target, fewest_bits=8)
            else:
                builder.linear(*dense, source, target, RELU)
            source = target
        builder.begin_head()
        builder.categorical(source, levels)
        builder.end_tier(1)
        builder.describe_tier(0, 0, [*range(source, source + levels)], (levels,), -1)


def _affine(tensors: Tensors) -> tuple[Array, Array]:
    """The three upper dense layers of the sample tier as one, without their activations."""
    weights = [_f64(tensors[f"sample.{number}.weight"]) for number in (2, 3, 4)]
    biases = [_f64(tensors[f"sample.{number}.bias"]) for number in (2, 3, 4)]
    bias = weights[2] @ (weights[1] @ biases[0] + biases[1]) + biases[2]
    return weights[2] @ weights[1] @ weights[0], bias


def _f64(tensor: np.ndarray) -> Array:
    return np.asarray(tensor, np.float64)


def _dense(tensors: Tensors, name: str) -> tuple[Array, Array]:
    return _f32(tensors[f"{name}.weight"]), _f32(tensors[f"{name}.bias"])


def _f32(tensor: np.ndarray) -> Array:
    return np.ascontiguousarray(tensor, np.float32)


def _rows(tensor: Array) -> Array:
    """[slices, size, ...] as rows, every slice padded to whole vectors."""
    missing = padded(tensor.shape[1]) - tensor.shape[1]
    full = np.pad(tensor, ((0, 0), (0, missing), *((0, 0),) * (tensor.ndim - 2)))
    return _f32(full.reshape(-1, *tensor.shape[2:]))


FAMILY = SampleRnnFamily()

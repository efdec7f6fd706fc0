"""`mtcrnn`: the networks of MTCRNN, for audio and for parameters at lower rates.

    [what was generated last, conditioning] -> dense, relu -> recurrent stacks -> head

A head gives logits of codes (a tier without outputs), mu and sigma_raw of a normal distribution
for every output (networks 0 to 4), or a mixture of three of them (5). Networks 1 and 2 have stacks
of their own for mu and sigma, 3 and 4 for every output; 2 and 4 put a common one before them.
Tensors have MTCRNN's own names.
"""

from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from rtsynth.engine.kernels.matrix import LINEAR, RELU
from rtsynth.engine.kernels.packing import padded
from rtsynth.engine.kernels.simd import LANES
from rtsynth.engine.program.builder import TapeBuilder, embedding_floats
from rtsynth.engine.program.table import beta_name, row_named
from rtsynth.families import Tensors
from rtsynth.families.conditioning import fetch_conditioning
from rtsynth.plugin.manifest import Manifest, Tier

COMPONENTS = 3
AUDIO_NETWORKS: tuple[int, ...] = (0, 6)
VALUE_NETWORKS: tuple[int, ...] = (0, 1, 2, 3, 4, 5)
# From so many on, what the first recurrent layer's matrix makes of each code is kept.
FEWEST_WEIGHTS_KEPT = 1 << 19
COMMON = (0, 2, 4, 5, 6)  # networks whose first stack is common to all outputs
GRU_PARTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


class MtcrnnTierConfig(BaseModel):
    """`tier.config` of this family."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    network: Annotated[int, Field(ge=0, le=6)] = 0
    """MTCRNN's network number: 0 or 6 for audio, 0 to 5 for parameters."""
    phased: bool = False
    """Phased LSTM layers instead of GRU (network 0 only)."""
    hidden_size: Annotated[int, Field(ge=1, le=8192)]
    """Units per recurrent layer."""
    layers: Annotated[int, Field(ge=1, le=32)]
    """Recurrent layers per stack."""
    one_hot: bool = False
    """The last code is fed as one-hot instead of as a number."""

    @model_validator(mode="after")
    def _phased_is_network_0(self) -> "MtcrnnTierConfig":
        if self.phased and self.network != 0:
            raise ValueError("phased: only network 0 has phased LSTMs")
        return self


def _config(tier: Tier) -> MtcrnnTierConfig:
    try:
        config = MtcrnnTierConfig.model_validate(tier.config)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(("config", *map(str, first["loc"])))
        raise ValueError(f"{field}: {first['msg'].removeprefix('Value error, ')}") from error
    makes, networks = "parameters", VALUE_NETWORKS
    if not tier.outputs:
        makes, networks = "audio", AUDIO_NETWORKS
    if config.network not in networks:
        known = ", ".join(map(str, networks))
        raise ValueError(f"config.network: {config.network} does not make {makes}; {known} do")
    if config.one_hot and tier.outputs:
        raise ValueError("config.one_hot: only audio can be heard as one-hot")
    return config


def _stacks(config: MtcrnnTierConfig, outputs: int) -> list[str]:
    """The prefixes of the GRU stacks, in the order of the hidden state."""
    if config.phased:
        return []
    stacks = ["gru"] if config.network in COMMON else []
    if config.network in (1, 2):
        stacks += ["mu1", "sigma1"]
    if config.network in (3, 4):
        stacks += [f"out_pro.{number}.rec" for number in range(outputs)]
    return stacks


class MtcrnnFamily:
    """See the module."""

    def tensor_shapes(self, manifest: Manifest, tier: Tier) -> dict[str, tuple[int, ...]]:
        """Shapes as in MTCRNN's state dict."""
        config = _config(tier)
        hidden, made, count = config.hidden_size, len(tier.outputs), len(tier.conditioning)
        heard = made or (manifest.audio_codec.levels if config.one_hot else 1)
        inputs = heard + count
        shapes: dict[str, tuple[int, ...]] = {}

        def dense(name: str, rows: int, columns: int) -> None:
            shapes[f"{name}.weight"], shapes[f"{name}.bias"] = (rows, columns), (rows,)

        if config.network == 6:
            dense("i2d", 3 * inputs, inputs)
            dense("d2h", hidden, 3 * inputs)
        else:
            dense("i2d", hidden, inputs)
        for stack in _stacks(config, made):
            for layer in range(config.layers):
                for part in GRU_PARTS:
                    columns = (hidden,) if part.startswith("weight") else ()
                    shapes[f"{stack}.{part}_l{layer}"] = (3 * hidden, *columns)
        for layer in range(config.layers if config.phased else 0):
            cell = f"plstm_layer.cells.{layer}"
            shapes[f"{cell}.linear_ih.weight"] = (4 * hidden, hidden)
            shapes[f"{cell}.linear_hh.weight"] = (4 * hidden, hidden)
            shapes[f"{cell}.bias"] = (4 * hidden,)
            for name in ("period", "phase", "ratio_on"):
                shapes[f"{cell}.{name}"] = (hidden,)
        for name, _, rows in _heads(config, tier, manifest):
            dense(name, rows, hidden)
        return shapes

    def state_shape(self, manifest: Manifest, tier: Tier) -> tuple[int, ...]:
        """[states, hidden]: the stacks one after the other; of phased LSTMs h, then c per layer."""
        config = _config(tier)
        stacks = 2 if config.phased else len(_stacks(config, len(tier.outputs)))
        return (stacks * config.layers, config.hidden_size)

    def compile(
        self, manifest: Manifest, tier: Tier, tensors: Tensors, builder: TapeBuilder
    ) -> None:
        """One section: fetch the conditioning, step the network, draw."""
        _Compilation(manifest, tier, tensors, builder).run()


def _heads(config: MtcrnnTierConfig, tier: Tier, manifest: Manifest) -> list[tuple[str, str, int]]:
    """(name, stack it reads, rows) of every dense layer of the head, in the order they are put out.

    The order is that of the flattened head: all of mu, all of sigma, all of pi.
    """
    made = len(tier.outputs)
    if not tier.outputs:
        return [("h2o", "gru", manifest.audio_codec.levels)]
    match config.network:
        case 0:
            return [("h2n", "gru", made), ("h2v", "gru", made)]
        case 1 | 2:
            return [("mu2", "mu1", made), ("sigma2", "sigma1", made)]
        case 5:
            return [(name, "gru", COMPONENTS * made) for name in ("mu", "sigma", "pi")]
    return [
        (f"out_pro.{number}.{name}", f"out_pro.{number}.rec", 1)
        for name in ("h2n", "h2v")
        for number in range(made)
    ]


class _Compilation:
    """One tier being written onto the tape."""

    def __init__(
        self, manifest: Manifest, tier: Tier, tensors: Tensors, builder: TapeBuilder
    ) -> None:
        self.manifest, self.tier, self.builder = manifest, tier, builder
        self.config = _config(tier)
        self.tensors = {
            name: np.ascontiguousarray(tensor, np.float32) for name, tensor in tensors.items()
        }
        self.made, self.count = len(tier.outputs), len(tier.conditioning)
        self.divider = manifest.sample_rate_hz // tier.rate_hz
        self.hidden = self.config.hidden_size

    def run(self) -> None:
        """Everything, in the order of the tape."""
        builder, tier = self.builder, self.tier
        states = self._states()
        heard, conditioning, codes = self._inputs()
        previous = builder.memory(self.made, np.nan) if self.made else -1
        builder.begin_tier()
        fetch_conditioning(self.manifest, tier, builder, conditioning)
        gates = 4 if self.config.phased else 3
        if not self.made and gates * self.hidden**2 >= FEWEST_WEIGHTS_KEPT:
            levels = self.manifest.audio_codec.levels
            builder.begin_recall(conditioning, self.count, levels, gates * padded(self.hidden))
        source = self._first_layer(heard, conditioning, codes)
        tops = self._recurrent(source, states)
        outputs, stride = self._head(tops)
        builder.begin_head()
        if not self.made:
            builder.categorical(outputs[0], self.manifest.audio_codec.levels)
        else:
            self._draw(outputs, stride, heard, previous)
            for number, name in enumerate(tier.outputs):
                builder.values[name] = (heard + number, previous + number, self.divider)
        builder.end_tier(self.divider)
        builder.describe_tier(
            conditioning, self.count, *self._shape(outputs, stride), heard if self.made else -1
        )

    def _states(self) -> dict[str, list[int]]:
        builder, layers = self.builder, self.config.layers
        if self.config.phased:
            return {"phased": [builder.hidden(self.hidden) for _ in range(2 * layers)]}
        return {
            stack: [builder.hidden(self.hidden) for _ in range(layers)]
            for stack in _stacks(self.config, self.made)
        }

    def _inputs(self) -> tuple[int, int, int]:
        """(what is heard, the conditioning behind it, the codes where they are one-hot)."""
        builder = self.builder
        codes = -1
        if self.config.one_hot:
            codes, _ = builder.history(1)
            heard, conditioning = builder.space(1), builder.space(self.count)
        else:
            heard = builder.memory((self.made or 1) + self.count)
            conditioning = heard + (self.made or 1)
        if not self.made:
            builder.input_at = heard
        return heard, conditioning, codes

    def _dense(
        self, name: str, source: int, activation: int = LINEAR, bits: int = 4, target: int = -1
    ) -> int:
        weight, bias = self.tensors[f"{name}.weight"], self.tensors[f"{name}.bias"]
        target = self.builder.space(len(weight)) if target < 0 else target
        self.builder.linear(weight, bias, source, target, activation, fewest_bits=bits)
        return target

    def _first_layer(self, heard: int, conditioning: int, codes: int) -> int:
        builder = self.builder
        if not self.config.one_hot:
            source = self._dense("i2d", heard, RELU)
        else:
            # A one-hot vector picks a column of the matrix: that is a table of embeddings.
            weight, bias = self.tensors["i2d.weight"], self.tensors["i2d.bias"]
            levels = self.manifest.audio_codec.levels
            source = builder.space(embedding_floats(len(weight)))
            builder.embedding_sum((weight[:, :levels].T + bias)[None], codes, source)
            rest = builder.space(len(weight))
            if self.count:
                builder.linear(weight[:, levels:], None, conditioning, rest)
            builder.add_slice(source, rest, source, padded(len(weight)), RELU)
        return self._dense("d2h", source) if self.config.network == 6 else source

    def _recurrent(self, source: int, states: dict[str, list[int]]) -> dict[str, int]:
        """Step every stack; where the top of each is."""
        if self.config.phased:
            return {"gru": self._phased(source, states["phased"])}
        tops: dict[str, int] = {}
        for stack, layers in states.items():
            below = source if stack == "gru" else tops.get("gru", source)
            for layer, state in enumerate(layers):
                ih, hh, bias_ih, bias_hh = (
                    self.tensors[f"{stack}.{part}_l{layer}"] for part in GRU_PARTS
                )
                self.builder.gru((ih, hh, bias_ih, bias_hh), below, state)
                below = state
            tops[stack] = below
        if self.config.network == 5:
            top, tops["gru"] = tops["gru"], self.builder.space(self.hidden)
            self.builder.tanh(top, tops["gru"], self.hidden)
        return tops

    def _phased(self, source: int, states: list[int]) -> int:
        for layer, (state, cell) in enumerate(zip(states[::2], states[1::2], strict=True)):
            prefix = f"plstm_layer.cells.{layer}"
            bias = self.tensors[f"{prefix}.bias"]
            weights = (
                self.tensors[f"{prefix}.linear_ih.weight"],
                self.tensors[f"{prefix}.linear_hh.weight"],
                bias,
                np.zeros_like(bias),
            )
            period, phase, ratio_on = (
                self.tensors[f"{prefix}.{name}"] for name in ("period", "phase", "ratio_on")
            )
            clock = (period, phase, ratio_on)
            self.builder.phased_lstm(weights, clock, source, cell, state, self.divider)
            source = state
        return source

    def _head(self, tops: dict[str, int]) -> tuple[list[int], int]:
        """(where each part of the head is, how far the numbers of a part lie apart)."""
        heads = _heads(self.config, self.tier, self.manifest)
        if self.config.network in (3, 4):
            # A dense layer for every number: they lie a vector apart.
            start = self.builder.space(len(heads) * LANES)
            for number, (name, stack, _) in enumerate(heads):
                self._dense(name, tops[stack], bits=8, target=start + number * LANES)
            return [start, start + self.made * LANES], LANES
        places = [self._dense(name, tops[stack], bits=8) for name, stack, _ in heads]
        if self.config.network == 5:
            beta = row_named(self.manifest, beta_name(self.tier.name))
            self.builder.mixture_head(places[1], places[2], COMPONENTS, self.made, beta)
        return places, 1

    def _draw(self, outputs: list[int], stride: int, current: int, previous: int) -> None:
        if self.config.network == 5:
            mu, sigma, pi = outputs
            self.builder.mixture(mu, sigma, pi, COMPONENTS, self.made, current, previous)
        else:
            beta = row_named(self.manifest, beta_name(self.tier.name))
            mu, sigma = outputs
            self.builder.normal(mu, sigma, self.made, stride, current, previous, beta)

    def _shape(self, outputs: list[int], stride: int) -> tuple[list[int], tuple[int, ...]]:
        """The offsets of what the head puts out, and their shape."""
        if not self.made:
            levels = self.manifest.audio_codec.levels
            return [*range(outputs[0], outputs[0] + levels)], (levels,)
        axes = (COMPONENTS, self.made) if self.config.network == 5 else (self.made,)
        count = int(np.prod(axes))
        offsets = [at + number * stride for at in outputs for number in range(count)]
        return offsets, (len(outputs), *axes)


FAMILY = MtcrnnFamily()

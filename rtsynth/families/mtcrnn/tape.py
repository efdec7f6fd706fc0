"""Writing an `mtcrnn` tier onto the tape: one section."""

import numpy as np

from rtsynth.engine.kernels.matrix import LINEAR, RELU
from rtsynth.engine.kernels.packing import padded
from rtsynth.engine.kernels.simd import LANES
from rtsynth.engine.program.builder import TapeBuilder, embedding_floats
from rtsynth.engine.program.table import beta_name, row_named
from rtsynth.families.conditioning import fetch_conditioning
from rtsynth.families.mtcrnn.spec import (
    CLOCK,
    COMMON_STACK,
    COMPONENTS,
    MtcrnnConfig,
    gru_names,
    phased_cell,
)
from rtsynth.plugin.family import Tensors
from rtsynth.plugin.manifest import Manifest, Tier

# From this size on, the product of the first recurrent layer's matrix is kept for each code.
FEWEST_WEIGHTS_KEPT = 1 << 19


def compile_tier(manifest: Manifest, tier: Tier, tensors: Tensors, builder: TapeBuilder) -> None:
    """Fetch the conditioning, step the network, draw."""
    _Writer(manifest, tier, tensors, builder).run()


class _Writer:
    """One tier being written onto the tape."""

    def __init__(
        self, manifest: Manifest, tier: Tier, tensors: Tensors, builder: TapeBuilder
    ) -> None:
        self.manifest, self.tier, self.builder = manifest, tier, builder
        self.config = MtcrnnConfig.of_tier(manifest, tier)
        self.tensors = {
            name: np.ascontiguousarray(tensor, np.float32) for name, tensor in tensors.items()
        }
        self.outputs, self.count = len(tier.outputs), len(tier.conditioning)
        self.divider = manifest.sample_rate_hz // tier.rate_hz
        self.hidden = self.config.hidden_size

    def run(self) -> None:
        """Everything, in the order of the tape."""
        builder, tier = self.builder, self.tier
        states = self._states()
        inputs, conditioning, codes = self._inputs()
        previous = builder.memory(self.outputs, np.nan) if self.outputs else -1
        builder.begin_tier()
        fetch_conditioning(self.manifest, tier, builder, conditioning)
        gates = 4 if self.config.phased else 3
        if not self.outputs and gates * self.hidden**2 >= FEWEST_WEIGHTS_KEPT:
            levels = self.config.levels
            builder.begin_recall(conditioning, self.count, levels, gates * padded(self.hidden))
        source = self._first_layer(inputs, conditioning, codes)
        tops = self._recurrent(source, states)
        heads, stride = self._head(tops)
        builder.begin_head()
        if not self.outputs:
            builder.categorical(heads[0], self.config.levels)
        else:
            self._draw(heads, stride, inputs, previous)
            for number, name in enumerate(tier.outputs):
                builder.values[name] = (inputs + number, previous + number, self.divider)
        builder.end_tier(self.divider)
        builder.describe_tier(
            conditioning, self.count, *self._shape(heads, stride), inputs if self.outputs else -1
        )

    def _states(self) -> dict[str, list[int]]:
        builder, layers = self.builder, self.config.layers
        if self.config.phased:
            return {"phased": [builder.hidden(self.hidden) for _ in range(2 * layers)]}
        return {
            stack: [builder.hidden(self.hidden) for _ in range(layers)]
            for stack in self.config.stacks
        }

    def _inputs(self) -> tuple[int, int, int]:
        """(the input vector, its conditioning, the last code where it is one-hot)."""
        builder = self.builder
        codes = -1
        if self.config.one_hot:
            codes, _ = builder.history(1)
            inputs, conditioning = builder.space(1), builder.space(self.count)
        else:
            inputs = builder.memory((self.outputs or 1) + self.count)
            conditioning = inputs + (self.outputs or 1)
        if not self.outputs:
            builder.input_at = inputs
        return inputs, conditioning, codes

    def _dense(
        self, name: str, source: int, activation: int = LINEAR, bits: int = 4, target: int = -1
    ) -> int:
        weight, bias = self.tensors[f"{name}.weight"], self.tensors[f"{name}.bias"]
        target = self.builder.space(len(weight)) if target < 0 else target
        self.builder.linear(weight, bias, source, target, activation, fewest_bits=bits)
        return target

    def _first_layer(self, inputs: int, conditioning: int, codes: int) -> int:
        builder = self.builder
        if not self.config.one_hot:
            source = self._dense("i2d", inputs, RELU)
        else:
            # A one-hot vector picks a column of the matrix: that is a table of embeddings.
            weight, bias = self.tensors["i2d.weight"], self.tensors["i2d.bias"]
            levels = self.config.levels
            source = builder.space(embedding_floats(len(weight)))
            builder.embedding_sum((weight[:, :levels].T + bias)[None], codes, source)
            rest = builder.space(len(weight))
            if self.count:
                builder.linear(weight[:, levels:], None, conditioning, rest)
            builder.add_slice(source, rest, source, padded(len(weight)), RELU)
        return self._dense("d2h", source) if self.config.structure.widened else source

    def _recurrent(self, source: int, states: dict[str, list[int]]) -> dict[str, int]:
        """Step every stack; where the top of each is."""
        if self.config.phased:
            return {COMMON_STACK: self._phased(source, states["phased"])}
        tops: dict[str, int] = {}
        for stack, layers in states.items():
            below = source if stack == COMMON_STACK else tops.get(COMMON_STACK, source)
            for layer, state in enumerate(layers):
                ih, hh, bias_ih, bias_hh = (self.tensors[name] for name in gru_names(stack, layer))
                self.builder.gru((ih, hh, bias_ih, bias_hh), below, state)
                below = state
            tops[stack] = below
        if self.config.output == "mixture":
            top, tops[COMMON_STACK] = tops[COMMON_STACK], self.builder.space(self.hidden)
            self.builder.tanh(top, tops[COMMON_STACK], self.hidden)
        return tops

    def _phased(self, source: int, states: list[int]) -> int:
        for layer, (state, cell) in enumerate(zip(states[::2], states[1::2], strict=True)):
            prefix = phased_cell(layer)
            bias = self.tensors[f"{prefix}.bias"]
            weights = (
                self.tensors[f"{prefix}.linear_ih.weight"],
                self.tensors[f"{prefix}.linear_hh.weight"],
                bias,
                np.zeros_like(bias),
            )
            period, phase, ratio_on = (self.tensors[f"{prefix}.{name}"] for name in CLOCK)
            clock = (period, phase, ratio_on)
            self.builder.phased_lstm(weights, clock, source, cell, state, self.divider)
            source = state
        return source

    def _head(self, tops: dict[str, int]) -> tuple[list[int], int]:
        """(where each part of the head is, how far the numbers of a part lie apart)."""
        heads = self.config.heads
        if self.config.structure.paths == "per_output":
            # A dense layer for every number: they lie a vector apart.
            start = self.builder.space(len(heads) * LANES)
            for number, (name, stack, _) in enumerate(heads):
                self._dense(name, tops[stack], bits=8, target=start + number * LANES)
            return [start, start + self.outputs * LANES], LANES
        places = [self._dense(name, tops[stack], bits=8) for name, stack, _ in heads]
        if self.config.output == "mixture":
            beta = row_named(self.manifest, beta_name(self.tier.name))
            self.builder.mixture_head(places[1], places[2], COMPONENTS, self.outputs, beta)
        return places, 1

    def _draw(self, heads: list[int], stride: int, current: int, previous: int) -> None:
        if self.config.output == "mixture":
            mu, sigma, pi = heads
            self.builder.mixture(mu, sigma, pi, COMPONENTS, self.outputs, current, previous)
        else:
            beta = row_named(self.manifest, beta_name(self.tier.name))
            mu, sigma = heads
            self.builder.normal(mu, sigma, self.outputs, stride, current, previous, beta)

    def _shape(self, heads: list[int], stride: int) -> tuple[list[int], tuple[int, ...]]:
        """The offsets of the head's outputs, and their shape."""
        if not self.outputs:
            levels = self.config.levels
            return [*range(heads[0], heads[0] + levels)], (levels,)
        axes = (COMPONENTS, self.outputs) if self.config.output == "mixture" else (self.outputs,)
        count = int(np.prod(axes))
        offsets = [at + number * stride for at in heads for number in range(count)]
        return offsets, (len(heads), *axes)

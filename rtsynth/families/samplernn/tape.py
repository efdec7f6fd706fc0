"""Writing a `samplernn` tier onto the tape.

The embedding and the first dense layer are folded into one table per position. Dense layers with
nothing between them (`activation` "linear") are one affine map: it is folded into those tables,
into the conditioning's matrix and into the output of the lowest frame tier, so that no matrix of
the hidden size is left to do for every sample.
"""

import numpy as np

from rtsynth.engine.kernels.matrix import LINEAR, RELU
from rtsynth.engine.kernels.packing import padded
from rtsynth.engine.program.builder import TapeBuilder, embedding_floats
from rtsynth.families.arrays import f32, f64
from rtsynth.families.conditioning import ConditionVector
from rtsynth.families.recurrent import RNN_PARTS
from rtsynth.families.samplernn.layout import Input, rows_of_slices, spread
from rtsynth.families.samplernn.spec import SampleRnnConfig
from rtsynth.plugin.family import Tensors, read_config
from rtsynth.plugin.manifest import Manifest, Tier

Array = np.ndarray

# Floats of a folded table per position, all positions together; where they would be more, or out of
# proportion to the weights that they are made of, the embeddings are looked up and the first dense
# layer is a matrix.
LARGEST_TABLES = 1 << 26
ALWAYS_FOLDED = 1 << 23
TIMES_THE_WEIGHTS = 2


def compile_tier(manifest: Manifest, tier: Tier, tensors: Tensors, builder: TapeBuilder) -> None:
    """A section per frame tier, slowest first, and one for the samples."""
    _Writer(manifest, tier, tensors, builder).run()


class _Writer:
    """One tier being written."""

    def __init__(
        self, manifest: Manifest, tier: Tier, tensors: Tensors, builder: TapeBuilder
    ) -> None:
        self.config = config = read_config(tier, SampleRnnConfig)
        self.tensors, self.builder = tensors, builder
        self.levels = manifest.audio_codec.levels
        self.hidden = config.hidden_size
        builder.input_at = builder.space(1)
        self.codes, self.frames = builder.history(config.prompt_codes)
        self.states = [
            [
                [builder.hidden(self.hidden) for _ in range(config.states_per_layer)]
                for _ in range(config.layers)
            ]
            for _ in config.frame_sizes or [0]
        ]
        self.condition = ConditionVector(manifest, tier, builder)

    def run(self) -> None:
        """All sections, and where they have their things."""
        builder, config = self.builder, self.config
        above = -1
        for number, frame in enumerate(config.frame_sizes):
            self._begin(number)
            above = self._frame_tier(number, above)
            builder.end_tier(frame)
        self._begin(len(config.frame_sizes))
        logits = self._sample_tier(above)
        builder.begin_head()
        builder.categorical(logits, self.levels)
        builder.end_tier(1)
        builder.describe_tier(
            self.condition.inputs,
            self.condition.count,
            [*range(logits, logits + self.levels)],
            (self.levels,),
            -1,
            config.prompt_codes,
        )

    def _begin(self, number: int) -> None:
        self.builder.begin_tier()
        if number == 0:
            self.condition.fetch(self.builder)

    # --- frame tiers ------------------------------------------------------------------------------

    def _frame_tier(self, number: int, above: int) -> int:
        """Step frame tier `number`; where the vectors for the tier below are."""
        builder, config, hidden = self.builder, self.config, self.hidden
        frame, prefix = config.frame_sizes[number], f"frame.{number}"
        first = Input(self.frames + config.frame_sizes[0] - frame, [frame], [padded(frame)])
        if config.expands(number, self.condition.size):
            expanded = builder.space(hidden)
            builder.linear(*self._dense(f"{prefix}.expand"), first.source, expanded)
            if number > 0:
                self._add(expanded, above, hidden, config.slices(number - 1), frame)
            self._add_condition(number, prefix, expanded)
            first = Input(expanded, [hidden], [padded(hidden)])
        tops = self._stack(prefix, self.states[number], self._join(number, first))
        weight, bias = self._output(number)
        read = self._read(tops)
        builder.passes_on(read, len(tops) * padded(hidden) if config.skip else hidden)
        weight = self._on_layers(weight, len(tops))
        target = builder.space(weight.shape[0] * padded(weight.shape[1]))
        last = number == len(config.frame_sizes) - 1
        bits = 8 if last and self._folds else 4
        builder.linear(rows_of_slices(weight), rows_of_slices(bias), read, target, fewest_bits=bits)
        return target

    def _read(self, tops: list[int]) -> int:
        """Where what is read of a stack is: its top, with skip connections all its layers."""
        if not self.config.skip:
            return tops[-1]
        read = self.builder.space(len(tops) * padded(self.hidden))
        self.builder.copy([(top, self.hidden) for top in tops], read)
        return read

    def _on_layers(self, weight: Array, layers: int) -> Array:
        """A matrix on what is read from a stack of this many layers, as it lies there."""
        if not self.config.skip:
            return weight
        return spread(weight, [self.hidden] * layers, [padded(self.hidden)] * layers)

    def _output(self, number: int) -> tuple[Array, Array]:
        """Weight [slices, size, columns] and bias [slices, size] of a frame tier's output."""
        slices, prefix = self.config.slices(number), f"frame.{number}"
        weight = f64(self.tensors[f"{prefix}.output.weight"])
        weight = weight.reshape(slices, self.hidden, -1)
        bias = f64(self.tensors[f"{prefix}.output.bias"]).reshape(slices, self.hidden)
        if self._folds and number == len(self.config.frame_sizes) - 1:
            self.builder.foresee(3 * slices * padded(self.levels) * weight.shape[-1])
            map_out, bias_out = self._affine()
            return map_out @ weight, bias @ map_out.T + bias_out
        return weight, bias

    def _join(self, number: int, first: Input) -> Input:
        """What the RNN of tier `number` reads: its input, and the conditioning behind it."""
        condition, builder = self.condition, self.builder
        if not self.config.joins(number, condition.size):
            return first
        vector = condition.expand(builder)
        joined = builder.space(first.floats + padded(condition.size))
        builder.copy([(first.source, first.floats), (vector, condition.size)], joined)
        room = [*first.room, padded(condition.size)]
        return Input(joined, [*first.columns, condition.size], room)

    def _stack(self, prefix: str, states: list[list[int]], first: Input) -> list[int]:
        """Step the recurrent layers on an input; where each one's state is."""
        builder, config = self.builder, self.config
        below, wide = first, padded(self.hidden)
        for layer, state in enumerate(states):
            name = f"{prefix}.rnn.{layer}"
            ih, hh, bias_ih, bias_hh = (f32(self.tensors[f"{name}.{part}"]) for part in RNN_PARTS)
            if layer > 0 and config.skip:
                joined = builder.space(wide + first.floats)
                builder.copy([(below.source, self.hidden), (first.source, first.floats)], joined)
                below = Input(joined, [self.hidden, *first.columns], [wide, *first.room])
            builder.foresee(2 * len(ih) * below.floats)
            weights = (f32(below.matrix(ih)), hh, bias_ih, bias_hh)
            if config.rnn == "lstm":
                builder.lstm(weights, below.source, state[0], state[1])
            elif config.rnn == "gru":
                builder.gru(weights, below.source, state[0])
            else:
                builder.gru_reset_before(weights, below.source, state[0])
            below = Input(state[-1], [self.hidden], [wide])
        return [state[-1] for state in states]

    # --- the sample tier --------------------------------------------------------------------------

    def _sample_tier(self, above: int) -> int:
        """Everything that is done for each sample; where the logits are."""
        config = self.config
        if not config.frame_sizes:
            tops = self._stack("sample", self.states[0], self._one_tier())
            return self._dense_layers(self._read(tops) if config.direct else tops[-1])
        map_out = self._affine()[0] if self._folds else None
        source, size = self._embed_codes(map_out)
        last = len(config.frame_sizes) - 1
        self._add(source, above, size, config.slices(last), 1)
        self._add_condition(last + 1, "sample", source, map_out)
        return source if self._folds else self._dense_layers(source)

    def _one_tier(self) -> Input:
        """What the stack reads where there is no tier above it."""
        config = self.config
        if not config.direct:
            source, size = self._embed_codes(None)
            self._add_condition(0, "sample", source)
            return Input(source, [size], [padded(size)])
        source, wide = self._look_up()
        window = config.sample_window
        first = Input(source, [config.embedding_size] * window, [wide] * window)
        return self._join(0, first)

    def _dense_layers(self, source: int) -> int:
        """Where the dense layers write the logits computed from `source`."""
        builder = self.builder
        if self._folds:
            logits = builder.space(self.levels)
            weight, bias = self._affine()
            if 1 in self.config.dense_layers:
                weight = self._on_layers(weight, self.config.layers)
            builder.linear(f32(weight), f32(bias), source, logits, fewest_bits=8)
            return logits
        numbers = self.config.dense_layers
        for number in numbers:
            matrix, vector = self._dense(f"sample.{number}")
            if number == 1:
                matrix = f32(self._on_layers(matrix, self.config.layers))
            target = builder.space(len(matrix))
            activation, bits = (LINEAR, 8) if number == numbers[-1] else (RELU, 4)
            builder.linear(matrix, vector, source, target, activation, fewest_bits=bits)
            source = target
        return source

    def _embed_codes(self, map_out: Array | None) -> tuple[int, int]:
        """(where the first dense layer's answer to the last codes is, its size)."""
        builder, config = self.builder, self.config
        window = config.sample_window
        first = f64(self.tensors["sample.1.weight"])
        size = self.hidden if map_out is None else len(map_out)
        floats = window * self.levels * embedding_floats(size)
        if config.embedding_size and floats > self._largest_tables():
            return self._unfolded(first, map_out), size
        builder.foresee(2 * floats)
        first = first.reshape(self.hidden, window, -1)
        if config.embedding_size:
            embedding = f64(self.tensors["sample.embedding"])
            tables = np.einsum("qe,hwe->wqh", embedding, first, optimize=True)
        else:
            tables = first.transpose(1, 2, 0)
        if map_out is not None:
            tables = tables @ map_out.T
        source = builder.space(embedding_floats(size))
        builder.embedding_sum(f32(tables), self._last_codes, source)
        return source, size

    def _largest_tables(self) -> int:
        weights = sum(tensor.size for tensor in self.tensors.values())
        return min(LARGEST_TABLES, max(ALWAYS_FOLDED, TIMES_THE_WEIGHTS * weights))

    def _unfolded(self, first: Array, map_out: Array | None) -> int:
        """The first dense layer as a matrix on the embeddings of the last codes."""
        builder, window = self.builder, self.config.sample_window
        joined, wide = self._look_up()
        # What comes behind it is folded in only where that makes the matrix no larger.
        narrows = map_out is not None and len(map_out) <= len(first)
        rows = map_out @ first if map_out is not None and narrows else first
        builder.foresee(3 * len(rows) * window * wide)
        target = builder.space(len(rows))
        size = rows.shape[1] // window
        weight = spread(rows, [size] * window, [wide] * window)
        builder.linear(f32(weight), None, joined, target)
        if map_out is None or narrows:
            return target
        mapped = builder.space(len(map_out))
        builder.linear(f32(map_out), None, target, mapped, fewest_bits=8)
        return mapped

    def _look_up(self) -> tuple[int, int]:
        """(where the embeddings of the last codes are, floats that each takes)."""
        builder, window = self.builder, self.config.sample_window
        embedding = f32(self.tensors["sample.embedding"])
        wide = embedding_floats(embedding.shape[1])
        builder.foresee(2 * window * wide)
        joined = builder.space(window * wide)
        builder.embeddings(embedding, self._last_codes, window, joined)
        return joined, wide

    # --- parts ------------------------------------------------------------------------------------

    @property
    def _last_codes(self) -> int:
        """Where the codes are that the sample tier reads."""
        return self.codes + self.config.prompt_codes - self.config.sample_window

    @property
    def _folds(self) -> bool:
        return self.config.activation == "linear"

    def _affine(self) -> tuple[Array, Array]:
        """The upper dense layers of the sample tier as one, without their activations."""
        layers = [f"sample.{number}" for number in self.config.dense_layers]
        weights = [f64(self.tensors[f"{name}.weight"]) for name in layers]
        bias = f64(self.tensors[f"{layers[0]}.bias"])
        for name, weight in zip(layers[1:], weights[1:], strict=True):
            bias = weight @ bias + f64(self.tensors[f"{name}.bias"])
        matrix = weights[-1]
        for weight in reversed(weights[:-1]):
            matrix = matrix @ weight
        return matrix, bias

    def _add(self, target: int, right: int, size: int, slices: int, divider: int) -> None:
        """Add a slice of what is at `right` to the vector at `target`."""
        self.builder.add_slice(target, right, target, padded(size), slices=slices, divider=divider)

    def _add_condition(
        self, number: int, prefix: str, target: int, map_out: Array | None = None
    ) -> None:
        """Add the conditioning to the vector at `target`, if tier `number` is conditioned."""
        if not self.config.adds_conditioning(number, self.condition.size):
            return
        weight = f64(self.tensors[f"{prefix}.condition.weight"])
        weight = weight if map_out is None else map_out @ weight
        part = self.builder.space(len(weight))
        vector = self.condition.expand(self.builder)
        # A class may be rare during calibration, and the matrix is small: no integers.
        self.builder.linear(f32(weight), None, vector, part, fewest_bits=32)
        self._add(target, part, len(weight), 1, 1)

    def _dense(self, name: str) -> tuple[Array, Array]:
        return f32(self.tensors[f"{name}.weight"]), f32(self.tensors[f"{name}.bias"])

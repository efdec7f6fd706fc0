"""Writing a `samplernn` tier onto the tape.

The embedding and the first dense layer are folded into one table per position. Dense layers with
nothing between them (`activation` "linear") are one affine map: it is folded into those tables,
into the conditioning's matrix and into what the lowest frame tier puts out, so that no matrix of
the hidden size is left to do for every sample.
"""

import numpy as np

from rtsynth.engine.kernels import LINEAR, RELU
from rtsynth.engine.packing import padded
from rtsynth.engine.tape import TapeBuilder, embedding_floats
from rtsynth.families import Tensors
from rtsynth.families.classes import ConditionVector
from rtsynth.families.samplernn import RNN_PARTS, SampleRnnConfig
from rtsynth.plugin.manifest import Manifest, Tier

Array = np.ndarray

# Floats of a folded table per position, all positions together; where they would be more, the
# embeddings are looked up and the first dense layer is a matrix.
LARGEST_TABLES = 1 << 26


def write_tape(
    manifest: Manifest,
    tier: Tier,
    config: SampleRnnConfig,
    tensors: Tensors,
    builder: TapeBuilder,
) -> None:
    """A section per frame tier, slowest first, and one for the samples."""
    _Writer(manifest, tier, config, tensors, builder).run()


class _Writer:
    """One tier being written."""

    def __init__(
        self,
        manifest: Manifest,
        tier: Tier,
        config: SampleRnnConfig,
        tensors: Tensors,
        builder: TapeBuilder,
    ) -> None:
        self.config, self.tensors, self.builder = config, tensors, builder
        self.levels = manifest.audio_codec.levels
        self.hidden = config.hidden_size
        builder.input_at = builder.space(1)
        self.codes, self.heard = builder.history(config.prompt_codes)
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
        source, size = self.heard + config.frame_sizes[0] - frame, frame
        if config.expands(number, self.condition.size):
            expanded = builder.space(hidden)
            builder.linear(*self._dense(f"{prefix}.expand"), source, expanded)
            if number > 0:
                self._add(expanded, above, hidden, config.slices(number - 1), frame)
            self._add_condition(number, prefix, expanded)
            source, size = expanded, hidden
        tops = self._stack(prefix, self.states[number], source, size)
        weight, bias = self._output(number)
        read, columns = tops[-1], hidden
        if config.skip:
            read = builder.space(len(tops) * padded(hidden))
            builder.copy([(top, hidden) for top in tops], read)
            weight = _spread(weight, [hidden] * len(tops))
            columns = len(tops) * padded(hidden)
        assert weight.shape[-1] == columns
        target = builder.space(weight.shape[0] * padded(weight.shape[1]))
        last = number == len(config.frame_sizes) - 1
        bits = 8 if last and self._folds else 4
        builder.linear(_rows(weight), _rows(bias), read, target, fewest_bits=bits)
        return target

    def _output(self, number: int) -> tuple[Array, Array]:
        """Weight [slices, size, columns] and bias [slices, size] of what a frame tier puts out."""
        slices, prefix = self.config.slices(number), f"frame.{number}"
        weight = _f64(self.tensors[f"{prefix}.output.weight"])
        weight = weight.reshape(slices, self.hidden, -1)
        bias = _f64(self.tensors[f"{prefix}.output.bias"]).reshape(slices, self.hidden)
        if self._folds and number == len(self.config.frame_sizes) - 1:
            map_out, bias_out = self._affine()
            return map_out @ weight, bias @ map_out.T + bias_out
        return weight, bias

    def _stack(self, prefix: str, states: list[list[int]], source: int, size: int) -> list[int]:
        """Step the recurrent layers on `size` numbers at `source`; where each one's state is."""
        builder, config = self.builder, self.config
        below, first = source, (source, size)
        for layer, state in enumerate(states):
            name = f"{prefix}.rnn.{layer}"
            parts = [_f32(self.tensors[f"{name}.{part}"]) for part in RNN_PARTS]
            if layer > 0 and config.skip:
                joined = builder.space(padded(self.hidden) + padded(size))
                builder.copy([(below, self.hidden), first], joined)
                # Behind the stack's input may lie anything: the matrix ends with it.
                wide = _spread(parts[0], [self.hidden, size])
                parts[0] = _f32(wide[:, : padded(self.hidden) + size])
                below = joined
            weights = (parts[0], parts[1], parts[2], parts[3])
            if config.rnn == "lstm":
                builder.lstm(weights, below, state[0], state[1])
            elif config.rnn == "gru":
                builder.gru(weights, below, state[0])
            else:
                builder.gru_reset_before(weights, below, state[0])
            below = state[-1]
        return [state[-1] for state in states]

    # --- the sample tier --------------------------------------------------------------------------

    def _sample_tier(self, above: int) -> int:
        """Everything that is done for each sample; where the logits are."""
        builder, config = self.builder, self.config
        early = self._folds and bool(config.frame_sizes)
        map_out = self._affine()[0] if early else None
        source, size = self._hear_codes(map_out)
        if config.frame_sizes:
            last = len(config.frame_sizes) - 1
            self._add(source, above, size, config.slices(last), 1)
        self._add_condition(len(config.frame_sizes), "sample", source, map_out)
        if early:
            return source
        if not config.frame_sizes:
            source = self._stack("sample", self.states[0], source, self.hidden)[-1]
            if self._folds:
                logits = builder.space(self.levels)
                weight, bias = self._affine()
                builder.linear(_f32(weight), _f32(bias), source, logits, fewest_bits=8)
                return logits
        for number, rows in ((2, self.hidden), (3, self.hidden), (4, self.levels)):
            target = builder.space(rows)
            activation, bits = (LINEAR, 8) if number == 4 else (RELU, 4)
            dense = self._dense(f"sample.{number}")
            builder.linear(*dense, source, target, activation, fewest_bits=bits)
            source = target
        return source

    def _hear_codes(self, map_out: Array | None) -> tuple[int, int]:
        """(where the first dense layer's answer to the last codes is, its size)."""
        builder, config = self.builder, self.config
        window = config.sample_window
        codes = self.codes + config.prompt_codes - window
        first = _f64(self.tensors["sample.1.weight"])
        size = self.hidden if map_out is None else len(map_out)
        if config.embedding_size and window * self.levels * size > LARGEST_TABLES:
            return self._look_up(codes, first if map_out is None else map_out @ first), size
        first = first.reshape(self.hidden, window, -1)
        if config.embedding_size:
            embedding = _f64(self.tensors["sample.embedding"])
            tables = np.einsum("qe,hwe->wqh", embedding, first, optimize=True)
        else:
            tables = first.transpose(1, 2, 0)
        if map_out is not None:
            tables = tables @ map_out.T
        source = builder.space(embedding_floats(size))
        builder.embedding_sum(_f32(tables), codes, source)
        return source, size

    def _look_up(self, codes: int, first: Array) -> int:
        """The first dense layer as a matrix on the embeddings of the last codes."""
        builder, window = self.builder, self.config.sample_window
        embedding = _f32(self.tensors["sample.embedding"])
        wide = embedding_floats(embedding.shape[1])
        joined, target = builder.space(window * wide), builder.space(len(first))
        builder.embeddings(embedding, codes, window, joined)
        weight = np.zeros((len(first), window, wide))
        weight[:, :, : embedding.shape[1]] = first.reshape(len(first), window, -1)
        builder.linear(_f32(weight.reshape(len(first), -1)), None, joined, target)
        return target

    # --- parts ------------------------------------------------------------------------------------

    @property
    def _folds(self) -> bool:
        return self.config.activation == "linear"

    def _affine(self) -> tuple[Array, Array]:
        """The three upper dense layers of the sample tier as one, without their activations."""
        weights = [_f64(self.tensors[f"sample.{number}.weight"]) for number in (2, 3, 4)]
        biases = [_f64(self.tensors[f"sample.{number}.bias"]) for number in (2, 3, 4)]
        bias = weights[2] @ (weights[1] @ biases[0] + biases[1]) + biases[2]
        return weights[2] @ weights[1] @ weights[0], bias

    def _add(self, target: int, right: int, size: int, slices: int, divider: int) -> None:
        """Add a slice of what is at `right` to the vector at `target`."""
        self.builder.add_slice(target, right, target, padded(size), slices=slices, divider=divider)

    def _add_condition(
        self, number: int, prefix: str, target: int, map_out: Array | None = None
    ) -> None:
        """Add the conditioning's part to the vector at `target`, where tier `number` hears it."""
        if not self.config.hears_conditioning(number, self.condition.size):
            return
        weight = _f64(self.tensors[f"{prefix}.condition.weight"])
        weight = weight if map_out is None else map_out @ weight
        part = self.builder.space(len(weight))
        vector = self.condition.expand(self.builder)
        # A class may be rare in what calibration hears, and the matrix is small: no integers.
        self.builder.linear(_f32(weight), None, vector, part, fewest_bits=32)
        self._add(target, part, len(weight), 1, 1)

    def _dense(self, name: str) -> tuple[Array, Array]:
        return _f32(self.tensors[f"{name}.weight"]), _f32(self.tensors[f"{name}.bias"])


def _f64(tensor: Array) -> Array:
    return np.asarray(tensor, np.float64)


def _f32(tensor: Array) -> Array:
    return np.ascontiguousarray(tensor, np.float32)


def _rows(tensor: Array) -> Array:
    """[slices, size, ...] as rows, every slice padded to whole vectors."""
    missing = padded(tensor.shape[1]) - tensor.shape[1]
    full = np.pad(tensor, ((0, 0), (0, missing), *((0, 0),) * (tensor.ndim - 2)))
    return _f32(full.reshape(-1, *tensor.shape[2:]))


def _spread(weight: Array, sizes: list[int]) -> Array:
    """The columns of parts of these sizes, each part padded to whole vectors."""
    parts = np.split(weight, np.cumsum(sizes)[:-1], axis=-1)
    gaps = [[(0, 0)] * (weight.ndim - 1) + [(0, padded(size) - size)] for size in sizes]
    padded_parts = [np.pad(part, gap) for part, gap in zip(parts, gaps, strict=True)]
    return np.concatenate(padded_parts, axis=-1)

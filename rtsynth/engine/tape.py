"""Building a `Program`: a family's compile function writes ops onto a tape.

Arguments of the ops, in order (offsets are in floats; sizes of outputs are whole vectors):

    MATRIX         kind, weights, source, inputs, target, panels, groups, activation, weight bytes
    QUANTISE       source, inputs, target
    GRU_GATES      from input, from state, state, hidden
    LSTM_GATES     from input, from state, cell, state, hidden
    ADD_SLICE      left, right, slices, divider, target, size, activation
    EMBEDDING_SUM  weights, codes, count, levels, target, size, bytes?
    CATEGORICAL    logits, levels, scratch
    PHASED_GATES   weights, from input, from state, cell, state, hidden, scratch, divider
    TANH           source, target, size
    UPSAMPLE       weights, current, previous, target, divider, linear?, knob row, take row
    NORMAL         mu, sigma, size, stride, current, previous, beta row
    MIXTURE_HEAD   sigma, pi, components, size, beta row
    MIXTURE        mu, sigma, pi, components, size, current, previous

The rows of an UPSAMPLE's take, offset and scale follow each other.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rtsynth.computing import BITS
from rtsynth.engine.kernels import quantised_floats
from rtsynth.engine.layout import (
    BUILT_IN,
    CONFIG_AMPLITUDE,
    CONFIG_ARENA_FLOATS,
    CONFIG_CODES,
    CONFIG_HEARD,
    CONFIG_HIDDEN_END,
    CONFIG_HIDDEN_START,
    CONFIG_HISTORY,
    CONFIG_INPUT,
    CONFIG_LARGEST,
    CONFIG_LEVELS,
    CONFIG_PARAMETERS,
    CONFIG_RANDOM_START,
    CONFIG_REFRESH,
    CONFIG_REFRESH_END,
    CONFIG_SILENCE,
    CONFIG_WORDS,
    HEADER_FLOATS,
    OP_ADD_SLICE,
    OP_CATEGORICAL,
    OP_EMBEDDING_SUM,
    OP_GRU_GATES,
    OP_LSTM_GATES,
    OP_MATRIX,
    OP_MIXTURE,
    OP_MIXTURE_HEAD,
    OP_NORMAL,
    OP_PHASED_GATES,
    OP_QUANTISE,
    OP_TANH,
    OP_UPSAMPLE,
    OP_WORDS,
    PARAMETER_FLOATS,
    Program,
    aligned_floats,
)
from rtsynth.engine.packing import FLOAT32, group_sizes, pack_matrix, pack_table, padded
from rtsynth.engine.panels import INT4_GROUP
from rtsynth.engine.quantise import Quantised, quantise
from rtsynth.engine.simd import LANES

F32 = NDArray[np.float32]
Rounding = Callable[[int, F32, int, int], Quantised]

# A matrix of fewer inputs keeps its weights at the next higher precision: it is small, so rounding
# it would gain nothing, and hardest to round, because few weights make up for each other.
FEWEST_INPUTS_INT8 = 32
FEWEST_INPUTS_INT4 = 256
SHORTEST = 1e-6  # period of a phased LSTM's unit (steps), and the share of it that is open


def round_to_nearest(number: int, weight: F32, bits: int, group: int) -> Quantised:
    """Each weight to the nearest level."""
    return quantise(weight, bits, group)


def embedding_floats(size: int) -> int:
    """Arena floats that the sum of embeddings of `size` takes."""
    return -(-size // (4 * LANES)) * 4 * LANES


@dataclass(frozen=True)
class TierPlaces:
    """Where in the arena a tier reads and writes; for teacher forcing, and to follow its values.

    Every number is an offset of one float.
    """

    section: int  # the last of its sections
    sections: int  # how many it has
    hidden: list[tuple[int, int]]  # (offset, floats) of every hidden state
    values: NDArray[np.int64]  # [D] what it generated last; [0] for audio
    conditioning: NDArray[np.int64]  # [C]
    outputs: NDArray[np.int64]  # what its head produces, flat
    shape: tuple[int, ...]  # of that


class TapeBuilder:
    """Collects ops, weights and arena space; `finish` turns them into a `Program`.

    Args:
        parameters: rows of the parameter table after the built-in ones.
        precision: of the weights: "float32", "int8" or "int4".
        rounding: makes a matrix (its number on the tape, weight, bits, group) small integers.
    """

    def __init__(
        self, parameters: int, precision: str = "float32", rounding: Rounding = round_to_nearest
    ) -> None:
        self.parameters = BUILT_IN + parameters
        self._bits = BITS[precision]
        self._rounding = rounding
        self.sources: list[tuple[int, int]] = []  # (offset, inputs) of every matrix
        self._quantised: dict[int, int] = {}  # source -> where its bytes are kept
        self._fresh: set[int] = set()  # sources whose bytes are up to date
        self._states: set[int] = set()
        self._refresh: list[list[int]] = []
        self._scratch: dict[tuple[str, int], int] = {}
        self._history = (0, 0, 0)
        self._ops: list[list[int]] = []
        self._sections: list[tuple[int, int, int, int, int]] = []
        self._weights: list[F32] = []
        self._weight_floats = 0
        self._arena_floats = padded(HEADER_FLOATS + self.parameters * PARAMETER_FLOATS)
        self._routes: list[tuple[int, int, float, float]] = []
        self._hidden: list[tuple[int, int]] = []
        self._resets: list[tuple[int, int]] = []
        self._starts: list[tuple[int, F32]] = []
        self._open = (0, -1, -1)
        self._described = (0, 0)  # sections and hidden states of the tiers described so far
        self.tiers: list[TierPlaces] = []
        self.values: dict[str, tuple[int, int, int]] = {}  # (current, previous, divider) by name
        self.followed: dict[str, int] = {}  # where each value is to be seen as it is used
        self.input_at = -1
        self.amplitude_at = self.space(1)

    def space(self, floats: int) -> int:
        """Offset of `floats` floats of arena, at a whole vector, padded with zeros."""
        at = self._arena_floats
        self._arena_floats += padded(floats)
        return at

    def hidden(self, floats: int) -> int:
        """Like `space`, for hidden state. All hidden states of a tier are asked for in a row."""
        at = self.space(floats)
        self._hidden.append((at, floats))
        self._resets.append((at, floats))
        self._states.add(at)
        return at

    def memory(self, floats: int, start: float = 0.0) -> int:
        """Like `space`, for what a reset puts to `start` although it is no hidden state."""
        at = self.space(floats)
        self._resets.append((at, floats))
        if start != 0.0:
            self.start_from(at, np.full(floats, start, np.float32))
        return at

    def start_from(self, at: int, values: F32) -> None:
        """Let a reset put these values at arena[at:], which is `memory`."""
        self._starts.append((at, values))

    def route(self, parameter: int, at: int, scale: float, offset: float) -> None:
        """Let the plugin's parameter number `parameter` arrive at arena[at], scaled."""
        self._routes.append((BUILT_IN + parameter, at, scale, offset))

    def begin_tier(self) -> None:
        """Start a section of the tape."""
        # Other tiers run at other times: what they left behind as bytes may be old.
        self._fresh = {source for source in self._fresh if source in self._states}
        self._open = (len(self._ops), -1, -1)

    def begin_network(self) -> None:
        """What came so far fetches the tier's conditioning (and is skipped in teacher forcing)."""
        self._open = (self._open[0], len(self._ops), -1)

    def begin_head(self) -> None:
        """What follows draws from what the tier computed (and is skipped in teacher forcing)."""
        self._open = (*self._open[:2], len(self._ops))

    def end_tier(self, divider: int) -> None:
        """Close the section; the tier steps every `divider` samples."""
        start, first, head = self._open
        end = len(self._ops)
        first = start if first < 0 else first
        self._sections.append((start, first, end if head < 0 else head, end, divider))

    def describe_tier(
        self, conditioning: int, count: int, outputs: list[int], shape: tuple[int, ...], values: int
    ) -> None:
        """Say where the tier that has just ended has its things.

        Args:
            conditioning, count: offset and number of its conditioning inputs.
            outputs, shape: offsets of the floats that its head produces, and their shape.
            values: where the values it generates are, as many as the last axis of `shape`; -1 for
                audio.
        """
        sections, hidden = self._described
        made = shape[-1] if values >= 0 else 0
        self.tiers.append(
            TierPlaces(
                section=len(self._sections) - 1,
                sections=len(self._sections) - sections,
                hidden=self._hidden[hidden:],
                values=values + np.arange(made, dtype=np.int64),
                conditioning=conditioning + np.arange(count, dtype=np.int64),
                outputs=np.array(outputs, np.int64),
                shape=shape,
            )
        )
        self._described = (len(self._sections), len(self._hidden))

    def history(self, count: int) -> tuple[int, int]:
        """Remember the last `count` codes: (offset of the codes, of what the network heard).

        The oldest comes first.
        """
        self._history = (count, self.space(count), self.space(count))
        return self._history[1:]

    def linear(
        self,
        weight: F32,
        bias: F32 | None,
        source: int,
        target: int,
        activation: int = 0,
        *,
        fewest_bits: int = 4,
    ) -> None:
        """arena[target:] = activation(weight @ arena[source:] + bias); weight [M, K]."""
        outputs, inputs = weight.shape
        bits = max(self._bits, fewest_bits)
        if bits == 4 and inputs < FEWEST_INPUTS_INT4:
            bits = 8
        if bits == 8 and inputs < FEWEST_INPUTS_INT8:
            bits = 32
        number = len(self.sources)
        self.sources.append((source, inputs))
        if bits == 32:
            kind, packed = pack_matrix(np.asarray(weight, np.float32), bias)
        else:
            group = INT4_GROUP if bits == 4 else inputs
            kind, packed = pack_matrix(self._rounding(number, weight, bits, group), bias)
        if kind != FLOAT32:
            source = self._bytes_of(source, inputs)
        at = self._store(packed)
        panels = padded(outputs) // LANES
        groups = len(group_sizes(panels))
        words = (at, source, inputs, target, panels, groups, activation, packed.nbytes)
        self._emit(OP_MATRIX, kind, *words)
        self._wrote(target)

    def gru(self, weights: tuple[F32, F32, F32, F32], source: int, state: int) -> None:
        """A GRU cell; weights = (ih [3H, K], hh [3H, H], bias_ih [3H], bias_hh [3H])."""
        rows = self._cell(weights, 3, source, state)
        self._emit(OP_GRU_GATES, *rows, state, padded(weights[1].shape[1]))
        self._wrote(state)

    def lstm(self, weights: tuple[F32, F32, F32, F32], source: int, cell: int, state: int) -> None:
        """An LSTM cell; weights = (ih [4H, K], hh [4H, H], bias_ih [4H], bias_hh [4H])."""
        rows = self._cell(weights, 4, source, state)
        self._emit(OP_LSTM_GATES, *rows, cell, state, padded(weights[1].shape[1]))
        self._wrote(state)

    def phased_lstm(
        self,
        weights: tuple[F32, F32, F32, F32],
        clock: tuple[F32, F32, F32],
        source: int,
        cell: int,
        state: int,
        divider: int,
    ) -> None:
        """A phased LSTM cell, gates i, f, o, g; clock = (period, phase, ratio_on) [H]."""
        hidden = weights[1].shape[1]
        wide = padded(hidden)
        rows = self._cell(weights, 4, source, state)
        times = np.ones((3, wide), np.float32)
        # A period or an open share of nothing would divide by it.
        times[:, :hidden] = (
            np.maximum(clock[0], SHORTEST),
            clock[1],
            np.maximum(clock[2], SHORTEST),
        )
        at = self._store(times.ravel())
        scratch = self._scratch_space("gate", wide)
        self._emit(OP_PHASED_GATES, at, *rows, cell, state, wide, scratch, divider)
        self._wrote(state)

    def tanh(self, source: int, target: int, size: int) -> None:
        """target = tanh(source), whole vectors."""
        self._emit(OP_TANH, source, target, padded(size))
        self._wrote(target)

    def upsample(
        self,
        value: tuple[int, int, int],
        target: int,
        span: tuple[float, float],
        rows: tuple[int, int],
        *,
        linear: bool,
    ) -> None:
        """arena[target] = a value that a tier above generates, as its controls have it.

        Args:
            value: (current, previous, divider of its tier), offsets of floats and samples.
            target: where this tier reads it.
            span: (low, high - low): low + value * (high - low) is in the value's unit.
            rows: of the parameter table: its knob's, and its take's (offset and scale follow).
            linear: whether between two steps it moves on a straight line, a step late.
        """
        current, previous, divider = value
        at = self._store(np.array(span, np.float32))
        self._emit(OP_UPSAMPLE, at, current, previous, target, divider, int(linear), *rows)

    def normal(
        self, mu: int, sigma: int, size: int, stride: int, current: int, previous: int, beta: int
    ) -> None:
        """Draw `size` values from normal distributions; `beta` is a row of the parameter table."""
        self._emit(OP_NORMAL, mu, sigma, size, stride, current, previous, beta)

    def mixture_head(self, sigma: int, pi: int, components: int, size: int, beta: int) -> None:
        """Make widths and probabilities of what the network says of them, [components, size]."""
        self._emit(OP_MIXTURE_HEAD, sigma, pi, components, size, beta)

    def mixture(
        self, mu: int, sigma: int, pi: int, components: int, size: int, current: int, previous: int
    ) -> None:
        """Draw `size` values from mixtures of normal distributions."""
        self._emit(OP_MIXTURE, mu, sigma, pi, components, size, current, previous)

    def add_slice(
        self,
        left: int,
        right: int,
        target: int,
        size: int,
        activation: int = 0,
        *,
        slices: int = 1,
        divider: int = 1,
    ) -> None:
        """target = activation(left + slice of right), vectors of `size` whole vectors.

        `right` holds `slices` of them, one for every `divider` samples, used in turn.
        """
        assert size % LANES == 0
        self._emit(OP_ADD_SLICE, left, right, slices, divider, target, size, activation)
        self._wrote(target)

    def embedding_sum(self, tables: F32, codes: int, target: int) -> None:
        """target = sum over i of tables[i, code i]; tables [count, levels, size].

        The target has room for `embedding_floats(size)`.
        """
        count, levels, size = tables.shape
        wide = embedding_floats(size)
        full = np.pad(np.asarray(tables, np.float32), ((0, 0), (0, 0), (0, wide - size)))
        small = self._bits < 32
        at = self._store(pack_table(full) if small else full.ravel())
        self._emit(OP_EMBEDDING_SUM, at, codes, count, levels, target, wide, int(small))
        self._wrote(target)

    def categorical(self, logits: int, levels: int) -> None:
        """Draw a code from `levels` logits; it becomes the output and the next input."""
        self._emit(OP_CATEGORICAL, logits, levels, self.space(levels))

    def _cell(
        self, weights: tuple[F32, F32, F32, F32], gates: int, source: int, state: int
    ) -> tuple[int, int]:
        """Both matrices of a recurrent cell; where their results are."""
        hidden = weights[1].shape[1]
        rows = gates * padded(hidden)
        results = []
        for name, weight, bias, values in (
            ("input", weights[0], weights[2], source),
            ("state", weights[1], weights[3], state),
        ):
            target = self._scratch_space(name, rows)
            shaped = np.zeros((gates, padded(hidden), weight.shape[1]), np.float32)
            shaped[:, :hidden] = weight.reshape(gates, hidden, -1)
            start = np.zeros((gates, padded(hidden)), np.float32)
            start[:, :hidden] = bias.reshape(gates, hidden)
            self.linear(shaped.reshape(rows, -1), start.ravel(), values, target)
            results.append(target)
        return results[0], results[1]

    def _scratch_space(self, name: str, floats: int) -> int:
        """Room that ops of the same size may share, one after the other."""
        if (name, floats) not in self._scratch:
            self._scratch[name, floats] = self.space(floats)
        return self._scratch[name, floats]

    def _bytes_of(self, source: int, inputs: int) -> int:
        """Where the vector at `source` is kept as bytes, up to date."""
        if source not in self._quantised:
            self._quantised[source] = self.space(quantised_floats(inputs))
            words = [OP_QUANTISE, source, inputs, self._quantised[source]]
            if source in self._states:
                # A state is turned into bytes when it changes; and when it is set from outside.
                self._refresh.append(words)
                self._fresh.add(source)
        if source not in self._fresh:
            self._emit(OP_QUANTISE, source, inputs, self._quantised[source])
            self._fresh.add(source)
        return self._quantised[source]

    def _wrote(self, target: int) -> None:
        self._fresh.discard(target)
        if target in self._states and target in self._quantised:
            words = next(words for words in self._refresh if words[1] == target)
            self._emit(*words)
            self._fresh.add(target)

    def finish(
        self,
        decode: F32,
        hear: F32,
        silence: int,
        ramp_samples: NDArray[np.int32],
        rest: F32 | None,
        random_start: bool,
        team: NDArray[np.int64],
    ) -> Program:
        """The program. `rest` [hidden floats without padding] is the state after a reset."""
        ops = self._ops + [_op(words) for words in self._refresh]
        start = min(at for at, _ in self._resets)
        end = max(at + padded(floats) for at, floats in self._resets)
        rest_padded = np.zeros(end - start, np.float32)
        for at, values in self._starts:
            rest_padded[at - start : at - start + len(values)] = values
        if rest is not None:
            position = 0
            for at, floats in self._hidden:
                rest_padded[at - start : at - start + floats] = rest[position : position + floats]
                position += floats
        config = np.zeros(CONFIG_WORDS, np.int64)
        config[CONFIG_LEVELS] = decode.size
        config[CONFIG_SILENCE] = silence
        config[CONFIG_INPUT] = self.input_at
        config[CONFIG_AMPLITUDE] = self.amplitude_at
        config[CONFIG_HIDDEN_START] = start
        config[CONFIG_HIDDEN_END] = end
        config[CONFIG_RANDOM_START] = int(random_start)
        config[CONFIG_PARAMETERS] = self.parameters
        config[CONFIG_ARENA_FLOATS] = self._arena_floats
        config[CONFIG_HISTORY], config[CONFIG_CODES], config[CONFIG_HEARD] = self._history
        config[CONFIG_LARGEST] = max((op[9] for op in ops if op[0] == OP_MATRIX), default=0)
        config[CONFIG_REFRESH], config[CONFIG_REFRESH_END] = len(self._ops), len(ops)
        weights = aligned_floats(self._weight_floats)
        weights[:] = np.concatenate(self._weights)
        return Program(
            ops=np.array(ops, np.int32),
            sections=np.array(self._sections, np.int32),
            config=config,
            weights=weights,
            decode=decode,
            hear=hear,
            routes=np.array([r[:2] for r in self._routes], np.int32).reshape(-1, 2),
            route_map=np.array([r[2:] for r in self._routes], np.float32).reshape(-1, 2),
            ramp_samples=ramp_samples,
            rest=rest_padded,
            team=team,
        )

    def _store(self, packed: F32) -> int:
        at = self._weight_floats
        self._weights.append(np.concatenate([packed, np.zeros(-packed.size % 16, np.float32)]))
        self._weight_floats += self._weights[-1].size
        return at

    def _emit(self, *words: int) -> None:
        self._ops.append(_op(list(words)))


def _op(words: list[int]) -> list[int]:
    return words + [0] * (OP_WORDS - len(words))

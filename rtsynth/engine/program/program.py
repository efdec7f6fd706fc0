"""From ops to a `Program`: the matrices of a tape, its weights, and their bytes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.computing import BITS
from rtsynth.engine.kernels.matrix import quantised_floats
from rtsynth.engine.kernels.packing import FLOAT32, group_sizes, pack_matrix, padded
from rtsynth.engine.kernels.panels import INT4_GROUP
from rtsynth.engine.kernels.quantise import Quantised, quantise
from rtsynth.engine.kernels.simd import LANES
from rtsynth.engine.program.budget import Budget
from rtsynth.engine.program.layout import (
    CONFIG_AMPLITUDE,
    CONFIG_ARENA_FLOATS,
    CONFIG_CODES,
    CONFIG_HAS_AMPLITUDE,
    CONFIG_HIDDEN_END,
    CONFIG_HIDDEN_START,
    CONFIG_HISTORY,
    CONFIG_INPUT,
    CONFIG_LARGEST,
    CONFIG_LEVELS,
    CONFIG_MODULATION,
    CONFIG_PARAMETERS,
    CONFIG_PAST_INPUTS,
    CONFIG_PITCH,
    CONFIG_RANDOM_START,
    CONFIG_RATE_HZ,
    CONFIG_REFRESH,
    CONFIG_REFRESH_END,
    CONFIG_SILENCE,
    CONFIG_SOUND,
    CONFIG_WORDS,
    RANGE_FLOATS,
    ROUTE_FLOATS,
    ROUTE_WORDS,
    SOUND_SAMPLES,
    Program,
    aligned_floats,
)
from rtsynth.engine.program.ops import Keep, Matrix, Op, Quantise, Recall, row_of
from rtsynth.engine.program.sections import Sections

F32 = NDArray[np.float32]
Rounding = Callable[[int, F32, int, int], Quantised]

# A matrix of fewer inputs keeps its weights at the next higher precision: it is small, so rounding
# it would gain nothing, and hardest to round, because few weights make up for each other.
FEWEST_INPUTS_INT8 = 32
FEWEST_INPUTS_INT4 = 256
MOST_KEPT = 1 << 23  # floats of arena for what a recall keeps


def round_to_nearest(number: int, weight: F32, bits: int, group: int) -> Quantised:
    """Each weight to the nearest level."""
    return quantise(weight, bits, group)


@dataclass(frozen=True)
class _Recall:
    """A stretch of ops whose result is kept for each code."""

    at: int  # of its op on the tape
    op: Recall  # as far as it is known
    fresh: set[int]


class ProgramBuilder(Sections):
    """Collects ops, weights and arena space; `finish` turns them into a `Program`.

    Args:
        parameters: rows of the parameter table after the built-in ones.
        precision: of the weights: "float32", "int8" or "int4".
        rounding: rounds a matrix (its number on the tape, weight, bits, group) to small integers.
        budget: of memory; None for one without end.
        voices: how many arenas are counted towards it.
    """

    def __init__(
        self,
        parameters: int,
        precision: str = "float32",
        rounding: Rounding = round_to_nearest,
        budget: Budget | None = None,
        voices: int = 1,
    ) -> None:
        super().__init__(parameters, budget, voices)
        self._bits = BITS[precision]
        self._rounding = rounding
        self.sources: list[tuple[int, int]] = []  # (offset, inputs) of every matrix
        self._quantised: dict[int, int] = {}  # source -> where its bytes are kept
        self._refresh: dict[int, Quantise] = {}  # by source
        self._scratch: dict[tuple[str, int], int] = {}
        self._weights: list[F32] = []
        self._weight_floats = 0
        self._tasks = 0  # matrices that can be begun ahead
        self._recall: _Recall | None = None

    def foresee(self, floats: int) -> None:
        """Say before it is computed what is about to be stored, or needed for a moment.

        Raises:
            PluginError: it is more than the plugin's file justifies.
        """
        if self._budget is not None:
            self._budget.foresee(4 * floats)

    def begin_recall(self, conditioning: int, count: int, levels: int, floats: int) -> None:
        """Compute what follows only where it is not known for the last code already.

        That is everything up to and including the input's matrix of the next recurrent cell, which
        must follow from the last code and from arena[conditioning : conditioning + count] alone.
        While those stand still, its results are kept, for each of `levels` codes, and copied: the
        same numbers, without reading the weights. `floats` is the size of one result; if all
        levels' take more than MOST_KEPT nothing is kept. At float32 neither, as calibration looks
        at the inputs of every matrix.
        """
        if self._bits == 32 or levels * floats > MOST_KEPT:
            return
        op = Recall(conditioning, count, self.space(count), self.space(levels), levels)
        self._recall = _Recall(len(self._ops), op, set(self._fresh))
        self._emit(op)

    def _end_recall(self, target: int, floats: int) -> None:
        recall, self._recall = self._recall, None
        if recall is None:
            return
        table = self.space(recall.op.levels * floats)
        self._emit(Keep(recall.op.stamps, table, target, floats))
        skip = len(self._ops) - recall.at - 1
        self._ops[recall.at] = recall.op._replace(
            table=table, target=target, size=floats, skip=skip
        )
        # Where it was skipped, the bytes of vectors inside are old.
        self._fresh &= recall.fresh

    def linear(
        self,
        weight: F32,
        bias: F32 | None,
        source: int,
        target: int,
        activation: int = 0,
        *,
        fewest_bits: int = 4,
        ahead: int = 0,
    ) -> None:
        """arena[target:] = activation(weight @ arena[source:] + bias); weight [M, K].

        `ahead` is the number of the task as which an AHEAD op may have begun it, 0 for none.
        """
        outputs, inputs = weight.shape
        source = self._altered.get(source, source)
        bits = max(self._bits, fewest_bits)
        if bits == 4 and inputs < FEWEST_INPUTS_INT4:
            bits = 8
        if bits == 8 and inputs < FEWEST_INPUTS_INT8:
            bits = 32
        self.foresee(padded(outputs) * inputs * bits // 32)
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
        groups = len(group_sizes(panels, kind))
        sizes = panels, groups, activation, packed.nbytes
        self._emit(Matrix(kind, at, source, inputs, target, *sizes, task=ahead))
        self._wrote(target)

    def _scratch_space(self, name: str, floats: int) -> int:
        """Room that ops of the same size may share, one after the other."""
        if (name, floats) not in self._scratch:
            self._scratch[name, floats] = self.space(floats)
        return self._scratch[name, floats]

    def _bytes_of(self, source: int, inputs: int) -> int:
        """Where the vector at `source` is kept as bytes, up to date."""
        if source not in self._quantised:
            self._quantised[source] = self.space(quantised_floats(inputs))
            if source in self._states:
                # A state is turned into bytes when it changes; and when it is set from outside.
                self._refresh[source] = Quantise(source, inputs, self._quantised[source])
                self._fresh.add(source)
        if source not in self._fresh:
            self._emit(Quantise(source, inputs, self._quantised[source]))
            self._fresh.add(source)
        return self._quantised[source]

    def _wrote(self, target: int) -> None:
        self._fresh.discard(target)
        if target in self._refresh:
            self._emit(self._refresh[target])
            self._fresh.add(target)

    def finish(
        self,
        decode: F32,
        inputs: F32,
        silence: int,
        ramp_samples: NDArray[np.int32],
        ranges: F32,
        rest: F32 | None,
        random_start: bool,
        team: NDArray[np.int64],
        rate_hz: int,
        has_amplitude: bool,
        pitch_row: int,
    ) -> Program:
        """The program. `rest` [hidden floats without padding] is the state after a reset."""
        ops = [*self._ops, *self._refresh.values()]
        start, at_rest = self._at_rest(rest)
        config = np.zeros(CONFIG_WORDS, np.int64)
        config[CONFIG_LEVELS] = decode.size
        config[CONFIG_SILENCE] = silence
        config[CONFIG_INPUT] = self.input_at
        config[CONFIG_AMPLITUDE] = self.amplitude_at
        config[CONFIG_HIDDEN_START] = start
        config[CONFIG_HIDDEN_END] = start + at_rest.size
        config[CONFIG_RANDOM_START] = int(random_start)
        config[CONFIG_PARAMETERS] = self.parameters
        config[CONFIG_SOUND] = self.space(SOUND_SAMPLES)  # behind what is used all the time
        config[CONFIG_ARENA_FLOATS] = self._arena_floats
        config[CONFIG_HISTORY], config[CONFIG_CODES], config[CONFIG_PAST_INPUTS] = self._history
        config[CONFIG_LARGEST] = max(
            (op.weight_bytes for op in ops if isinstance(op, Matrix)), default=0
        )
        config[CONFIG_RATE_HZ] = rate_hz
        config[CONFIG_HAS_AMPLITUDE] = int(has_amplitude)
        config[CONFIG_PITCH] = pitch_row
        config[CONFIG_MODULATION] = self._modulation_at
        config[CONFIG_REFRESH], config[CONFIG_REFRESH_END] = len(self._ops), len(ops)
        return Program(
            ops=np.array([row_of(op) for op in ops], np.int32),
            sections=np.array(self._sections, np.int32),
            config=config,
            weights=self._joined_weights(),
            decode=decode,
            inputs=inputs,
            routes=np.array([r for r, _ in self._routes], np.int32).reshape(-1, ROUTE_WORDS),
            route_map=np.array([r for _, r in self._routes], np.float32).reshape(-1, ROUTE_FLOATS),
            ramp_samples=ramp_samples,
            ranges=ranges.reshape(-1, RANGE_FLOATS),
            rest=at_rest,
            team=team,
        )

    def _joined_weights(self) -> F32:
        """All of them, aligned. What has been copied is released: they are never there twice."""
        weights, at = aligned_floats(self._weight_floats), 0
        self._weights.reverse()
        while self._weights:
            part = self._weights.pop()
            weights[at : at + part.size] = part
            at += part.size
        return weights

    def _store(self, packed: F32) -> int:
        at = self._weight_floats
        if packed.size % LANES:
            packed = np.concatenate([packed, np.zeros(-packed.size % LANES, np.float32)])
        self._weights.append(packed)
        self._weight_floats += packed.size
        if self._budget is not None:
            self._budget.hold("weights", 4 * self._weight_floats)
        return at

    def _emit(self, op: Op) -> None:
        self._ops.append(op)

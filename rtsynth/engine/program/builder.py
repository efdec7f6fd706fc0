"""Building a `Program`: a family's compile function writes ops onto a tape.

What each op does with its fields: `rtsynth.engine.program.ops`.
"""

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.kernels.packing import pack_table, padded
from rtsynth.engine.kernels.simd import LANES
from rtsynth.engine.program import ops
from rtsynth.engine.program.layout import MAX_AHEAD, MINIMUM_WORK
from rtsynth.engine.program.program import ProgramBuilder
from rtsynth.engine.program.sections import UNSHAPED_VALUE, Shape

F32 = NDArray[np.float32]

SHORTEST = 1e-6  # period of a phased LSTM's unit (steps), and the share of it that is open


def embedding_floats(size: int) -> int:
    """Arena floats that the sum of embeddings of `size` takes."""
    return -(-size // (4 * LANES)) * 4 * LANES


class TapeBuilder(ProgramBuilder):
    """Writes the ops; `finish` turns them into a `Program`. See `ProgramBuilder`."""

    _recurrent = -1  # the op of the recurrent matrix of the cell written last, if it can go ahead

    def gru(self, weights: tuple[F32, F32, F32, F32], source: int, state: int) -> None:
        """A GRU cell; weights = (ih [3H, K], hh [3H, H], bias_ih [3H], bias_hh [3H]).

        Gates in the order r, z, n, as in `nn.GRU`.
        """
        rows = self._cell(weights, 3, source, state)
        self._emit(ops.GruGates(*rows, state, padded(weights[1].shape[1])))
        self._stepped(state)

    def gru_reset_before(self, weights: tuple[F32, F32, F32, F32], source: int, state: int) -> None:
        """A GRU cell that resets its state before the candidate's matrix.

        Weights as for `gru`, gates in the same order: r, z, n.
        """
        ih, hh, bias_ih, bias_hh = weights
        hidden = hh.shape[1]
        wide, gates = padded(hidden), hh.reshape(3, hidden, hidden)
        from_input = self._gates("input", ih.reshape(3, hidden, -1), bias_ih, source)
        from_state = self._gates("gates", gates[:2], bias_hh[: 2 * hidden], state)
        kept = self.space(wide)  # its own: calibration looks at it after the step
        self._emit(ops.GruReset(from_input, from_state, state, kept, wide))
        self._wrote(kept)
        candidate = self._gates("candidate", gates[2:], bias_hh[2 * hidden :], kept)
        self._emit(ops.GruMove(from_input, from_state, candidate, state, wide))
        self._wrote(state)
        self._passed_on(state)

    def lstm(self, weights: tuple[F32, F32, F32, F32], source: int, cell: int, state: int) -> None:
        """An LSTM cell; weights = (ih [4H, K], hh [4H, H], bias_ih [4H], bias_hh [4H]).

        Gates in the order i, f, g, o, as in `nn.LSTM`.
        """
        rows = self._cell(weights, 4, source, state)
        self._emit(ops.LstmGates(*rows, cell, state, padded(weights[1].shape[1])))
        self._stepped(state)

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
        self._emit(ops.PhasedGates(at, *rows, cell, state, wide, scratch, divider))
        self._stepped(state)

    def tanh(self, source: int, target: int, size: int) -> None:
        """target = tanh(source), whole vectors."""
        self._emit(ops.Tanh(self._altered.get(source, source), target, padded(size)))
        self._wrote(target)

    def upsample(
        self,
        value: tuple[int, int, int],
        target: int,
        span: tuple[float, float],
        rows: tuple[int, int],
        shape: Shape = UNSHAPED_VALUE,
        *,
        linear: bool,
    ) -> None:
        """arena[target] = a value that a tier above generates, as its controls have it.

        Args:
            value: (current, previous, divider of its tier), offsets of floats and samples.
            target: where this tier reads it.
            span: (low, high - low): low + value * (high - low) is in the value's unit.
            rows: of the parameter table: its knob's, and its take's (offset and scale follow).
            shape: what a voice does to it last.
            linear: whether between two steps it moves on a straight line, a step late.
        """
        current, previous, divider = value
        at = self._store(np.array([*span, *shape.limits], np.float32))
        self._emit(
            ops.Upsample(at, current, previous, target, divider, int(linear), *rows, shape.by)
        )

    def normal(
        self, mu: int, sigma: int, size: int, stride: int, current: int, previous: int, beta: int
    ) -> None:
        """Draw `size` values from normal distributions; `beta` is a row of the parameter table."""
        self._emit(ops.Normal(mu, sigma, size, stride, current, previous, beta))

    def mixture_head(self, sigma: int, pi: int, components: int, size: int, beta: int) -> None:
        """Turn the network's output [components, size] into widths and probabilities."""
        self._emit(ops.MixtureHead(sigma, pi, components, size, beta))

    def mixture(
        self, mu: int, sigma: int, pi: int, components: int, size: int, current: int, previous: int
    ) -> None:
        """Draw `size` values from mixtures of normal distributions."""
        self._emit(ops.Mixture(mu, sigma, pi, components, size, current, previous))

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
        self._emit(ops.AddSlice(left, right, slices, divider, target, size, activation))
        self._wrote(target)

    def copy(self, parts: list[tuple[int, int]], target: int) -> None:
        """Lay vectors (offset, floats) one behind the other, each padded to whole vectors.

        Behind the last one may lie anything.
        """
        at = target
        for source, floats in parts:
            self._emit(ops.Copy(self._altered.get(source, source), at, padded(floats)))
            at += padded(floats)
        self._wrote(target)

    def class_weights(self, source: int, target: int, count: int) -> None:
        """The weights of `count` classes, of a number 0..1 at `source`; a count of 1 copies it.

        w_k = max(0, 1 - |x (count - 1) - k|).
        """
        self._emit(ops.ClassWeights(source, target, count))
        self._wrote(target)

    def embedding_sum(self, tables: F32, codes: int, target: int) -> None:
        """target = sum over i of tables[i, code i]; tables [count, levels, size].

        The target has room for `embedding_floats(size)`.
        """
        count, levels, size = tables.shape
        at, small = self._table(tables)
        wide = embedding_floats(size)
        self._emit(ops.EmbeddingSum(at, codes, count, levels, target, wide, int(small)))
        self._wrote(target)

    def embeddings(self, table: F32, codes: int, count: int, target: int) -> None:
        """The rows of table [levels, size] of `count` codes, one behind the other.

        Each takes `embedding_floats(size)` floats.
        """
        levels, size = table.shape
        at, small = self._table(table[None])
        wide = embedding_floats(size)
        for i in range(count):
            into = target + i * wide
            self._emit(ops.EmbeddingSum(at, codes + i, 1, levels, into, wide, int(small)))
        self._wrote(target)

    def _table(self, tables: F32) -> tuple[int, bool]:
        """(where tables [count, levels, size] are stored, whether as bytes)."""
        count, levels, size = tables.shape
        self.foresee(count * levels * embedding_floats(size))
        full = np.asarray(tables, np.float32)
        if gap := embedding_floats(size) - size:
            full = np.pad(full, ((0, 0), (0, 0), (0, gap)))
        small = self._bits < 32
        return self._store(pack_table(full) if small else full.ravel()), small

    def categorical(self, logits: int, levels: int) -> None:
        """Draw a code from `levels` logits; it becomes the output and the next input."""
        self._emit(ops.Categorical(logits, levels, self.space(levels)))

    def _cell(
        self, weights: tuple[F32, F32, F32, F32], gates: int, source: int, state: int
    ) -> tuple[int, int]:
        """Both matrices of a recurrent cell; where their results are."""
        ih, hh, bias_ih, bias_hh = weights
        hidden = hh.shape[1]
        from_input = self._gates("input", ih.reshape(gates, hidden, -1), bias_ih, source)
        self._end_recall(from_input, gates * padded(hidden))
        task = 0
        if hh.size * self._bits // 8 >= MINIMUM_WORK and self._tasks < MAX_AHEAD:
            self._tasks = task = self._tasks + 1
        # What is begun ahead has room of its own: other cells step meanwhile.
        name = f"state {task}" if task else "state"
        from_state = self._gates(name, hh.reshape(gates, hidden, -1), bias_hh, state, task)
        self._recurrent = len(self._ops) - 1 if task else -1
        return from_input, from_state

    def _stepped(self, state: int) -> None:
        """The state of the cell whose matrices came last is known; its next step may begin."""
        self._wrote(state)
        if self._recurrent >= 0:
            self._emit(ops.Ahead(self._recurrent))
        self._passed_on(state)

    def _passed_on(self, state: int) -> None:
        """A recurrent layer is done; in an opened plugin its controls say what it passes on."""
        units = dict(self._hidden).get(state)
        if units is None:  # no hidden state: nothing that is kept or put back, nor reached into
            return
        self._layers.append(units)
        if not self._open_tiers:
            return
        layer = self._open_tiers[len(self.tiers)].layers[len(self._layers) - 1]
        self._emit(ops.Alter(state, layer.target, units, layer.scale_row, layer.stream))
        self._altered[state] = layer.target
        if self._bits < 32:
            self._quantised[layer.target] = layer.small
        self._wrote(layer.target)

    def _gates(self, name: str, weight: F32, bias: F32, source: int, ahead: int = 0) -> int:
        """weight [gates, H, K] @ arena[source:] + bias, a whole number of vectors for each gate."""
        gates, hidden, inputs = weight.shape
        shaped = weight
        if hidden % LANES:
            self.foresee(gates * padded(hidden) * inputs)
            shaped = np.zeros((gates, padded(hidden), inputs), np.float32)
            shaped[:, :hidden] = weight
        start = np.zeros((gates, padded(hidden)), np.float32)
        start[:, :hidden] = bias.reshape(gates, hidden)
        target = self._scratch_space(name, start.size)
        rows = shaped.reshape(start.size, -1)
        self.linear(rows, start.ravel(), source, target, ahead=ahead)
        return target

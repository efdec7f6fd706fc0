"""Building a `Program`: a family's compile function writes ops onto a tape.

Arguments of the ops, in order (offsets are in floats; sizes of outputs are whole vectors):

    LINEAR       weights, source, inputs, target, outputs, activation
    GRU          weights, source, inputs, state, hidden, scratch
    CATEGORICAL  logits, levels, scratch
"""

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.kernels import pack_gru, pack_linear, padded
from rtsynth.engine.layout import (
    BUILT_IN,
    CONFIG_AMPLITUDE,
    CONFIG_ARENA_FLOATS,
    CONFIG_HIDDEN_END,
    CONFIG_HIDDEN_START,
    CONFIG_INPUT,
    CONFIG_LEVELS,
    CONFIG_LOGITS,
    CONFIG_PARAMETERS,
    CONFIG_RANDOM_START,
    CONFIG_SILENCE,
    CONFIG_WORDS,
    HEADER_FLOATS,
    OP_CATEGORICAL,
    OP_GRU,
    OP_LINEAR,
    OP_WORDS,
    PARAMETER_FLOATS,
    Program,
    aligned_floats,
)

F32 = NDArray[np.float32]


class TapeBuilder:
    """Collects ops, weights and arena space; `finish` turns them into a `Program`."""

    def __init__(self, parameters: int) -> None:
        self.parameters = BUILT_IN + parameters
        self._ops: list[list[int]] = []
        self._sections: list[tuple[int, int, int, int]] = []
        self._weights: list[F32] = []
        self._weight_floats = 0
        self._arena_floats = padded(HEADER_FLOATS + self.parameters * PARAMETER_FLOATS)
        self._routes: list[tuple[int, int, float, float]] = []
        self._hidden: list[tuple[int, int]] = []
        self._open = (0, -1)
        self.input_at = -1
        self.logits_at = -1
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
        return at

    def route(self, parameter: int, at: int, scale: float, offset: float) -> None:
        """Let the plugin's parameter number `parameter` arrive at arena[at], scaled."""
        self._routes.append((BUILT_IN + parameter, at, scale, offset))

    def begin_tier(self) -> None:
        """Start a section of the tape."""
        self._open = (len(self._ops), -1)

    def begin_head(self) -> None:
        """What follows draws from what the tier computed (and is skipped in teacher forcing)."""
        self._open = (self._open[0], len(self._ops))

    def end_tier(self, divider: int) -> None:
        """Close the section; the tier steps every `divider` samples."""
        first, head = self._open
        end = len(self._ops)
        self._sections.append((first, end if head < 0 else head, end, divider))

    def linear(
        self, weight: F32, bias: F32 | None, source: int, target: int, activation: int = 0
    ) -> None:
        """arena[target:] = activation(weight @ arena[source:] + bias); weight [M, K]."""
        outputs, inputs = weight.shape
        at = self._store(pack_linear(weight, bias))
        self._emit(OP_LINEAR, at, source, inputs, target, padded(outputs), activation)

    def gru(
        self,
        weights: tuple[F32, F32, F32, F32],
        source: int,
        state: int,
        scratch: int,
    ) -> None:
        """A GRU cell; weights = (ih [3H, K], hh [3H, H], bias_ih [3H], bias_hh [3H])."""
        inputs, hidden = weights[0].shape[1], weights[1].shape[1]
        at = self._store(pack_gru(*weights))
        self._emit(OP_GRU, at, source, inputs, state, padded(hidden), scratch)

    def categorical(self, logits: int, levels: int) -> None:
        """Draw a code from `levels` logits; it becomes the output and the next input."""
        self._emit(OP_CATEGORICAL, logits, levels, self.space(levels))

    def finish(
        self,
        decode: F32,
        hear: F32,
        silence: int,
        ramp_samples: NDArray[np.int32],
        rest: F32 | None,
        random_start: bool,
    ) -> Program:
        """The program. `rest` [hidden floats without padding] is the state after a reset."""
        start = self._hidden[0][0]
        end = self._hidden[-1][0] + padded(self._hidden[-1][1])
        rest_padded = np.zeros(end - start, np.float32)
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
        config[CONFIG_LOGITS] = self.logits_at
        config[CONFIG_PARAMETERS] = self.parameters
        config[CONFIG_ARENA_FLOATS] = self._arena_floats
        weights = aligned_floats(self._weight_floats)
        weights[:] = np.concatenate(self._weights)
        return Program(
            ops=np.array(self._ops, np.int32),
            sections=np.array(self._sections, np.int32),
            config=config,
            weights=weights,
            decode=decode,
            hear=hear,
            routes=np.array([r[:2] for r in self._routes], np.int32).reshape(-1, 2),
            route_map=np.array([r[2:] for r in self._routes], np.float32).reshape(-1, 2),
            ramp_samples=ramp_samples,
            rest=rest_padded,
        )

    def hidden_places(self) -> list[tuple[int, int]]:
        """(arena offset, floats) of every hidden state, in the order asked for."""
        return list(self._hidden)

    def _store(self, packed: F32) -> int:
        at = self._weight_floats
        self._weights.append(np.concatenate([packed, np.zeros(-packed.size % 16, np.float32)]))
        self._weight_floats += self._weights[-1].size
        return at

    def _emit(self, *words: int) -> None:
        self._ops.append(list(words) + [0] * (OP_WORDS - len(words)))

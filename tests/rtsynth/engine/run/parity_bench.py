"""What the rows of the parity table are made with: three voices, and a program of a few ops."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.kernels.matrix import LINEAR, RELU, TANH
from rtsynth.engine.kernels.packing import padded
from rtsynth.engine.program.layout import (
    BUILT_IN,
    CONFIG_ARENA_FLOATS,
    CONFIG_WORDS,
    HEADER_FLOATS,
    HEADER_WORDS,
    OFFSET,
    PARAMETER_FLOATS,
    RANGE_FLOATS,
    ROUTE_FLOATS,
    ROUTE_WORDS,
    VALUE,
    Program,
    aligned_floats,
    header_of,
)
from rtsynth.engine.program.ops import Op, row_of
from rtsynth.engine.run.rng import seed_header
from rtsynth.engine.run.tape import run_ops
from rtsynth.engine.run.team import team_words

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Results = Iterator[tuple[F32, F64]]  # what an op computes, and what is exact

VOICES = 3
ROWS = BUILT_IN + 5  # of the parameter table, for ops that look there
MARGIN = 16  # floats before what an op is given that it may not touch
EDGE = np.float32(7777.0)
EXECUTED: set[type[Op]] = set()
ACTIVATIONS: dict[int, Callable[[F64], F64]] = {
    LINEAR: lambda x: x,
    RELU: lambda x: np.where(x > 0, x, 0.0),
    TANH: np.tanh,
}


@dataclass(frozen=True)
class Row:
    """One line of the table: what `compute` gives is within `tolerance` of what is exact."""

    op: type[Op]
    name: str
    tolerance: float
    compute: Callable[[], Iterator[tuple[F32, F64]]] = field(repr=False)


class Bench:
    """Three voices of a one-op program, and the arena they lie in.

    Everything an op is not given is filled with EDGE, and must still be there afterwards.
    """

    def __init__(self, weights: F32 | None = None) -> None:
        self.weights = aligned_floats(0 if weights is None else weights.size)
        if weights is not None:
            self.weights[:] = weights
        self.config: dict[int, int] = {}
        self.team = team_words(1)
        self.decode = self.inputs = np.zeros(1, np.float32)
        self._size = padded(HEADER_FLOATS + ROWS * PARAMETER_FLOATS)
        self._inputs: list[tuple[int, F32]] = []
        self._targets: list[tuple[int, int]] = []
        self._header = np.zeros((VOICES, HEADER_WORDS), np.int64)
        self._draws = False

    def header(self, word: int, values: Sequence[int]) -> None:
        """A header word of each voice."""
        self._header[:, word] = values

    def draws(self) -> None:
        """The op draws random numbers: every voice has a seed, and its header changes."""
        self._draws = True
        for voice in range(VOICES):
            seed_header(self._header[voice], 0, voice)

    def parameter(self, row: int, values: Sequence[float] | F32) -> None:
        """The value of a row of the parameter table, of each voice; nothing modulates it."""
        at = HEADER_FLOATS + row * PARAMETER_FLOATS
        self._inputs.append((at + VALUE, np.asarray(values, np.float32).reshape(VOICES, 1)))
        self._inputs.append((at + OFFSET, np.zeros((VOICES, 1), np.float32)))

    def input(self, values: NDArray[np.floating]) -> int:
        """Room for `values` [VOICES, n], padded with zeros: where in a voice."""
        at = self._room(values.shape[1])
        self._inputs.append((at, np.asarray(values, np.float32)))
        return at

    def target(self, floats: int) -> int:
        """Room for what the op writes."""
        at = self._room(floats)
        self._targets.append((at, floats))
        return at

    def also_writes(self, at: int, floats: int) -> None:
        """An input that the op changes."""
        self._targets.append((at, floats))

    def _room(self, floats: int) -> int:
        at = self._size
        self._size += padded(floats) + MARGIN
        return at

    def run(self, *ops: Op, now: int = 0, helpers: int = 0) -> F32:
        """The arena [VOICES, floats] after the ops."""
        EXECUTED.update(type(op) for op in ops)
        size = self._size
        arena = aligned_floats(size * VOICES)
        voices = arena.reshape(VOICES, size)
        voices[:] = EDGE
        header_of(arena).reshape(VOICES, -1)[:, :HEADER_WORDS] = self._header
        for at, values in self._inputs:
            if values.shape[1] > 1:
                voices[:, at : at + padded(values.shape[1])] = 0
            voices[:, at : at + values.shape[1]] = values
        for at, floats in self._targets:
            if not any(at == place for place, _ in self._inputs):
                voices[:, at : at + padded(floats)] = 0
        before = voices.copy()
        config = np.zeros(CONFIG_WORDS, np.int64)
        config[CONFIG_ARENA_FLOATS] = size
        for word, value in self.config.items():
            config[word] = value
        program = Program(
            ops=np.array([row_of(op) for op in ops], np.int32),
            sections=np.zeros((1, 4), np.int32),
            config=config,
            weights=self.weights,
            decode=self.decode,
            inputs=self.inputs,
            routes=np.zeros((0, ROUTE_WORDS), np.int32),
            route_map=np.zeros((0, ROUTE_FLOATS), np.float32),
            ramp_samples=np.zeros(0, np.int32),
            ranges=np.zeros((0, RANGE_FLOATS), np.float32),
            rest=np.zeros(0, np.float32),
            team=self.team,
        )
        first, end = np.int32(0), np.int32(len(ops))  # the types that sections of a tape have
        run_ops(program, header_of(arena), arena, first, end, now, helpers)
        if self._draws:
            self._targets.append((0, HEADER_FLOATS))
        for at, floats in self._targets:
            before[:, at : at + padded(floats)] = voices[:, at : at + padded(floats)]
        np.testing.assert_array_equal(before.view(np.int32), voices.view(np.int32))
        return voices


def normal(random: np.random.Generator, *shape: int) -> F32:
    return random.normal(0, 1, shape).astype(np.float32)

"""Ops of a program; a team of helper threads: its words, and something to compute."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.program.builder import TapeBuilder
from rtsynth.engine.program.layout import BUILT_IN, CONFIG_ARENA_FLOATS, Program, aligned_floats
from rtsynth.engine.program.ops import Op, op_of
from rtsynth.engine.run import team as teams
from rtsynth.engine.run.team_words import HELPER_WORDS

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]
Kind = TypeVar("Kind", bound=Op)
PANELS = 33


def helper_words(team: I64, number: int = 0) -> I64:
    """The words of one helper of a team."""
    found = next(each for each in teams._teams.values() if each.words is team)
    words: I64 = found._helpers[number]
    assert len(words) == HELPER_WORDS
    return words


def one_matrix(
    words: I64, inputs: int, panels: int = PANELS, precision: str = "float32"
) -> tuple[Program, F32, int]:
    """A program of one matrix of so many panels, its arena, and where the results go."""
    random = np.random.default_rng(0)
    builder = TapeBuilder(0, precision)
    builder.hidden(1)
    source, target = builder.space(inputs), builder.space(16 * panels)
    weight = random.normal(0, 1, (16 * panels, inputs)).astype(np.float32)
    builder.begin_tier()
    builder.linear(weight, None, source, target)
    builder.end_tier(1)
    program = builder.finish(
        decode=np.zeros(2, np.float32),
        inputs=np.zeros(2, np.float32),
        silence=0,
        ramp_samples=np.zeros(BUILT_IN, np.int32),
        ranges=np.zeros(0, np.float32),
        rest=None,
        random_start=False,
        team=words,
        rate_hz=16_000,
        has_amplitude=False,
        pitch_row=-1,
    )
    arena = aligned_floats(int(program.config[CONFIG_ARENA_FLOATS]))
    arena[source : source + inputs] = random.normal(0, 1, inputs)
    return program, arena, target


def ops_of(rows: NDArray[np.int32], kind: type[Kind]) -> list[Kind]:
    """The ops of a class among rows of a program."""
    return [op for op in map(op_of, rows) if isinstance(op, kind)]


@jit()
def post_matrix(program, arena, op):
    """Post a `Matrix` as task 0."""
    teams.post(program.weights, arena, arena.size, 1, op, program.team, 0)

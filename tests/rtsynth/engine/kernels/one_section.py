"""A section of a few ops, and its arena."""

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.program.builder import TapeBuilder
from rtsynth.engine.program.layout import (
    BUILT_IN,
    CONFIG_ARENA_FLOATS,
    Program,
    aligned_floats,
    header_of,
)
from rtsynth.engine.run.tape import run_ops
from rtsynth.engine.run.team import team_words

F32 = NDArray[np.float32]


def finished(builder: TapeBuilder) -> tuple[Program, F32]:
    """The program that was built, and its arena."""
    program = builder.finish(
        decode=np.zeros(2, np.float32),
        inputs=np.zeros(2, np.float32),
        silence=0,
        ramp_samples=np.zeros(BUILT_IN, np.int32),
        ranges=np.zeros(0, np.float32),
        rest=None,
        random_start=False,
        team=team_words(1),
        rate_hz=16_000,
        has_amplitude=False,
        pitch_row=-1,
    )
    return program, aligned_floats(int(program.config[CONFIG_ARENA_FLOATS]))


def step(program: Program, arena: F32) -> None:
    """Execute its first section."""
    first, end = program.sections[0, 0], program.sections[0, 2]
    run_ops(program, header_of(arena), arena, first, end, 0, 0)

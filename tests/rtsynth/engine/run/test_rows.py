"""Rows of the parameter table: a ramp arrives where it should, when it should."""

import numpy as np
import pytest

from rtsynth.compiler.compile import Compiled, new_arena
from rtsynth.engine.program.layout import (
    GAIN,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    RAMPS,
    REMAINING,
    STEP,
    TARGET,
    TEMPERATURE,
    header_of,
)
from rtsynth.engine.run.parameters import advance_rows
from rtsynth.engine.run.rows import start_ramp, value_of


@pytest.mark.parametrize("samples", [0, 1, 7, 1000])
def test_a_ramp_takes_so_many_samples_and_one_at_least(compiled: Compiled, samples: int) -> None:
    arena = new_arena(compiled)
    header, row = header_of(arena), HEADER_FLOATS + TEMPERATURE * PARAMETER_FLOATS
    arena[row] = 0.25
    before = int(header[RAMPS])
    start_ramp(header, arena, 0, TEMPERATURE, 1.0, samples)
    start_ramp(header, arena, 0, TEMPERATURE, 1.75, samples)  # on its way: the same ramp
    assert header[RAMPS] == before + 1
    count = max(samples, 1)
    for number in range(1, count + 1):
        assert arena[row + REMAINING] == count - number + 1
        advance_rows(compiled.program, header, arena, 0)
        expected = 0.25 + 1.5 * number / count
        assert value_of(arena, 0, TEMPERATURE) == pytest.approx(expected, rel=1e-4)
    assert value_of(arena, 0, TEMPERATURE) == np.float32(1.75) == arena[row + TARGET]
    assert arena[row + STEP] == pytest.approx(1.5 / count)
    assert value_of(arena, 0, GAIN) <= 1.0

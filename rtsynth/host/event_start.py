"""What a voice starts with beside what it was made of: controls that were placed before it played.

As [target, value] of the parameter table: a target is that of an event, for all voices or for one.
"""

import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, new_arena
from rtsynth.compiler.controls import place, place_in_all
from rtsynth.engine.program.layout import (
    CONFIG_ARENA_FLOATS,
    CONFIG_PARAMETERS,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    TARGET,
    VOICE_TARGETS,
    voice_target,
)
from rtsynth.engine.run.parameters import route_parameters

F32 = NDArray[np.float32]
Start = list[tuple[int, float]]


def start_of(compiled: Compiled, seed: int, voices: int, arena: F32) -> Start | None:
    """What was placed in the arena of fresh voices; None if it differs from one by more than that.

    Args:
        seed, voices: what the arena was made of.
    """
    fresh = new_arena(compiled, seed, voices)
    start: Start = []
    before, now = _targets(compiled, fresh), _targets(compiled, arena)
    for row in np.flatnonzero((before != now).any(axis=0)).tolist():
        values = now[:, row].tolist()
        if len(set(values)) == 1:
            start.append((row, values[0]))
        else:
            start += [(voice_target(row, voice), value) for voice, value in enumerate(values)]
    place_start(compiled, fresh, start)
    return start if np.array_equal(fresh.view(np.int32), arena.view(np.int32)) else None


def place_start(compiled: Compiled, arena: F32, start: Start) -> None:
    """Place it in the arena of fresh voices.

    Raises:
        ValueError: there is no such row or voice.
    """
    size = int(compiled.program.config[CONFIG_ARENA_FLOATS])
    rows = int(compiled.program.config[CONFIG_PARAMETERS])
    for target, value in start:
        number, row = target // VOICE_TARGETS - 1, target % VOICE_TARGETS
        if row >= rows or number >= arena.size // size:
            raise ValueError(f"{target}: is no target of this plugin")
        if number < 0:
            place_in_all(compiled.program, arena, row, value)
        else:
            place(arena[number * size : (number + 1) * size], row, value)
            route_parameters(compiled.program, arena, number * size)


def _targets(compiled: Compiled, arena: F32) -> F32:
    """A view [voices, rows] of where the rows are, or are moving to."""
    size = int(compiled.program.config[CONFIG_ARENA_FLOATS])
    end = HEADER_FLOATS + PARAMETER_FLOATS * int(compiled.program.config[CONFIG_PARAMETERS])
    return arena.reshape(-1, size)[:, HEADER_FLOATS + TARGET : end : PARAMETER_FLOATS]

"""What a voice starts with beside what it was made of: what was placed before it played.

Controls and depths of modulation, as [target, value]: a target is that of an event, for all voices
or for one. And which weights it plays, where they are not those of the plugin's file.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, new_arena
from rtsynth.compiler.controls import place, place_in_all
from rtsynth.compiler.modulation import place_depths
from rtsynth.engine.program.layout import (
    CONFIG_ARENA_FLOATS,
    CONFIG_MODULATION,
    CONFIG_PARAMETERS,
    DEPTHS,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    SOURCES,
    TARGET,
    TARGET_DEPTH,
    VOICE_TARGETS,
    voice_target,
)
from rtsynth.engine.run.parameters import route_parameters
from rtsynth.host.voice import place_state

F32 = NDArray[np.float32]
Start = list[tuple[int, float]]


def rounded_weights(compiled: Compiled) -> str:
    """Names the weights that are played; "" where they are the plugin's own, float32.

    Rounded ones are found by playing the plugin: another processor or version may find others.
    """
    if compiled.precision == "float32":
        return ""
    return hashlib.sha256(compiled.program.weights.tobytes()).hexdigest()


def start_of(
    compiled: Compiled, seed: int, voices: int, arena: F32, state: F32 | None = None
) -> Start | None:
    """What was placed in the arena of fresh voices; None if it differs from one by more than that.

    Args:
        seed, voices: what the arena was made of.
        state: the one they begin from; None: rest.
    """
    fresh = new_arena(compiled, seed, voices)
    if state is not None:
        place_state(compiled, fresh, state)
    start: Start = []
    for first, view in ((0, _targets), (TARGET_DEPTH, _depths)):
        before, now = view(compiled, fresh), view(compiled, arena)
        for number in np.flatnonzero((before != now).any(axis=0)).tolist():
            target, values = first + number, now[:, number].tolist()
            if len(set(values)) == 1:
                start.append((target, values[0]))
            else:
                start += [
                    (voice_target(target, voice), value) for voice, value in enumerate(values)
                ]
    place_start(compiled, fresh, start)
    return start if np.array_equal(fresh.view(np.int32), arena.view(np.int32)) else None


def place_start(compiled: Compiled, arena: F32, start: Start) -> None:
    """Place it in the arena of fresh voices.

    Raises:
        ValueError: there is no such row or voice.
    """
    program = compiled.program
    size = int(program.config[CONFIG_ARENA_FLOATS])
    rows = int(program.config[CONFIG_PARAMETERS])
    for target, value in start:
        number, place_of = target // VOICE_TARGETS - 1, target % VOICE_TARGETS
        is_depth = 0 <= place_of - TARGET_DEPTH < rows * SOURCES
        if not (place_of < rows or is_depth) or number >= arena.size // size:
            raise ValueError(f"{target}: is no target of this plugin")
        one = arena if number < 0 else arena[number * size : (number + 1) * size]
        if is_depth:
            place_depths(program, one, [(place_of, value)])
        elif number < 0:
            place_in_all(program, arena, place_of, value)
        else:
            place(one, place_of, value)
            route_parameters(program, arena, number * size)


def _targets(compiled: Compiled, arena: F32) -> F32:
    """A view [voices, rows] of where the rows are, or are moving to."""
    size = int(compiled.program.config[CONFIG_ARENA_FLOATS])
    end = HEADER_FLOATS + PARAMETER_FLOATS * int(compiled.program.config[CONFIG_PARAMETERS])
    return arena.reshape(-1, size)[:, HEADER_FLOATS + TARGET : end : PARAMETER_FLOATS]


def _depths(compiled: Compiled, arena: F32) -> F32:
    """A view [voices, rows * SOURCES] of the depths of modulation."""
    config = compiled.program.config
    first = int(config[CONFIG_MODULATION]) + DEPTHS
    count = int(config[CONFIG_PARAMETERS]) * SOURCES
    return arena.reshape(-1, int(config[CONFIG_ARENA_FLOATS]))[:, first : first + count]

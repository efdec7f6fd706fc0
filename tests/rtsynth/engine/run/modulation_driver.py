"""Voices that are modulated, played sample by sample or in blocks."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.control_names import SOURCE_NAMES
from rtsynth.compiler.compile import Compiled, new_arena
from rtsynth.engine.program.layout import (
    BUILT_IN,
    CONFIG_ARENA_FLOATS,
    HEADER_FLOATS,
    LFO_ROWS,
    LFO_SETTINGS,
    OFFSET,
    PARAMETER_FLOATS,
    SOURCES,
    TARGET_DEPTH,
    VALUE,
    Events,
    header_of,
)
from rtsynth.engine.program.modulator_rows import SHAPES
from rtsynth.engine.run.render import render_block
from rtsynth.engine.run.rows import modulated

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Move = tuple[int, int, float]  # sample, target, value
INSTRUMENT, AMPLITUDE, PITCH = BUILT_IN, BUILT_IN + 1, BUILT_IN + 2
PITCH_SPAN = 12.0


def depth(source: str, row: int, share: float, at: int = 0) -> Move:
    """Let a source move a row."""
    return (at, TARGET_DEPTH + row * SOURCES + SOURCE_NAMES.index(source), share)


def lfo(setting: int, value: float, number: int = 1, at: int = 0) -> Move:
    """A setting of an LFO."""
    return (at, LFO_ROWS + (number - 1) * LFO_SETTINGS + setting, value)


def shape_number(name: str) -> float:
    return float(SHAPES.index(name))


def events_of(moves: Sequence[Move]) -> Events:
    """As events, sorted by time."""
    ordered = sorted(moves, key=lambda move: move[0])
    times, targets, values = zip(*ordered, strict=True)
    return Events(
        np.array(times, np.int64), np.array(targets, np.int32), np.array(values, np.float64)
    )


def play(
    compiled: Compiled, moves: Sequence[Move], samples: int, block: int = 64, voices: int = 1
) -> tuple[F32, F32]:
    """(the arena afterwards [voices, floats], the sound [n])."""
    arena, events, first = new_arena(compiled, 3, voices), events_of(moves), 0
    out = np.full(samples, np.nan, np.float32)
    for start in range(0, samples, block):
        part = out[start : start + block]
        first = render_block(compiled.program, header_of(arena), arena, events, first, part)
    return arena.reshape(voices, -1), out


def watch(
    compiled: Compiled,
    moves: Sequence[Move],
    samples: int,
    rows: Sequence[int] = (PITCH,),
    voices: int = 1,
) -> tuple[F64, F64, F32]:
    """(offsets [n, voices, rows] during each sample, the rows as the sound has them, the sound)."""
    arena, events, first = new_arena(compiled, 3, voices), events_of(moves), 0
    size = int(compiled.program.config[CONFIG_ARENA_FLOATS])
    out = np.zeros(samples, np.float32)
    offsets = np.zeros((samples, voices, len(rows)))
    values = np.zeros_like(offsets)
    places = HEADER_FLOATS + np.array(rows) * PARAMETER_FLOATS
    for i in range(samples):
        part = out[i : i + 1]
        first = render_block(compiled.program, header_of(arena), arena, events, first, part)
        offsets[i] = arena.reshape(voices, size)[:, places + OFFSET]
        for voice in range(voices):
            values[i, voice] = [modulated(compiled.program, arena, voice * size, r) for r in rows]
    return offsets, values, out


def value_at(arena: F32, row: int) -> F32:
    """The value of a row of each voice [voices, floats], without modulation."""
    return arena[:, HEADER_FLOATS + row * PARAMETER_FLOATS + VALUE]

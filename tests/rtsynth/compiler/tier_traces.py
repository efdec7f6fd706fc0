"""What the tiers of a plugin draw and see, recorded step by step."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled, new_arena
from rtsynth.compiler.controls import changes_of, find_control
from rtsynth.engine.program.layout import (
    CODE,
    TARGET_RESET,
    TARGET_SEED,
    Events,
    header_of,
)
from rtsynth.engine.run.render import render_block

F32 = NDArray[np.float32]


MOTION_STEP, TIMBRE_STEP = 128, 32  # samples
LENGTH = 8 * MOTION_STEP
SPAN = np.float32(5000)  # of the centroid, as networks see it; its low end is 0


def timed_events(compiled: Compiled, moves: Sequence[tuple[int, str, float]]) -> Events:
    """Moves of controls (or RESET, SEED) at samples."""
    rows: list[tuple[int, int, float]] = []
    for time, name, value in moves:
        targets = {"RESET": TARGET_RESET, "SEED": TARGET_SEED}
        if name in targets:
            rows.append((time, targets[name], value))
            continue
        control = find_control(compiled.plugin, name)
        rows += [
            (time, index, number) for index, number in changes_of(compiled.plugin, control, value)
        ]
    columns = [np.array([row[i] for row in rows]) for i in range(3)]
    return Events(
        columns[0].astype(np.int64), columns[1].astype(np.int32), columns[2].astype(np.float64)
    )


class Trace(NamedTuple):
    """What was seen in the arena after every sample, of each tier."""

    values: list[F32]  # [T, D], drawn last
    conditioning: list[F32]  # [T, C]
    outputs: list[F32]  # [T, N] of the head
    hidden: list[F32]  # [T, ...]
    codes: NDArray[np.int64]  # [T]
    audio: F32  # [T]


def record(
    compiled: Compiled,
    length: int = LENGTH,
    seed: int = 1,
    moves: Sequence[tuple[int, str, float]] = (),
) -> Trace:
    """Play sample by sample and look."""
    arena = new_arena(compiled, seed)
    header, events, first = header_of(arena), timed_events(compiled, moves), 0
    out = np.empty(1, np.float32)
    seen: list[list[list[F32]]] = [[[] for _ in compiled.tiers] for _ in range(4)]
    codes, audio = [], []
    for _ in range(length):
        first = render_block(compiled.program, header, arena, events, first, out)
        audio.append(out[0])
        codes.append(int(header[CODE]))
        for number, tier in enumerate(compiled.tiers):
            hidden = np.concatenate([np.arange(at, at + floats) for at, floats in tier.hidden])
            for kind, at in enumerate((tier.values, tier.conditioning, tier.outputs, hidden)):
                seen[kind][number].append(arena[at].copy())
    stacked = [[np.array(tier) for tier in kind] for kind in seen]
    return Trace(*stacked, np.array(codes), np.array(audio, np.float32))

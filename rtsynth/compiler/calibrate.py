"""What a plugin's matrices are multiplied with, found by playing it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.program.layout import (
    BUILT_IN,
    CODE,
    CONFIG_ARENA_FLOATS,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    TEMPERATURE,
    VALUE,
    Program,
    header_of,
    no_events,
)
from rtsynth.engine.run.parameters import route_parameters
from rtsynth.engine.run.render import render_block

CALIBRATION_VOICES = 16  # each with other parameters
WARM_UP_SAMPLES = 200
MOST_SAMPLES, FEWEST_SAMPLES = 4000, 250  # per voice
_WORK = 8_000_000_000  # weights touched, about: keeps a large model's calibration to seconds
_BATCH = 50
# Moments of square matrices take 8/3 of their cells' weights or less.
MOMENTS_BYTES, TIMES_THE_WEIGHTS = 64 << 20, 4

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]


@dataclass(frozen=True)
class Observed:
    """What a plugin's voices did while they were watched.

    moments: per matrix the sum of y y^T over y = (x, 1) for its inputs x, [inputs + 1] squared;
        None for a matrix of so many inputs and so few outputs that it would be out of proportion.
    codes: int64 [voices, T], what was drawn. inputs: float32 [voices, R], the routed parameters.
    """

    moments: list[F64 | None]
    codes: NDArray[np.int64]
    inputs: F32


def observe(
    program: Program, sources: list[tuple[int, int]], arena: F32, stepped: dict[int, int]
) -> Observed:
    """Play a plugin and watch the inputs of its matrices.

    The voices of `arena` are played with parameters spread over the ranges that the network knows;
    the arena is used up. Deterministic.

    Args:
        program: at float32.
        sources: (arena offset, inputs) of every matrix.
        arena: of CALIBRATION_VOICES voices at their defaults.
        stepped: {parameter: steps over its range} of which only whole steps mean something
            (classes).
    """
    size = int(program.config[CONFIG_ARENA_FLOATS])
    voices = arena.reshape(-1, size)
    random = np.random.default_rng(0)
    for number, voice in enumerate(voices):
        voice[HEADER_FLOATS + TEMPERATURE * PARAMETER_FLOATS + VALUE] = 1.0  # as it was trained
        for route, (row, *_) in enumerate(program.routes):
            scale, offset = (float(x) for x in program.route_map[route, :2])
            where = (number + random.uniform()) / len(voices) if route == 0 else random.uniform()
            steps = stepped.get(row - BUILT_IN)
            if steps is not None:
                where = round(where * steps) / steps
            value = (where - offset) / scale  # 0..1 is what networks are conditioned with
            voice[HEADER_FLOATS + row * PARAMETER_FLOATS + VALUE] = value
        route_parameters(program, arena, number * size)
    header, nothing = header_of(arena), no_events()
    render_block(program, header, arena, nothing, 0, np.empty(WARM_UP_SAMPLES, np.float32))
    samples = int(_WORK / (program.weights.size * len(voices)))
    samples = min(max(samples, FEWEST_SAMPLES), MOST_SAMPLES)
    one = np.empty(1, np.float32)
    distinct = _watched(sources, program.weights.nbytes, len(voices))
    totals = {source: np.zeros((source[1] + 1, source[1] + 1)) for source in distinct}
    codes: list[NDArray[np.int64]] = []
    for _ in range(0, samples, _BATCH):
        seen: dict[tuple[int, int], list[F32]] = {source: [] for source in distinct}
        for _ in range(_BATCH):
            render_block(program, header, arena, nothing, 0, one)
            codes.append(header[CODE :: size // 2].copy())
            for at, inputs in distinct:
                seen[at, inputs].append(voices[:, at : at + inputs].copy())
        for source, batch in seen.items():
            # In float64: the mean is taken off later, and may be all there is.
            rows = np.concatenate(batch).astype(np.float64)
            rows = np.concatenate([rows, np.ones((len(rows), 1))], axis=1)
            totals[source] += rows.T @ rows
    return Observed(
        [totals.get(source) for source in sources],
        np.stack(codes, axis=1),
        voices[:, program.routes[:, 1]].copy(),
    )


def _watched(
    sources: list[tuple[int, int]], weight_bytes: int, voices: int
) -> list[tuple[int, int]]:
    """The sources whose moments are looked at: the smallest ones, within bounds of memory."""
    left = MOMENTS_BYTES + TIMES_THE_WEIGHTS * weight_bytes
    watched = []
    for at, inputs in sorted(set(sources), key=lambda source: source[::-1]):
        # The moments; and a batch of inputs, in float32 and twice in float64.
        left -= 8 * (inputs + 1) ** 2 + 20 * _BATCH * voices * (inputs + 1)
        if left < 0:
            break
        watched.append((at, inputs))
    return sorted(watched)


def divergence(exact: F32, other: F32) -> float:
    """Mean Kullback-Leibler divergence of the second logits [T, Q] from the first, in bits."""
    p, q = (logits - logits.max(axis=1, keepdims=True) for logits in (exact, other))
    p, q = (x - np.log(np.exp(x).sum(axis=1, keepdims=True)) for x in (p, q))
    return float((np.exp(p) * (p - q)).sum(axis=1).mean() / np.log(2))

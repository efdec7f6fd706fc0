"""Rows of the parity table: what reaches into an opened plugin."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from rtsynth.engine.program.layout import BUILT_IN
from rtsynth.engine.program.opening import RING_HEAD
from rtsynth.engine.program.ops import Alter, Freeze, Remember, Tanh
from rtsynth.engine.run.hidden import COUNT, PLACE, PLAYED
from tests.rtsynth.engine.run.parity_bench import F64, VOICES, Bench, Results, Row, normal
from tests.rtsynth.engine.run.test_rng import MASK, splitmix64

SCALE = BUILT_IN + 1  # the row; that of the noise is behind it
FROZEN = BUILT_IN + 3
STEPS = 5
GAMMA, MIX_1, MIX_2 = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def scrambled(x: int) -> int:
    """The output of SplitMix64 whose state is x."""
    return splitmix64((x - GAMMA) & MASK)[1]


def _even(seed: int, stream: int, now: int, count: int) -> F64:
    """The noise of a voice of that seed, of deviation 1."""
    seeded = splitmix64(seed & MASK)[1]
    key = scrambled(seeded ^ ((stream + 1) * MIX_1 & MASK))
    key = scrambled(key)  # nothing has been drawn
    state = scrambled((key + now * MIX_2) & MASK)
    units = []
    for _ in range(count):
        state, output = splitmix64(state)
        units.append(((output >> 41) + 0.5) * 2.0**-23)
    return np.sqrt(3.0) * (2.0 * np.array(units) - 1.0)


def _alter(units: int, noise: float, now: int) -> Results:
    source = normal(np.random.default_rng(units), VOICES, units)
    scales = np.array([1.0, 0.0, 1.75])
    bench = Bench()
    bench.draws()
    bench.parameter(SCALE, list(scales))
    bench.parameter(SCALE + 1, [noise] * VOICES)
    at, target = bench.input(source), bench.target(units)
    arena = bench.run(Alter(at, target, units, SCALE, 9), now=now)
    exact = scales[:, None] * source.astype(np.float64)
    exact += noise * np.array([_even(voice, 9, now, units) for voice in range(VOICES)])
    yield arena[:, target : target + units], exact
    padding = arena[:, target + units : target + -(-units // 16) * 16]
    if padding.size:
        yield padding, np.zeros(padding.shape)


def _ring(count: int, place: int, played: int, floats: int) -> np.ndarray:
    """A ring whose step k holds 100 k + number, in every voice."""
    ring = np.zeros((VOICES, RING_HEAD + STEPS * floats), np.float32)
    ring[:, [COUNT, PLACE, PLAYED]] = count, place, played
    for step in range(STEPS):
        at = RING_HEAD + step * floats
        ring[:, at : at + floats] = 100 * step + np.arange(floats)
    return ring


def _remember(floats: int, count: int, place: int) -> Results:
    given = normal(np.random.default_rng(floats), VOICES, floats)
    before = _ring(count, place, 3, floats)
    bench = Bench()
    at, ring = bench.input(given), bench.input(before)
    bench.also_writes(ring, before.shape[1])
    arena = bench.run(Remember(ring, STEPS, at, floats))
    exact = before.astype(np.float64)
    exact[:, [COUNT, PLACE, PLAYED]] = min(count + 1, STEPS), (place + 1) % STEPS, 0
    first = RING_HEAD + place * floats
    exact[:, first : first + floats] = given
    yield arena[:, ring : ring + before.shape[1]], exact


def _freeze(mode: float, loop: float, count: int, played: int, step: int | None) -> Results:
    """`step`: which one of the ring is given; None: it is not frozen, and the next op is done."""
    floats, place = 3, 2
    random = np.random.default_rng(count)
    given, older, source = (normal(random, VOICES, floats) for _ in range(3))
    bench = Bench()
    bench.parameter(FROZEN, [mode] * VOICES)
    bench.parameter(FROZEN + 1, [loop] * VOICES)
    at, previous = bench.input(given), bench.input(older)
    before = _ring(count, place, played, floats)
    ring, source_at = bench.input(before), bench.input(source)
    target = bench.target(floats)
    for place_of, size in ((at, floats), (previous, floats), (ring, before.shape[1])):
        bench.also_writes(place_of, size)
    frozen = Freeze(FROZEN, ring, STEPS, at, previous, floats, 1)
    arena = bench.run(frozen, Tanh(source_at, target, 16))
    wide = given.astype(np.float64)
    if step is None:
        yield arena[:, at : at + floats], wide
        yield arena[:, previous : previous + floats], older.astype(np.float64)
        yield arena[:, target : target + floats], np.tanh(source.astype(np.float64))
    else:
        first = RING_HEAD + step * floats
        yield arena[:, at : at + floats], before[:, first : first + floats].astype(np.float64)
        yield arena[:, previous : previous + floats], wide
        yield arena[:, target : target + floats], np.zeros(wide.shape)
        yield arena[:, ring + PLAYED], np.full(VOICES, played + 1.0)


def rows() -> Iterator[Row]:
    """Of the ops that are imported above but `Tanh`."""
    for units in (16, 20, 50):
        for noise, now in ((0.0, 0), (0.5, 7)):
            name = f"alter {units} noise {noise}"
            yield Row(Alter, name, 4e-7, partial(_alter, units, noise, now))
    for floats, count, place in ((1, 0, 0), (3, 5, 4), (20, 2, 2)):
        name = f"remember {floats} at {place}"
        yield Row(Remember, name, 1e-9, partial(_remember, floats, count, place))
    # The ring's next place is 2: its last step is 1, the one before it 0, then 4.
    for mode, loop, count, played, step in (
        (0.0, 4.0, 5, 0, None),
        (1.0, 4.0, 0, 0, None),
        (1.0, 4.0, 5, 3, 1),
        (2.0, 3.0, 5, 0, 4),
        (2.0, 3.0, 5, 1, 0),
        (2.0, 3.0, 5, 3, 4),
        (2.0, 9.0, 2, 1, 1),
    ):
        name = f"freeze {mode:g} of {loop:g} in {count} played {played}"
        yield Row(Freeze, name, 4e-7, partial(_freeze, mode, loop, count, played, step))

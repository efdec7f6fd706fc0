"""Rows of the parity table: the gates of recurrent cells."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from rtsynth.engine.program.ops import GruGates, GruMove, GruReset, LstmGates, PhasedGates
from tests.rtsynth import reference_tiers
from tests.rtsynth.engine.run.cells import gru_gates, lstm_gates
from tests.rtsynth.engine.run.parity_bench import F32, VOICES, Bench, Results, Row, normal
from tests.rtsynth.reference import logistic


def _drawn(hidden: int, gates: int, seed: int) -> Iterator[tuple[F32, F32, F32, F32]]:
    """Both matrices' results [VOICES, gates hidden], cell and state, from small to large."""
    random = np.random.default_rng([seed, hidden])
    for spread in (0.3, 3.0, 30.0):
        x, h = (normal(random, VOICES, gates * hidden) * np.float32(spread) for _ in range(2))
        state, cell = (random.uniform(-1, 1, (VOICES, hidden)).astype(np.float32) for _ in range(2))
        yield x, h, cell, state


def _gru(hidden: int) -> Results:
    for x, h, _, state in _drawn(hidden, 3, 2):
        bench = Bench()
        from_input, from_state, at = bench.input(x), bench.input(h), bench.input(state)
        bench.also_writes(at, hidden)
        arena = bench.run(GruGates(from_input, from_state, at, hidden))
        wide = [part.astype(np.float64) for part in (x, h, state)]
        yield arena[:, at : at + hidden], gru_gates(*wide)


def _gru_reset(hidden: int) -> Results:
    for x, h, _, state in _drawn(hidden, 2, 4):
        bench = Bench()
        from_input, from_state, at = bench.input(x), bench.input(h), bench.input(state)
        target = bench.target(hidden)
        arena = bench.run(GruReset(from_input, from_state, at, target, hidden))
        reset = logistic((x.astype(np.float64) + h)[:, :hidden])
        yield arena[:, target : target + hidden], reset * state


def _gru_move(hidden: int) -> Results:
    for x, h, candidate, state in _drawn(hidden, 3, 5):
        bench = Bench()
        from_input, from_state = bench.input(x), bench.input(h[:, : 2 * hidden])
        candidate_at, at = bench.input(candidate), bench.input(state)
        bench.also_writes(at, hidden)
        arena = bench.run(GruMove(from_input, from_state, candidate_at, at, hidden))
        wide_x, wide_h = x.astype(np.float64), h.astype(np.float64)
        z = logistic((wide_x + wide_h)[:, hidden : 2 * hidden])
        n = np.tanh(wide_x[:, 2 * hidden :] + candidate)
        yield arena[:, at : at + hidden], (1 - z) * n + z * state


def _lstm(hidden: int) -> Results:
    for x, h, cell, state in _drawn(hidden, 4, 3):
        bench = Bench()
        from_input, from_state = bench.input(x), bench.input(h)
        cell_at, at = bench.input(cell), bench.input(state)
        bench.also_writes(cell_at, hidden)
        bench.also_writes(at, hidden)
        arena = bench.run(LstmGates(from_input, from_state, cell_at, at, hidden))
        exact_cell, exact_state = lstm_gates(*(part.astype(np.float64) for part in (x, h, cell)))
        yield arena[:, cell_at : cell_at + hidden], exact_cell
        yield arena[:, at : at + hidden], exact_state


def _phased(hidden: int) -> Results:
    """At steps that are no multiples of any period: there the two remainders may differ."""
    random = np.random.default_rng(hidden)
    clock = [random.uniform(*span, hidden) for span in ((2, 30), (-30, 0), (0.1, 1))]
    clock32 = np.array(clock, np.float32)
    divider = 4
    for (x, h, cell, state), step in zip(_drawn(hidden, 4, 6), (0, 1, 1000), strict=True):
        bench = Bench(clock32.ravel())
        from_input, from_state = bench.input(x), bench.input(h)
        cell_at, at, scratch = bench.input(cell), bench.input(state), bench.target(hidden)
        bench.also_writes(cell_at, hidden)
        bench.also_writes(at, hidden)
        places = from_input, from_state, cell_at, at
        op = PhasedGates(0, *places, hidden, scratch, divider)
        arena = bench.run(op, now=step * divider + 3)
        k = reference_tiers.openness(step, *clock32.astype(np.float64))
        both = x.astype(np.float64) + h
        exact = [
            reference_tiers.phased_cell(both[voice], state[voice], cell[voice], k)
            for voice in range(VOICES)
        ]
        yield arena[:, at : at + hidden], np.array([new for new, _ in exact])
        yield arena[:, cell_at : cell_at + hidden], np.array([new for _, new in exact])


def rows() -> Iterator[Row]:
    """Of the ops that are imported above."""
    cells: list[tuple[type, str, float, Callable[[int], Results]]] = [
        (GruGates, "gru gates", 8e-7, _gru),
        (GruReset, "gru reset", 8e-7, _gru_reset),
        (GruMove, "gru move", 8e-7, _gru_move),
        (LstmGates, "lstm gates", 8e-7, _lstm),
        (PhasedGates, "phased gates", 2e-6, _phased),
    ]
    for op, name, tolerance, compute in cells:
        for hidden in (16, 48, 256):
            yield Row(op, f"{name} {hidden}", tolerance, partial(compute, hidden))

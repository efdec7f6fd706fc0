"""Rows of the parity table: what is drawn, and how values come down from the tiers above."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from scipy import special

from rtsynth.engine.program.layout import (
    BEND,
    BUILT_IN,
    CONFIG_AMPLITUDE,
    CONFIG_INPUT,
    ENVELOPE,
    EXPRESSION,
    MIN_P,
    TEMPERATURE,
    TOP_K,
    TOP_P,
    UNSHAPED,
)
from rtsynth.engine.program.ops import Categorical, Mixture, MixtureHead, Normal, Upsample
from tests.rtsynth import reference_tiers
from tests.rtsynth.engine.run.parity_bench import F64, VOICES, Bench, Results, Row, normal
from tests.rtsynth.engine.run.test_rng import MASK, splitmix64

BETA = BUILT_IN + 1


def _uniforms(seed: int, count: int) -> F64:
    """The random numbers that a voice of that seed draws."""
    state, out = splitmix64(seed & MASK)[1], []
    for _ in range(count):
        state, output = splitmix64(state)
        out.append(((output >> 41) + 0.5) * 2.0**-23)
    return np.array(out)


def _categorical(levels: int) -> Results:
    """With the random numbers of each voice, at a temperature, cut or not."""
    logits = normal(np.random.default_rng(levels), VOICES, levels) * np.float32(2)
    cuts: tuple[dict[int, float], ...] = (
        {},
        {TEMPERATURE: 0.5, TOP_K: 5.0},
        {TEMPERATURE: 1.2, TOP_P: 0.7},
        {TEMPERATURE: 1.5, MIN_P: 0.3},
        {TEMPERATURE: 0.0},
    )
    for cut in cuts:
        controls = {TEMPERATURE: 1.0, TOP_K: 0.0, TOP_P: 1.0, MIN_P: 0.0} | cut
        bench = Bench()
        bench.draws()
        for row, value in controls.items():
            bench.parameter(row, [value] * VOICES)
        at, scratch = bench.input(logits), bench.target(levels)
        amplitude, network = bench.target(1), bench.target(1)
        bench.config = {CONFIG_AMPLITUDE: amplitude, CONFIG_INPUT: network}
        bench.decode = -np.arange(levels, dtype=np.float32)
        bench.inputs = np.arange(levels, dtype=np.float32)
        arena = bench.run(Categorical(at, levels, scratch))
        drawn = [
            _draw(logits[voice].astype(np.float64), voice, controls) for voice in range(VOICES)
        ]
        yield arena[:, network], np.array(drawn, np.float64)
        yield arena[:, amplitude], -np.array(drawn, np.float64)


def _draw(logits: F64, seed: int, controls: dict[int, float]) -> int:
    if controls[TEMPERATURE] == 0:
        return int(logits.argmax())
    p = reference_tiers.softmax(logits / controls[TEMPERATURE], 0)
    order = np.argsort(-p)
    if controls[TOP_K]:
        p[order[int(controls[TOP_K]) :]] = 0
    mass = np.cumsum(p[order])
    p[order[np.searchsorted(mass, controls[TOP_P] * mass[-1]) + 1 :]] = 0
    p[p < controls[MIN_P] * p.max()] = 0
    (u,) = _uniforms(seed, 1)
    return int(np.searchsorted(np.cumsum(p), u * p.sum()))


def _normal(size: int, beta: float) -> Results:
    random = np.random.default_rng(size)
    heads, before = normal(random, VOICES, 2 * size), normal(random, VOICES, size)
    bench = Bench()
    bench.draws()
    bench.parameter(BETA, [beta] * VOICES)
    mu = bench.input(heads)  # mu and sigma of a value beside each other
    current, previous = bench.input(before), bench.target(size)
    bench.also_writes(current, size)
    arena = bench.run(Normal(mu, mu + 1, size, 2, current, previous, BETA))
    eps = [special.ndtri(_uniforms(voice, size)) for voice in range(VOICES)]
    wide = heads.astype(np.float64)
    exact = wide[:, ::2] + np.array(eps) * reference_tiers.softplus(wide[:, 1::2], beta)
    yield arena[:, current : current + size], exact
    yield arena[:, previous : previous + size], before.astype(np.float64)


def _mixture_head(components: int, size: int) -> Results:
    random = np.random.default_rng([components, size])
    sigma, pi = (normal(random, VOICES, components * size) for _ in range(2))
    betas = [0.5, 1.0, 4.0]
    bench = Bench()
    bench.parameter(BETA, betas)
    sigma_at, pi_at = bench.input(sigma), bench.input(pi)
    bench.also_writes(sigma_at, components * size)
    bench.also_writes(pi_at, components * size)
    arena = bench.run(MixtureHead(sigma_at, pi_at, components, size, BETA))
    exact = [
        reference_tiers.softplus(row, beta)
        for row, beta in zip(sigma.astype(np.float64), betas, strict=True)
    ]
    yield arena[:, sigma_at : sigma_at + components * size], np.array(exact)
    shares = reference_tiers.softmax(pi.astype(np.float64).reshape(VOICES, components, size), 1)
    yield arena[:, pi_at : pi_at + components * size], shares.reshape(VOICES, -1)


def _mixture(components: int, size: int) -> Results:
    random = np.random.default_rng([components, size])
    mu, before = normal(random, VOICES, components * size), normal(random, VOICES, size)
    sigma = random.uniform(0.1, 2, mu.shape).astype(np.float32)
    pi = random.dirichlet(np.ones(components), (VOICES, size)).swapaxes(1, 2)
    bench = Bench()
    bench.draws()
    places = [bench.input(part.reshape(VOICES, -1)) for part in (mu, sigma, pi)]
    current, previous = bench.input(before), bench.target(size)
    bench.also_writes(current, size)
    arena = bench.run(Mixture(places[0], places[1], places[2], components, size, current, previous))
    exact = np.empty((VOICES, size))
    for voice in range(VOICES):
        for value, u in enumerate(_uniforms(voice, 2 * size).reshape(size, 2)):
            shares = np.cumsum(pi[voice, :, value])
            component = int(np.searchsorted(shares, u[0] * shares[-1]))
            at = component * size + value
            exact[voice, value] = mu[voice, at] + special.ndtri(u[1]) * sigma[voice, at]
    yield arena[:, current : current + size], exact
    yield arena[:, previous : previous + size], before.astype(np.float64)


def _upsample(linear: bool, shaped_by: int) -> Results:
    """In the unit of the value: low + share (high - low)."""
    low, high, minimum, maximum = 20.0, 90.0, 25.0, 80.0
    knob_row, take_row = BUILT_IN, BUILT_IN + 1
    current, previous = np.array([0.3, 0.8, -0.1]), np.array([0.2, 0.9, 1.4])
    controls: Sequence[tuple[int, list[float]]] = (
        (knob_row, [33.0, 44.0, 55.0]),
        (take_row, [0.0, 0.25, 1.0]),
        (take_row + 1, [0.0, -3.0, 5.0]),
        (take_row + 2, [1.0, 1.5, 0.5]),
        (BEND, [1.5, -40.0, 0.0]),
        (EXPRESSION, [0.5, 0.0, 1.0]),
        (ENVELOPE, [1.0, 0.5, 0.25]),
    )
    by_row = {row: np.array(values) for row, values in controls}
    for now in (0, 5, 16):
        bench = Bench(np.array([low, high - low, minimum, maximum], np.float32))
        for row, values in controls:
            bench.parameter(row, values)
        current_at, previous_at = bench.input(current[:, None]), bench.input(previous[:, None])
        target = bench.target(1)
        rows = knob_row, take_row
        op = Upsample(0, current_at, previous_at, target, 16, int(linear), *rows, shaped_by)
        arena = bench.run(op, now=now)
        share = now % 16 / 16
        value = previous + (current - previous) * share if linear else current
        unit = (low + value * (high - low)) * by_row[take_row + 2] + by_row[take_row + 1]
        unit += (by_row[knob_row] - unit) * by_row[take_row]
        if shaped_by == BEND:
            bent = unit + by_row[BEND]
            unit = np.clip(bent, np.minimum(minimum, unit), np.maximum(maximum, unit))
        elif shaped_by == EXPRESSION:
            unit = minimum + (unit - minimum) * by_row[EXPRESSION] * by_row[ENVELOPE]
        yield arena[:, target], (unit - low) / (high - low)


def rows() -> Iterator[Row]:
    """Of the ops that are imported above."""
    for levels in (16, 100, 256):
        yield Row(Categorical, f"categorical {levels}", 1e-9, partial(_categorical, levels))
    for size, beta in ((1, 1.0), (13, 0.7)):
        yield Row(Normal, f"normal {size} beta {beta}", 2e-6, partial(_normal, size, beta))
    for components, size in ((2, 1), (5, 13)):
        name = f"{components} of {size}"
        head = partial(_mixture_head, components, size)
        yield Row(MixtureHead, f"mixture head {name}", 4e-7, head)
        yield Row(Mixture, f"mixture {name}", 2e-6, partial(_mixture, components, size))
    for linear, label in ((False, "hold"), (True, "linear")):
        for shaped_by, shape in ((UNSHAPED, "plain"), (BEND, "bent"), (EXPRESSION, "expression")):
            name = f"upsample {label} {shape}"
            yield Row(Upsample, name, 1e-6, partial(_upsample, linear, shaped_by))

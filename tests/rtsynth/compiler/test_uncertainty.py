"""Entropies against formulations of another kind: sums over sorted codes, and fine grids."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.compiler.anatomy import Draw, anatomy_of
from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.compiler.uncertainty import (
    LEAST_BITS,
    bits_of,
    entropy_bits,
    kind_of,
    mixture_bits,
    normal_bits,
)
from rtsynth.engine.program.layout import (
    GATE,
    HEADER_FLOATS,
    MIN_P,
    PARAMETER_FLOATS,
    TARGET,
    TEMPERATURE,
    TOP_K,
    TOP_P,
    VALUE,
    header_of,
    no_events,
)
from rtsynth.engine.program.ops import Categorical, Mixture, Normal
from rtsynth.engine.run.render import render_block
from tests.rtsynth.plugins import tiers_plugin

F64 = NDArray[np.float64]


def played(compiled: Compiled, samples: int = 400, **rows: float) -> Any:
    """The arena of a voice after so many samples, with rows of its table at these values."""
    arena = new_arena(compiled, seed=3)
    numbers = {"temperature": TEMPERATURE, "top_k": TOP_K, "top_p": TOP_P, "min_p": MIN_P}
    for name, value in {**rows}.items():
        at = HEADER_FLOATS + numbers[name] * PARAMETER_FLOATS
        arena[at + VALUE] = arena[at + TARGET] = value
    out = np.empty(samples, np.float32)
    render_block(compiled.program, header_of(arena), arena, no_events(), 0, out)
    assert arena[HEADER_FLOATS + GATE * PARAMETER_FLOATS + VALUE] > 0
    return arena


def softmax_bits(
    logits: F64, temperature: float, top_k: int = 0, top_p: float = 1.0, min_p: float = 0.0
) -> float:
    """The entropy of what is drawn from logits, as the controls are documented."""
    order = sorted(np.exp(logits / temperature - (logits / temperature).max()), reverse=True)
    kept = order[:top_k] if top_k else order
    if top_p < 1.0:
        sums = np.cumsum(kept)
        kept = kept[: int(np.searchsorted(sums, top_p * sums[-1])) + 1]
    kept = [p for p in kept if p >= min_p * order[0]]
    total = math.fsum(kept)
    return -math.fsum(p / total * math.log2(p / total) for p in kept if p > 0)


@pytest.mark.parametrize(
    "cuts",
    [
        {},
        {"temperature": 0.5},
        {"temperature": 2.0},
        {"top_k": 5},
        {"top_p": 0.7},
        {"min_p": 0.3},
        {"temperature": 1.3, "top_k": 40, "top_p": 0.9, "min_p": 0.05},
    ],
)
def test_bits_of_codes_are_those_of_what_the_voice_drew_from(
    compiled: Compiled, cuts: dict[str, Any]
) -> None:
    arena = played(compiled, **cuts)
    (draw,) = anatomy_of(compiled).draws
    logits = arena[compiled.tiers[-1].outputs].astype(np.float64)
    assert np.ptp(logits) > 0.1
    expected = softmax_bits(logits, **({"temperature": 1.0} | cuts))
    assert bits_of(draw, compiled.program, arena) == pytest.approx(expected, abs=1e-4)
    assert kind_of(draw) == ("codes", 8.0)
    assert 0 < expected <= 8


def test_the_most_probable_code_leaves_nothing_open(compiled: Compiled) -> None:
    (draw,) = anatomy_of(compiled).draws
    assert bits_of(draw, compiled.program, played(compiled, temperature=0.0)) == 0.0
    assert bits_of(draw, compiled.program, new_arena(compiled)) == 0.0  # nothing drawn yet


def test_entropies_of_known_distributions() -> None:
    assert entropy_bits(np.full(256, 0.25)) == pytest.approx(8.0)
    assert entropy_bits(np.array([3.0, 1.0, 0.0])) == pytest.approx(
        -(0.75 * math.log2(0.75) + 0.25 * math.log2(0.25))
    )
    assert normal_bits(np.array([1.0]))[0] == pytest.approx(2.0471, abs=1e-4)


def grid_bits(mu: F64, sigma: F64, share: F64) -> float:
    """Of one mixture: -p log2 p, summed on a fine grid."""
    edges = [m + s * np.linspace(-9, 9, 20_001) for m, s in zip(mu, sigma, strict=True)]
    x = np.unique(np.concatenate(edges))
    p = sum(
        w / s / math.sqrt(2 * math.pi) * np.exp(-0.5 * ((x - m) / s) ** 2)
        for m, s, w in zip(mu, sigma, share / share.sum(), strict=True)
    )
    p = np.maximum(np.asarray(p), 1e-300)
    return float(np.trapezoid(-p * np.log2(p), x))


@pytest.mark.parametrize("seed", range(12))
def test_bits_of_mixtures_are_those_of_a_fine_grid(seed: int) -> None:
    random = np.random.default_rng(seed)
    mu = random.uniform(0, 1, (3, 4))
    sigma = 10 ** random.uniform(-2.5, -0.3, (3, 4))
    share = random.dirichlet([1, 1, 1], 4).T
    found = mixture_bits(mu, sigma, share)
    expected = [grid_bits(mu[:, i], sigma[:, i], share[:, i]) for i in range(4)]
    np.testing.assert_allclose(found, expected, atol=0.01)


def test_a_mixture_of_equal_parts_is_one_normal_distribution() -> None:
    mu, sigma = np.full((3, 1), 0.4), np.full((3, 1), 0.02)
    found = mixture_bits(mu, sigma, np.array([[0.2], [0.3], [0.5]]))
    assert found[0] == pytest.approx(float(normal_bits(np.array([0.02]))[0]), abs=1e-3)


def test_bits_of_values_are_read_where_the_tiers_draw() -> None:
    compiled = compile_plugin(tiers_plugin(networks=(2, 5, 0)))
    arena = played(compiled)
    anatomy = anatomy_of(compiled)
    kinds = {type(draw.op) for draw in anatomy.draws[:2]}
    assert kinds & {Normal, Mixture}
    for draw in anatomy.draws[:2]:
        assert kind_of(draw).most_bits == 0.0
        assert bits_of(draw, compiled.program, arena) == pytest.approx(
            expected_bits(compiled, arena, draw), abs=0.01
        )


def expected_bits(compiled: Compiled, arena: Any, draw: Draw) -> float:
    """From the head's outputs, as teacher forcing has them."""
    number = [tier.name for tier in compiled.plugin.manifest.tiers].index(draw.tier)
    places = compiled.tiers[number]
    outputs = arena[places.outputs].reshape(places.shape).astype(np.float64)
    if isinstance(draw.op, Normal):
        _, raw = outputs
        beta = compiled.plugin.manifest.tiers[number].beta
        width = np.log1p(np.exp(beta * raw)) / beta
        return float(np.mean([0.5 * math.log2(2 * math.pi * math.e * s * s) for s in width]))
    mu, sigma, share = outputs
    return float(
        np.mean([grid_bits(mu[:, i], sigma[:, i], share[:, i]) for i in range(mu.shape[1])])
    )


def test_a_voice_that_is_being_written_gives_a_number(compiled: Compiled) -> None:
    arena = new_arena(compiled)
    (draw,) = anatomy_of(compiled).draws
    assert isinstance(draw.op, Categorical)
    arena[draw.op.scratch : draw.op.scratch + 5] = [np.nan, np.inf, -1.0, 0.5, 0.5]
    assert bits_of(draw, compiled.program, arena) == LEAST_BITS

"""The parts of a compiled network that can be watched: recurrent layers, and where tiers draw."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled
from rtsynth.engine.program.layout import SECTION_DIVIDER, SECTION_END, SECTION_START
from rtsynth.engine.program.ops import (
    Categorical,
    GruGates,
    GruMove,
    LstmGates,
    Mixture,
    Normal,
    Op,
    PhasedGates,
    op_of,
)

MOST_LAYERS = 64
MOST_UNITS = 256  # shown of a layer
MOST_SHOWN = 6144  # of all layers of a voice together

Cell = GruGates | GruMove | LstmGates | PhasedGates
CELLS = {GruGates: "GRU", GruMove: "GRU", LstmGates: "LSTM", PhasedGates: "phased LSTM"}


@dataclass(frozen=True)
class Layer:
    """A recurrent layer. `shown`: the offsets in the arena of the units that are shown [N]."""

    tier: str
    name: str  # "GRU 2": its cell, and its number in the tier
    units: int
    rate_hz: float  # steps a second
    shown: NDArray[np.int64]


class Draw(NamedTuple):
    """Where a tier draws what it generates: a code, or values."""

    tier: str
    rate_hz: float
    op: Categorical | Normal | Mixture


@dataclass(frozen=True)
class Anatomy:
    """Layers and draws in the order in which they are computed."""

    layers: tuple[Layer, ...]
    draws: tuple[Draw, ...]
    values: tuple[str, ...]  # the generated parameters, tier by tier


def anatomy_of(compiled: Compiled) -> Anatomy:
    """What there is to watch, as the tape of the plugin says.

    Of a layer with more than MOST_UNITS units, evenly spaced ones are shown; of more than
    MOST_LAYERS layers the first.
    """
    cells: list[tuple[str, float, Cell]] = []
    draws: list[Draw] = []
    for tier, rate_hz, op in _ops(compiled):
        if isinstance(op, Cell):
            cells.append((tier, rate_hz, op))
        elif isinstance(op, Categorical | Normal | Mixture):
            draws.append(Draw(tier, rate_hz, op))
    cells = cells[:MOST_LAYERS]
    most = min(MOST_UNITS, MOST_SHOWN // max(len(cells), 1))
    units = {at: floats for places in compiled.tiers for at, floats in places.hidden}
    counts: dict[str, int] = {}
    layers = []
    for tier, rate_hz, cell in cells:
        counts[tier] = counts.get(tier, 0) + 1
        name = f"{CELLS[type(cell)]} {counts[tier]}"
        count = units[cell.state]  # an op works on whole vectors
        shown = cell.state + spread_evenly(count, most)
        layers.append(Layer(tier, name, count, rate_hz, shown))
    tiers = compiled.plugin.manifest.tiers
    values = tuple(name for tier in tiers for name in tier.outputs)
    return Anatomy(tuple(layers), tuple(draws), values)


def spread_evenly(count: int, most: int) -> NDArray[np.int64]:
    """All of 0..count - 1, or `most` of them, evenly spaced."""
    shown = min(count, most)
    return np.arange(shown, dtype=np.int64) * count // shown


def _ops(compiled: Compiled) -> list[tuple[str, float, Op]]:
    """Every op with its tier and how often it is executed."""
    program, found = compiled.program, []
    rate_hz = compiled.plugin.sample_rate_hz
    for tier, places in zip(compiled.plugin.manifest.tiers, compiled.tiers, strict=True):
        for number in range(places.section - places.sections + 1, places.section + 1):
            section = program.sections[number]
            steps_hz = rate_hz / int(section[SECTION_DIVIDER])
            for row in program.ops[section[SECTION_START] : section[SECTION_END]]:
                found.append((tier.name, steps_hz, op_of(row)))
    return found

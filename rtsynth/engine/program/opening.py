"""The arena space and the rows of an opened plugin's controls; see `hidden_rows`.

All of the space is asked for before anything else, so that what follows lies as in the plugin that
is not opened: a state of the one is a state of the other.
"""

from collections.abc import Callable
from typing import NamedTuple

from rtsynth.engine.kernels.matrix import quantised_floats
from rtsynth.engine.kernels.packing import padded
from rtsynth.engine.program.hidden_rows import freeze_name, loop_steps, scale_name
from rtsynth.engine.program.layout import SOURCES
from rtsynth.plugin.manifest import Manifest
from rtsynth.plugin.opened import HiddenTier, Hold, hidden_of

RING_HEAD = 16  # floats before the steps of a loop
FIRST_STREAM = SOURCES  # of random numbers; those before it are of modulators


class OpenLayer(NamedTuple):
    """A recurrent layer: where what it passes on is, and as bytes; its rows; its noise."""

    target: int
    small: int
    scale_row: int
    stream: int


class OpenSection(NamedTuple):
    """A section that can be frozen: its rows, and the loop of what it gave."""

    row: int
    ring: int
    steps: int


class OpenTier(NamedTuple):
    """A tier of an opened plugin."""

    layers: list[OpenLayer]
    sections: list[OpenSection | None]


def open_tiers(
    manifest: Manifest, row_named: Callable[[str], int], space: Callable[[int], int]
) -> list[OpenTier]:
    """Tier by tier; none where the plugin is not opened."""
    tiers, stream = [], FIRST_STREAM
    for hidden in hidden_of(manifest):
        layers = []
        for number, units in enumerate(hidden.layers):
            row = row_named(scale_name(hidden.tier, number))
            layers.append(
                OpenLayer(space(padded(units)), space(quantised_floats(units)), row, stream)
            )
            stream += 1
        sections = [
            _section(hidden, number, hold, row_named, space)
            for number, hold in enumerate(hidden.holds)
        ]
        tiers.append(OpenTier(layers, sections))
    return tiers


def _section(
    hidden: HiddenTier,
    number: int,
    hold: Hold,
    row_named: Callable[[str], int],
    space: Callable[[int], int],
) -> OpenSection | None:
    if not hold.floats:
        return None
    steps = loop_steps(hold)
    ring = space(RING_HEAD + steps * hold.floats)
    return OpenSection(row_named(freeze_name(hidden, number)), ring, steps)

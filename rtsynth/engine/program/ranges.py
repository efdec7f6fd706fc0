"""How far modulation moves each row of a plugin's parameter table: along its knob's travel."""

import math

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.program.hidden_rows import choosing_rows, hidden_specs
from rtsynth.engine.program.layout import (
    BEND,
    ENVELOPE,
    EXPRESSION,
    GAIN,
    GATE,
    HIGH,
    LOG_RATIO,
    LOW,
    RANGE_FLOATS,
    SPAN,
)
from rtsynth.engine.program.modulator_rows import FIXED
from rtsynth.engine.program.table import Row, once_per_manifest, rows_of
from rtsynth.plugin.manifest import Manifest

# Those that notes and wheels move, and what chooses.
UNMODULATED = frozenset((GATE, BEND, EXPRESSION, ENVELOPE)) | FIXED


@once_per_manifest
def unmodulated_rows(manifest: Manifest) -> frozenset[int]:
    """The rows that modulation does not move."""
    return UNMODULATED | choosing_rows(
        manifest, len(rows_of(manifest)) - len(hidden_specs(manifest))
    )


def ranges_of(manifest: Manifest) -> NDArray[np.float32]:
    """[rows, RANGE_FLOATS], in the units of the table."""
    rows, fixed = rows_of(manifest), unmodulated_rows(manifest)
    ranges = np.zeros((len(rows), RANGE_FLOATS), np.float32)
    for row in rows:
        if row.index not in fixed:
            ranges[row.index, [LOW, HIGH, SPAN, LOG_RATIO]] = _range(row)
    return ranges


def _range(row: Row) -> tuple[float, float, float, float]:
    low, high = row.spec.minimum, row.spec.maximum
    if row.index == GAIN:  # the table holds a factor, whose logarithm the knob moves
        return 0.0, 10 ** (high / 20), 10 ** (high / 20), (high - low) / 20 * math.log(10)
    ratio = math.log(high / low) if row.spec.curve == "exponential" else 0.0
    return low, high, high - low, ratio

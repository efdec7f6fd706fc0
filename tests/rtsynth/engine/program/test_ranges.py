"""What modulation may move, and how far."""

import math

import numpy as np
import pytest

from rtsynth.engine.program.layout import BUILT_IN, GAIN, LFO_RATE, LFO_ROWS, TEMPERATURE
from rtsynth.engine.program.ranges import UNMODULATED, ranges_of
from rtsynth.engine.program.table import rows_of
from tests.rtsynth.plugins import gru_manifest, tiers_manifest


def test_every_row_has_its_range_but_those_that_stay() -> None:
    manifest = tiers_manifest()
    ranges = ranges_of(manifest)
    for row in rows_of(manifest):
        low, high, span, ratio = ranges[row.index].tolist()
        if row.spec.name in (
            *("gate", "bend", "expression", "level", "tempo", "follow"),
            *("lfo1_beats", "lfo1_shape", "lfo1_retrigger"),
            *("lfo2_beats", "lfo2_shape", "lfo2_retrigger"),
            *("macro1", "macro2", "macro3", "macro4"),
        ):
            assert row.index in UNMODULATED
            assert (low, high, span, ratio) == (0, 0, 0, 0)
        elif row.index != GAIN:
            assert (low, high) == tuple(np.float32([row.spec.minimum, row.spec.maximum]))
            assert span == np.float32(row.spec.maximum - row.spec.minimum) > 0
            assert (ratio > 0) == (row.spec.curve == "exponential")


def test_factors_of_exponential_curves_and_the_gain() -> None:
    ranges = ranges_of(gru_manifest())
    assert ranges.shape == (BUILT_IN + 3, 4)
    assert ranges[LFO_ROWS + LFO_RATE, 3] == pytest.approx(math.log(40 / 0.01))
    assert 20 * math.log10(ranges[GAIN, 1]) == pytest.approx(12)
    assert math.exp(ranges[GAIN, 3]) == pytest.approx(10 ** (72 / 20))
    assert ranges[TEMPERATURE].tolist() == [0, 2, 2, 0]

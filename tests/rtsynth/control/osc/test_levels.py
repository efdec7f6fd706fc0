"""Levels over several readings."""

import numpy as np
import pytest

from rtsynth.control.osc.levels import Levels
from rtsynth.host.protocol import Meter


def db(ratio: float) -> float:
    return 20 * float(np.log10(ratio))


def test_levels_of_two_readings_are_those_of_the_signal() -> None:
    rng = np.random.default_rng(1)
    levels, parts = Levels(), [rng.normal(size=4800) * scale for scale in (0.1, 0.5, 0.02)]
    for part in parts:
        rms = float(np.sqrt(np.mean(part**2)))
        levels.add([Meter(1, db(np.abs(part).max()), db(rms)), Meter(3, -60.0, -70.0)])
    whole = np.concatenate(parts)
    first, second = levels.take()
    assert first == pytest.approx(
        (1, db(np.abs(whole).max()), db(float(np.sqrt(np.mean(whole**2)))))
    )
    assert second == pytest.approx((3, -60.0, -70.0))
    assert levels.take() == []


def test_silence_has_no_level() -> None:
    levels = Levels()
    levels.add([Meter(1, -np.inf, -np.inf)])
    assert levels.take() == [Meter(1, -np.inf, -np.inf)]

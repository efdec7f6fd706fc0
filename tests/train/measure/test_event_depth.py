"""Pops stand out; a hum that is modulated at their rate does not."""

import numpy as np
import pytest

from rtsynth_train.measure.event_depth import event_depth_db
from rtsynth_train.measure.onsets import pop_rate
from rtsynth_train.sets.pops import RATE_HZ, pops_per_second, synthesise

LIMIT_DB = 9.0


def pops(rate: float, seconds: float = 3.0) -> np.ndarray:
    return synthesise(
        np.full(round(seconds * RATE_HZ), pops_per_second(rate)), np.random.default_rng(4)
    )


def hum(per_second: float, sharpness: float, seconds: float = 3.0) -> np.ndarray:
    """A hum of 200 Hz whose level rises and falls, `sharpness` 1 for a sine."""
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    level = (0.5 - 0.5 * np.cos(2 * np.pi * per_second * times)) ** sharpness
    return 0.3 * level * np.sin(2 * np.pi * 200 * times)


@pytest.mark.parametrize("rate", [0.0, 0.5, 1.0])
def test_pops_stand_out(rate: float) -> None:
    assert event_depth_db(pops(rate), RATE_HZ) > LIMIT_DB + 1.5


@pytest.mark.parametrize("per_second", [4.0, 11.3, 32.0])
def test_a_modulated_hum_does_not_stand_out_where_its_events_are_known(per_second: float) -> None:
    audio = hum(per_second, 1.0)
    times = np.arange(1, 3 * per_second - 1) / per_second + 0.25 / per_second
    assert event_depth_db(audio, RATE_HZ, times) < LIMIT_DB
    assert event_depth_db(audio, RATE_HZ) < LIMIT_DB


def test_noise_between_pops_takes_from_their_depth() -> None:
    clean = pops(0.5)
    noisy = clean + np.random.default_rng(1).normal(0, 0.02, clean.size)
    assert event_depth_db(noisy, RATE_HZ) < event_depth_db(clean, RATE_HZ) - 6
    assert pop_rate(clean, RATE_HZ) == pytest.approx(pops_per_second(0.5), rel=0.1)


def test_what_has_no_events_has_no_depth() -> None:
    assert event_depth_db(np.zeros(RATE_HZ), RATE_HZ) == 0
    assert event_depth_db(np.random.default_rng(0).normal(0, 0.1, RATE_HZ), RATE_HZ) < 6
    assert event_depth_db(np.zeros(0), RATE_HZ, np.array([0.0, 1.0])) == 0

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth_gui.widgets.trigger import find_start, rising_crossings

RATE_HZ = 48_000
LENGTH = 960


def tone(start: int, count: int, frequency_hz: float, partials: dict[int, float]) -> NDArray:
    time_s = (start + np.arange(count)) / RATE_HZ
    waves = [a * np.sin(2 * np.pi * k * frequency_hz * time_s + k) for k, a in partials.items()]
    return np.sum(waves, axis=0).astype(np.float32)


@pytest.mark.parametrize(
    "partials",
    [
        {1: 0.5},
        {1: 0.5, 3: 0.3, 5: 0.2},
        {1: 0.1, 2: 0.5, 3: 0.4, 7: 0.3},  # crosses zero several times a period
    ],
)
@pytest.mark.parametrize("frequency_hz", [110.0, 329.6, 660.3])
def test_a_held_tone_stands_still(frequency_hz: float, partials: dict[int, float]) -> None:
    noise = np.random.default_rng(0)
    shown: list[NDArray] = []
    previous = None
    for frame in range(40):
        samples = tone(frame * 1600, 2 * LENGTH, frequency_hz, partials)
        samples += noise.normal(0, 0.002, len(samples)).astype(np.float32)
        start, fraction = find_start(samples, LENGTH, previous)
        previous = samples[start : start + LENGTH]
        shown.append(np.interp(np.arange(0, 900, 4) + fraction, np.arange(LENGTH), previous))
    likeness = [np.corrcoef(a, b)[0, 1] for a, b in pairwise(shown)]
    assert min(likeness) > 0.995


def test_noise_around_zero_does_not_trigger() -> None:
    samples = np.array([-1, -0.05, 0.05, -0.05, 0.05, 1, -1, -0.01, 1], np.float32)
    assert rising_crossings(samples, 0.1).tolist() == [3, 7]


@pytest.mark.parametrize("samples", [np.zeros(2000), np.ones(2000), np.zeros(500)])
def test_without_a_crossing_the_newest_is_shown(samples: NDArray) -> None:
    start, fraction = find_start(samples.astype(np.float32), LENGTH, None)
    assert (start, fraction) == (max(len(samples) - LENGTH, 0), 0.0)

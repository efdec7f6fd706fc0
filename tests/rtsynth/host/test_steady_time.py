"""The clock that places changes: steady while readings are about right, elsewhere when they are."""

import numpy as np
import pytest

from rtsynth.host.steady_time import LATER_S, SOONER_S, SteadyTime

RATE_HZ = 48_000
BEGAN_NS = 10**15 + 7


def placed(at_s: list[float], off: list[float]) -> np.ndarray:
    """Frames [n] of times whose readings are off by so many frames."""
    clock = SteadyTime()
    return np.array(
        [
            clock.frame(BEGAN_NS + round(s * 1e9), round(s * RATE_HZ + by), RATE_HZ)
            for s, by in zip(at_s, off, strict=True)
        ]
    )


def test_distances_are_kept_whatever_the_readings() -> None:
    times = np.arange(200) * 0.05
    jitter = np.random.default_rng(1).uniform(-20, 20, 200)
    frames = placed(list(times), list(jitter))
    assert np.abs(np.diff(frames) - 2400).max() <= 1


def test_one_time_is_one_frame() -> None:
    assert np.unique(placed([1.0] * 5, [0, 10, -20, 5, 12])).size == 1


def test_an_earlier_time_keeps_its_distance() -> None:
    frames = placed([1.0, 0.5, 2.0, 1.5], [0.0, 9.0, -9.0, 9.0])
    np.testing.assert_allclose(frames - frames[0], [0, -24_000, 48_000, 24_000], atol=11)


@pytest.mark.parametrize("drift", [-1e-4, 1e-4])
def test_a_device_whose_clock_is_off_is_followed(drift: float) -> None:
    times = np.arange(3000) * 0.1
    frames = placed(list(times), list(times * RATE_HZ * drift))
    assert np.abs(frames - times * RATE_HZ * (1 + drift)).max() <= 2


@pytest.mark.parametrize("off_s", [1.5 * LATER_S, -1.5 * SOONER_S, 3.0])
def test_a_reading_that_is_far_off_counts(off_s: float) -> None:
    frames = placed([0.0, 1.0, 2.0], [0.0, off_s * RATE_HZ, off_s * RATE_HZ])
    assert frames[1] - RATE_HZ == pytest.approx(off_s * RATE_HZ, abs=1)
    assert frames[2] - frames[1] == pytest.approx(RATE_HZ, abs=1)

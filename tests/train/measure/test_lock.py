"""The time until a pitch is right, on tones that get there when it is known."""

import numpy as np
import pytest

from rtsynth_train.measure.lock import NEVER_MS, lock_ms

RATE_HZ = 16_000
RANGE_HZ = (200.0, 1500.0)
START_S = 0.3


def glided(pitches: np.ndarray) -> np.ndarray:
    """A tone of three partials with a pitch for every sample."""
    phase = 2 * np.pi * np.cumsum(440 * 2 ** ((pitches - 69) / 12)) / RATE_HZ
    return 0.2 * (np.sin(phase) + np.sin(2 * phase) / 2 + np.sin(3 * phase) / 3)


def arrives(delay_s: float, start: float = 64, end: float = 76, seconds: float = 0.9) -> np.ndarray:
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return glided(np.where(times < START_S + delay_s, start, end))


@pytest.mark.parametrize("delay_ms", [0, 60])
@pytest.mark.parametrize(("start", "end"), [(64, 76), (76, 64), (64, 66)])
def test_a_tone_that_arrives_late(delay_ms: float, start: float, end: float) -> None:
    audio = arrives(delay_ms / 1000, start, end)
    measured = lock_ms(audio, RATE_HZ, end, START_S, RANGE_HZ)
    assert measured == pytest.approx(delay_ms, abs=25)


def test_what_never_arrives_or_leaves_again() -> None:
    assert lock_ms(arrives(9), RATE_HZ, 76, START_S, RANGE_HZ) == NEVER_MS
    assert lock_ms(arrives(0, end=75), RATE_HZ, 76, START_S, RANGE_HZ) == NEVER_MS
    assert lock_ms(arrives(0.57), RATE_HZ, 76, START_S, RANGE_HZ) == NEVER_MS
    noise = np.random.default_rng(0).normal(0, 0.1, RATE_HZ)
    assert lock_ms(noise, RATE_HZ, 76, START_S, RANGE_HZ) == NEVER_MS


def test_a_glide_counts_until_it_is_near() -> None:
    times = np.arange(round(0.9 * RATE_HZ)) / RATE_HZ
    pitches = np.interp(times, [START_S, START_S + 0.2], [64, 76])
    measured = lock_ms(glided(pitches), RATE_HZ, 76, START_S, RANGE_HZ)
    assert measured == pytest.approx(192, abs=25)  # it is 50 cents below at 192 ms


def test_a_note_from_the_start() -> None:
    assert lock_ms(arrives(0, 76, 76), RATE_HZ, 76, 0.0, RANGE_HZ) == 0
    assert lock_ms(np.zeros(10), RATE_HZ, 76, 0.0, RANGE_HZ) == NEVER_MS

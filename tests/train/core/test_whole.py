"""Pitch and loudness of whole recordings."""

import numpy as np
import pytest

from rtsynth_train.core.whole import loudness_of, pitch_of


def tone(pitch: float, rate_hz: int, partials: dict[int, float]) -> np.ndarray:
    times, hz = np.arange(rate_hz) / rate_hz, 440 * 2 ** ((pitch - 69) / 12)
    noise = 0.003 * np.random.default_rng(0).standard_normal(rate_hz)
    return noise + 0.2 * sum(
        (level * np.sin(2 * np.pi * hz * n * times) for n, level in partials.items()
         if hz * n < rate_hz / 2), np.zeros(rate_hz),
    )  # fmt: skip


@pytest.mark.parametrize("rate_hz", [16_000, 44_100])
@pytest.mark.parametrize(
    "partials", [{1: 1}, {n: 1 / n for n in range(1, 20)}, {2: 1, 3: 1, 4: 1}, {1: 0.5, 2: 1}]
)
def test_pitch_to_a_cent(rate_hz: int, partials: dict[int, float]) -> None:
    for pitch in (24, 36.5, 48, 60, 69.3, 83, 95):
        assert pitch_of(tone(pitch, rate_hz, partials), rate_hz) == pytest.approx(pitch, abs=0.01)


def test_what_has_no_pitch() -> None:
    random = np.random.default_rng(0)
    assert pitch_of(0.1 * random.standard_normal(16_000), 16_000) is None
    assert pitch_of(np.zeros(16_000), 16_000) is None
    assert pitch_of(tone(60, 16_000, {1: 1})[:100], 16_000) is None
    glide = np.concatenate([tone(pitch, 16_000, {1: 1}) for pitch in (50, 57, 64, 71, 78)])
    assert pitch_of(glide, 16_000) is None


def test_attack_and_breath_do_not_move_the_pitch() -> None:
    audio = tone(62, 16_000, {1: 1, 2: 0.4})
    audio[:2000] = 0.3 * np.random.default_rng(1).standard_normal(2000)
    assert pitch_of(audio, 16_000) == pytest.approx(62, abs=0.01)


def test_loudness() -> None:
    audio = tone(81, 16_000, {1: 1})
    louder = loudness_of(2 * audio, 16_000)
    assert louder is not None
    assert loudness_of(audio, 16_000) == pytest.approx(louder - 20 * np.log10(2), abs=0.01)
    assert loudness_of(np.zeros(16_000), 16_000) is None

"""The pitch of every key, against frequencies that are worked out by hand."""

import numpy as np
import pytest

from rtsynth.common.tuning.kbm import KeyboardMap
from rtsynth.common.tuning.scl import Scale
from rtsynth.common.tuning.tuning import Tuning, pitch_of_frequency, tuning_of

EQUAL = Scale("", tuple(100.0 * step for step in range(1, 13)))


def test_twelve_equal_steps_are_what_notes_are_without_a_tuning() -> None:
    assert tuning_of(EQUAL, None).pitches == tuple(float(key) for key in range(128))
    keys = KeyboardMap((), 0, 127, 60, 69, 440.0, 0)
    assert tuning_of(EQUAL, keys).pitches == pytest.approx(range(128))


def test_just_intonation_from_a_reference() -> None:
    ratios = np.array([9 / 8, 5 / 4, 4 / 3, 3 / 2, 5 / 3, 15 / 8, 2])
    scale = Scale("", tuple(1200 * np.log2(ratios)))
    white = (0, None, 1, None, 2, 3, None, 4, None, 5, None, 6)
    tuning = tuning_of(scale, KeyboardMap(white, 21, 108, 60, 69, 432.0, 7))
    c = 432.0 / (5 / 3)
    for key, hz in ((60, c), (64, c * 5 / 4), (67, c * 3 / 2), (72, 2 * c), (50, c * 9 / 16)):
        pitch = tuning.pitch(key)
        assert pitch is not None
        assert 440 * 2 ** ((pitch - 69) / 12) == pytest.approx(hz)
    assert [tuning.pitch(key) for key in (61, 20, 109)] == [None] * 3


def test_notes_between_keys_are_between_their_pitches() -> None:
    pitches: list[float | None] = [2.0 * key for key in range(128)]
    pitches[11] = None
    tuning = Tuning(tuple(pitches))
    assert [tuning.pitch(note) for note in (5.0, 5.25, 10.5, 11.5)] == [10.0, 10.5, 20.5, None]
    assert tuning.pitch(127.0) == 254.0


def test_frequencies() -> None:
    assert pitch_of_frequency(440.0) == 69.0
    assert pitch_of_frequency(880.0) == 81.0

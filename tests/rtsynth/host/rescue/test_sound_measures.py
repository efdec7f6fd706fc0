import numpy as np
import pytest

from tests.rtsynth.host.rescue.sound_measures import (
    LEVEL_DB,
    SHORT_S,
    WHOLE_S,
    flatness_db,
    healthy_of,
    is_in,
    level_db,
    pitch,
    range_of,
    sounds_well,
    windows,
)

RATE_HZ = 16_000


def tone(note: float, seconds: float, loud: float = 0.1) -> np.ndarray:
    """Harmonics of a MIDI number, and a little noise."""
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    hz = 440 * 2 ** ((note - 69) / 12)
    sines = sum(np.sin(2 * np.pi * n * hz * time_s) / n for n in range(1, 8))
    hiss = 0.01 * np.random.default_rng(0).normal(size=time_s.size)
    return (loud * (sines + hiss)).astype(np.float32)


@pytest.mark.parametrize("note", [45.0, 57.5, 69.0, 76.2, 88.0])
def test_pitch(note: float) -> None:
    assert pitch(tone(note, SHORT_S), RATE_HZ) == pytest.approx(note, abs=0.2)


def test_level_and_flatness() -> None:
    sine = np.sin(np.arange(4000)).astype(np.float32)
    assert level_db(sine) == pytest.approx(-3.0, abs=0.1)
    noise = np.random.default_rng(0).normal(size=4000).astype(np.float32)
    assert flatness_db(noise) > -2 > -20 > flatness_db(sine)


def test_what_is_well_and_what_is_not() -> None:
    healthy = healthy_of([tone(69, 3.0), tone(69, 3.0, 0.12)], RATE_HZ, 69.0)
    well = tone(69.3, WHOLE_S)
    assert sounds_well(well, RATE_HZ, healthy)
    assert not sounds_well(tone(70.0, WHOLE_S), RATE_HZ, healthy), "a semitone off"
    assert not sounds_well(tone(81.0, WHOLE_S), RATE_HZ, healthy), "an octave off"
    assert not sounds_well(3 * well, RATE_HZ, healthy), "too loud"
    noise = np.random.default_rng(0).normal(size=well.size).astype(np.float32)
    assert not sounds_well(noise * well.std(), RATE_HZ, healthy), "noise"
    for at in (0, 10_000, well.size - 4500):
        broken = well.copy()
        broken[at : at + 4500] = 0
        assert not sounds_well(broken, RATE_HZ, healthy), "it stops for a moment"


def test_what_pauses_may_pause_but_not_for_ever() -> None:
    speech = tone(69, 8.0)
    for at in range(0, speech.size, 16_000):
        speech[at : at + 6000] = 0
    healthy = healthy_of([speech], RATE_HZ, None)
    assert sounds_well(speech[16_000:48_000], RATE_HZ, healthy)
    assert not sounds_well(np.zeros(32_000, np.float32), RATE_HZ, healthy)


def test_a_range_is_that_of_its_windows_and_a_little_more() -> None:
    parts = windows(tone(69, 1.0), SHORT_S, RATE_HZ)
    found = range_of(parts, SHORT_S)
    assert is_in(parts[0] * 10 ** (0.9 * LEVEL_DB / 20), found)
    assert not is_in(parts[0] * 10 ** (1.2 * LEVEL_DB / 20), found)

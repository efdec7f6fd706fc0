"""What a table of new instruments says; the table itself takes a quarter of an hour."""

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.measure.new_instruments import Learned, cents_off, instrument_of

RATE_HZ = 16000


@pytest.mark.parametrize("text", ["flute", "flute:73", "flute:128:60", "flute:73:110", "a:b:c"])
def test_what_is_no_instrument(text: str) -> None:
    with pytest.raises(InputError, match=f"--instrument {text}: must be LABEL:PROGRAM:LOWEST"):
        instrument_of(text)


def test_two_octaves_from_the_lowest_key_on() -> None:
    instrument, keys = instrument_of("flute:73:60")
    assert (instrument.label, instrument.program, keys) == ("flute", 73, range(60, 85))


def learned(cents: list[float], decibels: list[float]) -> Learned:
    return Learned("flute", 1, 180.0, 170.0, 3.0, np.array([cents]), np.array([decibels]))


def test_every_note_has_to_be_right() -> None:
    good = learned([-3, 5, 49], [0.1, -2.9, 1])
    assert good.right
    assert good.row() == (
        "flute", "1", "180 s", "170 s", "3.000", "5.0", "49", "3 of 3", "2.9 dB", "3 of 3", "yes",
    )  # fmt: skip
    assert not learned([-3, 5, -51], [0, 0, 0]).right
    assert not learned([11, -11, 3], [0, 0, 0]).right
    assert not learned([0, 0, 0], [0, -3.1, 0]).right


@pytest.mark.measure
@pytest.mark.parametrize("pitch", [48, 60, 84])
def test_notes_an_octave_off_are_seen(pitch: int) -> None:
    times = np.arange(RATE_HZ) / RATE_HZ

    def tone(off: float) -> np.ndarray:
        phase = 2 * np.pi * 440 * 2 ** ((pitch + off - 69) / 12) * times
        return np.sin(phase) + 0.5 * np.sin(2 * phase + 1) + 0.3 * np.sin(3 * phase)

    for off in (0.0, 0.3, 7.0, 12.0, -12.0):  # it tells 10 cents apart, or 20
        assert cents_off(tone(off), RATE_HZ, pitch) == pytest.approx(100 * off, abs=12)
    assert cents_off(
        np.random.default_rng(1).normal(0, 0.1, RATE_HZ), RATE_HZ, pitch
    ) != pytest.approx(0, abs=50)

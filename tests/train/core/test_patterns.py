"""Notes, dynamics and numbers in names."""

from pathlib import PurePath

import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.core.patterns import dynamics_in, notes_in, numbers_in, pattern_value


@pytest.mark.parametrize(
    ("name", "pitches"),
    [
        ("flute_C4", [60]), ("C-1", [0]), ("F#3 long", [54]), ("Bb2", [46]), ("a4-take2", [69]),
        ("Ds5.soft", [75]), ("x_E♭4", [63]), ("G9", [127]), ("B9", []), ("AC4", []), ("C44", []),
        ("horn", []), ("C4_E4", [60, 64]), ("x_a1.00", []), ("x_a1.00_b0.50_C4", [60]),
        ("x_p64.00_a1.00", []), ("Ds5.1", [75]),
    ],
)  # fmt: skip
def test_notes(name: str, pitches: list[float]) -> None:
    assert notes_in(name) == pitches


@pytest.mark.parametrize(
    ("name", "amplitudes"),
    [("a_pp_1", [0.25]), ("fff", [1.0]), ("C4 mf", [0.625]), ("FF", [0.875]), ("pizz", []),
     ("F", []), ("stuff", [])],
)  # fmt: skip
def test_dynamics(name: str, amplitudes: list[float]) -> None:
    assert dynamics_in(name) == amplitudes


def test_numbers() -> None:
    assert numbers_in("C4_v90_7") == {"C": 4, "v": 90, "1": 90, "2": 7}
    assert numbers_in("a_p64.00_v9") == {"v": 9, "1": 9}
    assert numbers_in("x_a1.00_take 3") == {"1": 3}
    assert numbers_in("t1_t2") == {"1": 1, "2": 2}


def test_a_folder_may_say_it() -> None:
    assert pattern_value(PurePath("flute/C4/take 1.wav"), "note") == 60
    assert pattern_value(PurePath("C3/D4.wav"), "note") == 62
    assert pattern_value(PurePath("v90/one.wav"), "number", "v") == 90
    assert pattern_value(PurePath("one.wav"), "note") is None
    with pytest.raises(InputError, match="says two values of the pattern 'note'"):
        pattern_value(PurePath("C4_E4.wav"), "note")

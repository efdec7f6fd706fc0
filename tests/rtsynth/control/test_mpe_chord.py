"""With eight voices each note's bend, pressure and timbre move that note alone, in the mix."""

import numpy as np
import pytest

from tests.requirements import require_portaudio
from tests.rtsynth.control.mpe_chord import ASKED, NEAR, PRESSED, SHADED, Found, live, rendered

CENTS = 10.0
TRIES = 4  # until a recording is whole
ALONE_DB = 0.5  # that the levels of the other notes may move by
THIRD = 12 * np.log2(3)  # semitones up to the third partial
# Whose second partial is not where a partial of the note with the other timbre is.
APART = np.abs(ASKED + 12 - ASKED[SHADED] - THIRD) > 2 * NEAR

pytestmark = pytest.mark.measure


def others(values: np.ndarray, note: int) -> float:
    return float(np.abs(np.delete(values, note)).max())


def check(found: Found) -> None:
    print(found.lines())
    assert np.abs(found.cents).max() < CENTS
    assert found.pressed_db[PRESSED] < -6.0
    assert others(found.pressed_db, PRESSED) < ALONE_DB
    assert found.shaded_second_db[SHADED] > 10.0
    assert others(found.shaded_db, SHADED) < ALONE_DB
    assert APART.sum() == 7
    assert others(found.shaded_second_db * APART, SHADED) < 3 * ALONE_DB


def test_in_a_file() -> None:
    check(rendered())


@pytest.mark.alone
@pytest.mark.jack
def test_through_jack() -> None:
    require_portaudio()
    for _ in range(TRIES):
        found = live(1024)
        if found is not None:
            return check(found)
    pytest.fail(f"{TRIES} times JACK's recording missed a block: the machine is too busy")

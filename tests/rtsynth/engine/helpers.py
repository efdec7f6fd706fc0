"""Looking into the words of a team of helper threads."""

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine import team as teams
from rtsynth.engine.shared import HELPER_WORDS

I64 = NDArray[np.int64]


def helper_words(team: I64, number: int = 0) -> I64:
    """The words of one helper of a team."""
    found = next(each for each in teams._teams.values() if each.words is team)
    words: I64 = found._helpers[number]
    assert len(words) == HELPER_WORDS
    return words

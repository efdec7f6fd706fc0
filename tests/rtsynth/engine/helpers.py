"""Looking into the words of a team of helper threads."""

import ctypes

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.shared import HELPER_WORDS, TEAM_ADDRESSES

I64 = NDArray[np.int64]


def helper_words(team: I64, number: int = 0) -> I64:
    """The words of one helper of a team (a view)."""
    address = int(team[TEAM_ADDRESSES + number])
    assert address != 0
    return np.ctypeslib.as_array((ctypes.c_int64 * HELPER_WORDS).from_address(address))

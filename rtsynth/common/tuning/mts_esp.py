"""The tuning of a studio by MTS-ESP, if its library is installed: https://github.com/ODDSound/MTS-ESP.

A master (a plug-in of some program) tunes all clients of the machine through a shared library that
both load, and its table of 128 frequencies.
"""

import ctypes
import math
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from rtsynth.common.tuning.tuning import KEYS, Tuning, pitch_of_frequency


def library_path() -> Path:
    """Where the library is on this system, if it is installed; RTSYNTH_MTS names another place."""
    if chosen := os.environ.get("RTSYNTH_MTS"):
        return Path(chosen)
    if sys.platform == "darwin":
        return Path("/Library/Application Support/MTS-ESP/libMTS.dylib")
    if sys.platform == "win32":
        common = os.environ.get("COMMONPROGRAMFILES", r"C:\Program Files\Common Files")
        return Path(common, "MTS-ESP", "LIBMTS.dll")
    return Path("/usr/local/lib/libMTS.so")


class MtsClient:
    """Asks the library for the pitch of each note, at the time it is played.

    Args:
        library: gives its functions by name.
    """

    moves = True

    def __init__(self, library: Any) -> None:
        self._has_master: Callable[[], bool] = _function(library, "MTS_HasMaster", ctypes.c_bool)
        self._is_silent: Callable[[bytes, bytes], bool] = _function(
            library, "MTS_ShouldFilterNote", ctypes.c_bool, ctypes.c_char, ctypes.c_char
        )
        table = _function(library, "MTS_GetTuningTable", ctypes.POINTER(ctypes.c_double))
        self._table = table()
        _function(library, "MTS_RegisterClient", None)()

    @property
    def has_master(self) -> bool:
        """Whether somebody tunes."""
        return bool(self._has_master())

    def pitch(self, note: float) -> float | None:
        """See `Tuned`; without a master twelve equal steps."""
        if not self.has_master:
            return note
        low = min(max(math.floor(note), 0), KEYS - 1)
        keys = (low, min(low + 1, KEYS - 1))
        pitches: list[float | None] = [None] * KEYS
        for key in keys:
            frequency_hz = float(self._table[key])
            if frequency_hz > 0 and not self._is_silent(bytes([key]), b"\xff"):
                pitches[key] = pitch_of_frequency(frequency_hz)
        return Tuning(tuple(pitches)).pitch(note)


def _function(library: Any, name: str, result: Any, *arguments: Any) -> Any:
    function = library[name]
    function.restype, function.argtypes = result, list(arguments)
    return function


@cache
def mts_client() -> MtsClient | None:
    """The client of this process; None where the library is not, or is of another kind."""
    path = library_path()
    if not path.exists():
        return None
    try:
        return MtsClient(ctypes.CDLL(str(path)))
    except (OSError, AttributeError):  # not one for this processor; a name is missing
        return None


def mts_state() -> str:
    """For a status: whether there is a "master"; "no master", or the library is "absent"."""
    client = mts_client()
    if client is None:
        return "absent"
    return "master" if client.has_master else "no master"

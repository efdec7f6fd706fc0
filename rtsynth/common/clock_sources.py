"""Where tempo and beat may come from, and the tempos there are. Quick to import."""

import math

from rtsynth.common.errors import ControlError, InputError

INTERNAL, MIDI, JACK, AUTO = "internal", "midi", "jack", "auto"
SOURCES = (AUTO, INTERNAL, MIDI, JACK)
DEFAULT_BPM = 120.0
LOWEST_BPM, HIGHEST_BPM = 20.0, 400.0


def clamped_tempo(tempo_bpm: float) -> float:
    """A tempo in the range there is.

    Raises:
        ControlError: it is no finite number.
    """
    if not math.isfinite(tempo_bpm):
        raise ControlError(f"tempo: {tempo_bpm} is not a finite number")
    return min(max(float(tempo_bpm), LOWEST_BPM), HIGHEST_BPM)


def check_source(name: str) -> None:
    """Refuse the name of a source that there is not.

    Raises:
        ControlError: there is none of that name.
    """
    if name not in SOURCES:
        raise ControlError(f"no source {name[:40]!r} of tempo; there are {', '.join(SOURCES)}")


def check_tempo_flags(tempo_bpm: float | None, sync: str | None) -> None:
    """Refuse a tempo or a source of the command line that there is not.

    Raises:
        InputError: one line that names the flag.
    """
    if tempo_bpm is not None and not LOWEST_BPM <= tempo_bpm <= HIGHEST_BPM:
        raise InputError(f"--tempo {tempo_bpm:g}: give {LOWEST_BPM:g} to {HIGHEST_BPM:g} BPM")
    if sync is not None and sync not in SOURCES:
        raise InputError(f"--sync {sync!r}: give {', '.join(SOURCES[:-1])} or {SOURCES[-1]}")

"""Which pitch a key has, as a MIDI number with fractions: 69 is 440 Hz, 12 make an octave."""

import math
from dataclasses import dataclass
from typing import ClassVar, Protocol

from rtsynth.common.tuning.kbm import KeyboardMap
from rtsynth.common.tuning.scl import Scale

KEYS = 128
MIDDLE_C = 60  # degree 0 of a scale without a mapping, at the pitch that it always has


class Tuned(Protocol):
    """What notes go through. `moves`: a note's pitch may be another one later."""

    @property
    def moves(self) -> bool: ...

    def pitch(self, note: float) -> float | None:
        """The pitch of a note, in semitones; None: its key is not mapped, and it is silent."""


@dataclass(frozen=True)
class Tuning:
    """`pitches` [128] of the MIDI keys; None where one is not mapped."""

    pitches: tuple[float | None, ...]
    moves: ClassVar[bool] = False

    def pitch(self, note: float) -> float | None:
        """See `Tuned`. A note between two keys is between their pitches."""
        low = min(max(math.floor(note), 0), KEYS - 1)
        share = note - low
        pitch = self.pitches[low]
        if pitch is None or share == 0:
            return pitch
        above = self.pitches[min(low + 1, KEYS - 1)]
        step = 1.0 if above is None or above == pitch else above - pitch
        return pitch + share * step


def pitch_of_frequency(frequency_hz: float) -> float:
    """The pitch of a frequency, in semitones."""
    return 69.0 + 12.0 * math.log2(frequency_hz / 440.0)


def tuning_of(scale: Scale, keys: KeyboardMap | None) -> Tuning:
    """The tuning of a scale on a keyboard; without a mapping from middle C on, key by key."""
    if keys is None:
        return Tuning(
            tuple(MIDDLE_C + scale.cents_of(key - MIDDLE_C) / 100.0 for key in range(KEYS))
        )
    count = len(scale.cents)
    base = pitch_of_frequency(keys.frequency_hz)
    base -= scale.cents_of(keys.reference_degree(count)) / 100.0
    degrees = [keys.degree_of(key, count) for key in range(KEYS)]
    return Tuning(tuple(None if d is None else base + scale.cents_of(d) / 100.0 for d in degrees))

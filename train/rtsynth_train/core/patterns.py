"""What names say without a decimal field: notes (C4, F#3, Bb2), dynamics (pp .. fff), numbers.

A name is looked at first, then the folders it lies in, the innermost first: `flute/C4/take 1.wav`
is a C4.
"""

import re
from collections.abc import Callable
from pathlib import PurePath

from rtsynth.common.errors import InputError
from rtsynth_train.core.filenames import DECIMAL

_NOTE = re.compile(r"(?<![A-Za-z0-9#♯♭])([A-Ga-g])(#|♯|s|b|♭)?(-1|\d)(?![A-Za-z0-9#♯♭])")
_SEMITONES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_ACCIDENTALS = {None: 0, "#": 1, "♯": 1, "s": 1, "b": -1, "♭": -1}
MIDI = (0, 127)
_DYNAMIC = re.compile(r"(?<![A-Za-z])(ppp|pp|mp|mf|fff|ff|PPP|PP|MP|MF|FFF|FF|p|f)(?![A-Za-z0-9])")
DYNAMICS = ("ppp", "pp", "p", "mp", "mf", "f", "ff", "fff")  # the amplitudes 1/8 .. 8/8
_NUMBER = re.compile(r"([A-Za-z]*)(?<![\d.])(\d{1,9})(?!\d|\.\d)")
_EXAMPLES = {"note": "C4, F#3 or Bb2", "dynamic": "pp, mf or ff", "number": "v90"}


def notes_in(text: str) -> list[float]:
    """MIDI pitches of the note names in a text; C4 is 60. A decimal field is none: `_a1.00`."""
    found = []
    for letter, accidental, octave in _NOTE.findall(DECIMAL.sub("_", text)):
        semitone = _SEMITONES[letter.lower()] + _ACCIDENTALS[accidental or None]
        pitch = 12 * (int(octave) + 1) + semitone
        if MIDI[0] <= pitch <= MIDI[1]:
            found.append(float(pitch))
    return found


def dynamics_in(text: str) -> list[float]:
    """Amplitudes of the dynamics in a text, in even steps: ppp is 1/8, fff is 1."""
    return [(DYNAMICS.index(word.lower()) + 1) / 8 for word in _DYNAMIC.findall(text)]


def numbers_in(text: str) -> dict[str, float]:
    """The whole numbers in a text: by the letters right before them (`v90`: "v"), and by their
    place, notes left out (the first one: "1"). A word that has two numbers has none."""
    found = _NUMBER.findall(text)
    words = [word for word, _ in found]
    named = {word: float(number) for word, number in found if word and words.count(word) == 1}
    placed = _NUMBER.findall(_NOTE.sub(" ", DECIMAL.sub("_", text)))
    return named | {str(place): float(number) for place, (_, number) in enumerate(placed, 1)}


_READERS: dict[str, Callable[[str], list[float]]] = {"note": notes_in, "dynamic": dynamics_in}


def texts_of(place: PurePath) -> list[str]:
    """The name without its suffix, then the folders, the innermost first."""
    return [place.stem, *reversed(place.parent.parts)]


def pattern_value(place: PurePath, pattern: str, field: str = "") -> float | None:
    """The value that a recording's place in its set says; None where it says none.

    Raises:
        InputError: a name says two.
    """
    for text in texts_of(place):
        if pattern == "number":
            values = [value for name, value in numbers_in(text).items() if name == field]
        else:
            values = sorted(set(_READERS[pattern](text)))
        if len(values) > 1:
            raise InputError(
                f"{place}: {text!r} says two values of the pattern {pattern!r}"
                f' ({values[0]:g} and {values[1]:g}); rename it, or use from = "table"'
            )
        if values:
            return values[0]
    return None


def missing(pattern: str, field: str = "") -> str:
    """What a name lacks, and the remedy."""
    if pattern == "number":
        return f"no whole number {field!r} in the name (write e.g. _{field}90)"
    return f"no {pattern} in the name (write e.g. {_EXAMPLES[pattern]})"

"""Scala's keyboard mappings (.kbm): https://www.huygens-fokker.org/scala/help.htm#mappings."""

import re
from dataclasses import dataclass
from pathlib import Path

from rtsynth.common.errors import InputError
from rtsynth.common.tuning.lines import Line, read_lines
from rtsynth.common.tuning.scl import MOST_DEGREES

HIGHEST_KEY = 127
FREQUENCIES_HZ = (1e-3, 1e6)
_WHOLE = re.compile(r"-?\d{1,6}")
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{0,20})?|\.\d{1,20}")
_UNMAPPED = frozenset("xX")
# The lines before the mapping itself: what each is, and its range.
_HEAD = (
    ("the size of the map", 0, MOST_DEGREES),
    ("the first key", 0, HIGHEST_KEY),
    ("the last key", 0, HIGHEST_KEY),
    ("the middle key", 0, HIGHEST_KEY),
    ("the key with a given frequency", 0, HIGHEST_KEY),
)


@dataclass(frozen=True)
class KeyboardMap:
    """Which key plays which degree of a scale.

    `degrees` [size] are those of the keys from `middle` on, None where a key is not mapped; they
    are repeated every `size` keys, `octave` degrees higher (0: as many as the scale has). An empty
    one maps each key to the next degree. Keys outside first..last are not mapped. Key `reference`
    has `frequency_hz`.
    """

    degrees: tuple[int | None, ...]
    first: int
    last: int
    middle: int
    reference: int
    frequency_hz: float
    octave: int

    def degree_of(self, key: int, of_scale: int) -> int | None:
        """The degree that a key plays of a scale that has so many; None: it is not mapped."""
        return self._mapped(key, of_scale) if self.first <= key <= self.last else None

    def reference_degree(self, of_scale: int) -> int:
        """The degree of the key with a given frequency; it may be outside of first..last."""
        degree = self._mapped(self.reference, of_scale)
        assert degree is not None, "checked when the file was read"
        return degree

    def _mapped(self, key: int, of_scale: int) -> int | None:
        if not self.degrees:
            return key - self.middle
        octaves, place = divmod(key - self.middle, len(self.degrees))
        degree = self.degrees[place]
        return None if degree is None else octaves * (self.octave or of_scale) + degree


def read_kbm(path: Path) -> KeyboardMap:
    """The mapping in a file.

    Raises:
        InputError: one line that names the file, the line and what is wrong with it.
    """
    lines = [line for line in read_lines(path, "a Scala keyboard mapping") if line.text.strip()]
    if len(lines) < len(_HEAD) + 2:
        raise InputError(f"{path}: ends in its head of seven lines; this is no keyboard mapping")
    size, first, last, middle, reference = (
        _whole(line, *what) for line, what in zip(lines, _HEAD, strict=False)
    )
    frequency, octave = lines[len(_HEAD)], lines[len(_HEAD) + 1]
    if first > last:
        raise InputError(f"{lines[2].where}: the last key, {last}, is below the first, {first}")
    low, high = FREQUENCIES_HZ
    if not (_NUMBER.fullmatch(frequency.first) and low <= float(frequency.first) <= high):
        raise InputError(f"{frequency.where}: {frequency.shown} is not a frequency in Hz")
    entries = lines[len(_HEAD) + 2 :]
    if len(entries) > size:
        more = entries[size]
        raise InputError(f"{more.where}: {more.shown} is one more than the {size} keys of the map")
    degrees = [_degree(line) for line in entries]
    keys = KeyboardMap(
        tuple(degrees + [None] * (size - len(degrees))),  # those at the end may be left out
        first,
        last,
        middle,
        reference,
        float(frequency.first),
        _whole(octave, "the degree of the octave", 0, MOST_DEGREES),
    )
    if keys.degrees and keys.degrees[(reference - middle) % size] is None:
        raise InputError(f"{lines[4].where}: key {reference} is to have a frequency: map it")
    return keys


def _degree(line: Line) -> int | None:
    if line.first in _UNMAPPED:
        return None
    return _whole(line, "a degree, or x", -MOST_DEGREES, MOST_DEGREES)


def _whole(line: Line, what: str, low: int, high: int) -> int:
    if not (_WHOLE.fullmatch(line.first) and low <= int(line.first) <= high):
        raise InputError(f"{line.where}: {line.shown} is not {what} ({low} to {high})")
    return int(line.first)

"""Scala's scale files (.scl): https://www.huygens-fokker.org/scala/scl_format.html."""

import math
import re
from dataclasses import dataclass
from pathlib import Path

from rtsynth.common.errors import InputError
from rtsynth.common.tuning.lines import Line, read_lines

MOST_DEGREES = 4096
LARGEST_TERM = (1 << 31) - 1  # of a ratio
MOST_CENTS = 100_000.0
_COUNT = re.compile(r"\d{1,9}")
_CENTS = re.compile(r"-?(?:\d{1,12}\.\d{0,20}|\.\d{1,20})")
_RATIO = re.compile(r"(\d{1,10})(?:/(\d{1,10}))?")


@dataclass(frozen=True)
class Scale:
    """`cents` [N] of degrees 1 to N above degree 0; the last is the interval of repetition."""

    description: str
    cents: tuple[float, ...]

    def cents_of(self, degree: int) -> float:
        """How far a degree, of any octave, is above degree 0."""
        octaves, rest = divmod(degree, len(self.cents))
        return octaves * self.cents[-1] + (self.cents[rest - 1] if rest else 0.0)


def read_scl(path: Path) -> Scale:
    """The scale in a file.

    Raises:
        InputError: one line that names the file, the line and what is wrong with it.
    """
    lines = read_lines(path, "a Scala scale")
    if len(lines) < 2:
        raise InputError(f"{path}: ends before the number of notes; this is not a Scala scale")
    description, count = lines[0].text.strip(), lines[1]
    if not _COUNT.fullmatch(count.first):
        raise InputError(f"{count.where}: {count.shown} is not the number of notes")
    degrees = int(count.first)
    if not 1 <= degrees <= MOST_DEGREES:
        raise InputError(f"{count.where}: {degrees} notes; a scale has 1 to {MOST_DEGREES}")
    pitches, behind = lines[2 : 2 + degrees], lines[2 + degrees :]
    while pitches and not pitches[-1].text.strip():
        pitches.pop()
    if len(pitches) < degrees:
        raise InputError(
            f"{path}: has {len(pitches)} pitches and says {degrees} ({count.where.split(': ')[-1]})"
        )
    more = next((line for line in behind if line.text.strip()), None)
    if more is not None:
        raise InputError(f"{more.where}: {more.shown} is one more than the {degrees} notes said")
    return Scale(description, tuple(_cents(line) for line in pitches))


def _cents(line: Line) -> float:
    """With a period it is cents, else a ratio; what stands behind it is a remark."""
    # Spaces around the slash are ignored, as everywhere.
    text = re.sub(r"^(\d+)\s*/\s*(?=\d)", r"\1/", line.text.strip())
    value = (text.split() or [""])[0]
    if _CENTS.fullmatch(value):
        cents = float(value)
        if abs(cents) > MOST_CENTS:
            raise InputError(f"{line.where}: {value} cents is beyond {MOST_CENTS:g}")
        return cents
    ratio = _RATIO.fullmatch(value)
    if ratio is None:
        raise InputError(f"{line.where}: {line.shown} is neither cents (100.0) nor a ratio (3/2)")
    above, below = int(ratio[1]), int(ratio[2] or 1)
    if not (1 <= above <= LARGEST_TERM and 1 <= below <= LARGEST_TERM):
        raise InputError(f"{line.where}: {value}: a ratio's numbers are 1 to {LARGEST_TERM}")
    return 1200.0 * math.log2(above / below)

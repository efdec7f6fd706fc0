"""What SynTex's generators say of a recording where no `.params` lies beside it: in its name.

`Pop--irreg_exp-00.50--center frequency-220.00--v-000.wav`: for each parameter `--NAME-VALUE` with
two decimals, then the number of the variation. The ranges are in the generator's configuration, a
.json with a list of `params`: `user_pname`, from `user_minval` to `user_maxval` in `user_nvals`
even steps, which the synthesiser takes as `synth_minval` to `synth_maxval`.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rtsynth.common.audiofile.walk import walk
from rtsynth.common.errors import InputError
from rtsynth.common.files.text import read_bytes
from rtsynth.common.plain_text import plain
from rtsynth.offline.params_file import Original, Track

CONFIG = "config_file.json"  # as it is called beside the folder of the recordings
LARGEST_BYTES = 1 << 20
DECIMALS = 2
MOST_STEPS, LARGEST = 1 << 16, 1e12
_FIELD = re.compile(rf"--((?:(?!--).)+?)-(-?\d+\.\d{{{DECIMALS}}})(?=--|$)")


@dataclass(frozen=True)
class Span:
    """The range of a parameter, its steps (0: not known), and what the synthesiser takes it as."""

    minimum: float
    maximum: float
    steps: int = 0
    original: Original | None = None

    def exactly(self, value: float) -> float:
        """The step that a value in a name was rounded from; the value itself if there is none."""
        if self.steps < 1:
            return value
        marks = np.linspace(self.minimum, self.maximum, self.steps)
        nearest = float(marks[np.abs(marks - value).argmin()])
        return nearest if abs(nearest - value) <= 0.5001 * 10**-DECIMALS else value


def values_in(name: str) -> dict[str, float]:
    """The parameters in the name of a recording, without its suffix."""
    return {field: float(value) for field, value in _FIELD.findall(name)}


def tracks_in(name: str, spans: dict[str, Span], seconds: float) -> dict[str, Track]:
    """The same as parameters over time, which stay as they are for `seconds`."""
    tracks = {}
    for field, rounded in values_in(name).items():
        span = spans.get(field)
        value = rounded if span is None else span.exactly(rounded)
        low = value if span is None else min(span.minimum, value)
        high = value if span is None else max(span.maximum, value)
        within = span is not None and (low, high) == (span.minimum, span.maximum)
        original = span.original if span is not None and within else None
        tracks[field] = Track(
            np.array([0.0, seconds]), np.array([value, value]), "", low, high, original
        )
    return tracks


def spans_for(folder: Path, other: Path) -> dict[str, Span]:
    """The ranges in a configuration in a folder, or in an `other` one; none where there is none."""
    inside = sorted(path for path in walk(folder) if path.suffix.lower() == ".json")
    for path in [*inside, other]:
        spans = _read(path)
        if spans:
            return spans
    return {}


def _read(path: Path) -> dict[str, Span]:
    """The ranges in a .json; none where it is something else, or not there."""
    if not path.is_file() or path.stat().st_size > LARGEST_BYTES:
        return {}
    try:
        document = json.loads(read_bytes(path, LARGEST_BYTES, "a configuration"))
    except (ValueError, RecursionError):
        return {}
    entries = document.get("params") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        return {}
    named = [each for each in entries if isinstance(each, dict) and "user_pname" in each]
    return {str(each["user_pname"]): _span(path, each) for each in named}


def _span(path: Path, entry: dict[str, Any]) -> Span:
    low, high = _number(path, entry, "user_minval"), _number(path, entry, "user_maxval")
    first, last = _number(path, entry, "synth_minval"), _number(path, entry, "synth_maxval")
    steps = _number(path, entry, "user_nvals")
    if not low <= high or not 0 <= steps <= MOST_STEPS:
        raise InputError(
            f"{path}: {plain(str(entry['user_pname']))}: user_minval is above user_maxval, or"
            f" user_nvals not in 0..{MOST_STEPS}; correct it"
        )
    same = (low, high) == (first, last)
    original = Original("", first, last) if first < last and not same else None
    return Span(low, high, int(steps), original)


def _number(path: Path, entry: dict[str, Any], field: str) -> float:
    value = entry.get(field)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is None or not is_number or not abs(value) < LARGEST:  # NaN is not below anything
        name = plain(str(entry["user_pname"]))
        raise InputError(f"{path}: {name}: {field} is no number; correct it")
    return float(value)

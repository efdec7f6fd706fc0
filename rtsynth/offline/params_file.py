"""Parameters over time beside recordings: paramManager's `.params` files.

A file is one JSON object: `meta` (whose `filename` is the audio's), and for every parameter
`times` in seconds, `values`, `units`, `nvals`, `minval` and `maxval`, and optionally what the
values were before they were normalised: `origUnits`, `origMinval`, `origMaxval`. It lies beside
its audio, or at the same place of a parallel tree of folders. Sets that come as a zip are
unpacked first.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.audiofile.walk import find_audio, walk
from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import atomic_write
from rtsynth.common.files.text import read_bytes
from rtsynth.common.plain_text import plain

PARAMS_SUFFIX = ".params"
RANGE_TOLERANCE = 1e-6  # of the range: what rounding in a text file may add
NAMED_AT_MOST = 5  # files that one error line names

LARGEST_BYTES = 1 << 28  # a parameter at 125 Hz takes 13 MB an hour
MOST_MARKS = 100_000
LONGEST_SHOWN = 120  # characters of a name, in an error

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class Original:
    """What a parameter was before it was normalised."""

    unit: str
    minimum: float
    maximum: float


@dataclass(frozen=True, eq=False)
class Track:
    """One parameter over time: `values` float64 [n] at the increasing `times` float64 [n] (s).

    The values lie in `minimum`..`maximum`, in `unit` ("norm" for normalised ones, whose
    `original` says what 0 and 1 were).
    """

    times: F64
    values: F64
    unit: str = "norm"
    minimum: float = 0.0
    maximum: float = 1.0
    original: Original | None = None


def track_at(track: Track, rate_hz: float, count: int) -> F64:
    """Values [count] at times 0, 1/rate_hz, ...: linear between, the first and last one held."""
    return np.interp(np.arange(count) / rate_hz, track.times, track.values)


def read_params(path: Path, *, lenient: bool = False) -> dict[str, Track]:
    """Every parameter of one file, in its order.

    With `lenient` as other programs leave them: a range that values are outside of is that of the
    values instead, which may be a single one; and a file may have no parameters.

    Raises:
        InputError: naming the file and the parameter: not JSON, fields that are missing, lists
            of different lengths or without entries, times that do not increase, numbers that
            are none or not finite, values outside the range, another audio's file name.
    """
    raw = _read_json(path)
    _check_meta(path, raw.pop("meta", {}))
    if not raw and not lenient:
        raise InputError(f"{path}: holds no parameters")
    return {
        name: _track(f"{path}: {plain(name, LONGEST_SHOWN)}", entry, lenient)
        for name, entry in raw.items()
    }


def write_params(path: Path, audio_name: str, tracks: Mapping[str, Track]) -> None:
    """Write `tracks` for the audio file called `audio_name`."""
    document: dict[str, Any] = {"meta": {"filename": audio_name}}
    document |= {name: _entry(track) for name, track in tracks.items()}
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps(document, allow_nan=False) + "\n", encoding="utf-8")


def find_pairs(folder: Path, param_folder: Path | None = None) -> list[tuple[Path, Path]]:
    """(audio, `.params`) of every recording under `folder`, sorted, nested ones too.

    `param_folder` is the root of the `.params` files when they lie in a parallel tree.
    Raises InputError that names recordings without parameters and parameters without one.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder")
    root = folder if param_folder is None else param_folder
    audio = {_key(path, folder): path for path in find_audio(folder)}
    params = {_key(path, root): path for path in find_params(root)}
    problems = [
        f"{what}: {_listed(sorted(names))}"
        for what, names in (
            (
                f"no {PARAMS_SUFFIX} under {root} for",
                {audio[k].name for k in audio.keys() - params},
            ),
            (f"no audio under {folder} for", {params[k].name for k in params.keys() - audio}),
        )
        if names
    ]
    if problems:
        raise InputError(f"{folder}: {'; '.join(problems)}")
    return [(audio[key], params[key]) for key in sorted(audio)]


def params_beside(audio: Path, folder: Path, param_folder: Path | None = None) -> Path:
    """Where the `.params` of a recording under `folder` belongs."""
    root = folder if param_folder is None else param_folder
    return (root / audio.relative_to(folder)).with_suffix(PARAMS_SUFFIX)


def find_params(folder: Path) -> list[Path]:
    """Every `.params` under `folder`, sorted, where `find_audio` looks for recordings.

    Raises:
        InputError: no such folder.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder")
    return sorted(
        path
        for path in walk(folder)
        if path.suffix.lower() == PARAMS_SUFFIX and not path.name.startswith(".")
    )


def _key(path: Path, root: Path) -> str:
    return path.relative_to(root).with_suffix("").as_posix()


def _listed(names: list[str]) -> str:
    more = len(names) - NAMED_AT_MOST
    return ", ".join(names[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def _read_json(path: Path) -> dict[str, Any]:
    data = read_bytes(path, LARGEST_BYTES, "parameters over time")
    # Numbers are nearly all there is in one. A list or a text takes far more than it is long.
    if sum(data.count(mark) for mark in (b"[", b"{", b'"')) > MOST_MARKS:
        raise InputError(f"{path}: not parameters over time (too many lists and texts)")
    try:
        document = json.loads(data, object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError) as error:
        reason = "a number of too many digits" if "set_int_max" in str(error) else str(error)
        raise InputError(f"{path}: not JSON ({reason})") from error
    if not isinstance(document, dict):
        raise InputError(f"{path}: not an object of parameters")
    return document


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name[:40]!r} is given twice")
        found[name] = value
    return found


def _check_meta(path: Path, meta: Any) -> None:
    name = meta.get("filename") if isinstance(meta, dict) else None
    if not isinstance(name, str | None) or not isinstance(meta, dict):
        raise InputError(f"{path}: meta: not an object with a filename")
    # A Windows path, because it takes both kinds of slash.
    if name is not None and PureWindowsPath(name).stem != path.stem:
        shown = plain(repr(name), LONGEST_SHOWN)
        raise InputError(f"{path}: meta: filename is {shown}, another file's; rename one of them")


def _track(label: str, entry: Any, lenient: bool) -> Track:
    if not isinstance(entry, dict):
        raise InputError(f"{label}: not an object with times and values")
    times, values = (_numbers(label, entry, field) for field in ("times", "values"))
    if times.size != values.size:
        raise InputError(f"{label}: {times.size} times, but {values.size} values")
    if times.size == 0:
        raise InputError(f"{label}: has no times")
    late = np.flatnonzero(np.diff(times) <= 0)
    if late.size:
        at, after = times[late[0]], times[late[0] + 1]
        raise InputError(f"{label}: times do not increase ({at:g} s is followed by {after:g} s)")
    minimum, maximum = (_number(label, entry, field) for field in ("minval", "maxval"))
    if not (minimum < maximum or lenient):
        raise InputError(f"{label}: minval {minimum:g} is not below maxval {maximum:g}")
    slack = RANGE_TOLERANCE * max(0.0, maximum - minimum)
    outside = np.flatnonzero((values < minimum - slack) | (values > maximum + slack))
    original = _original(label, entry, lenient)
    if outside.size and lenient:
        minimum, maximum = float(values.min()), float(values.max())
        original = None  # of the range that does not hold
    elif outside.size:
        raise InputError(
            f"{label}: value {values[outside[0]]:g} at {times[outside[0]]:g} s is outside"
            f" {minimum:g}..{maximum:g} (minval, maxval)"
        )
    return Track(
        times,
        np.clip(values, minimum, maximum),
        _text(label, entry, "units"),
        minimum,
        maximum,
        original,
    )


def _original(label: str, entry: dict[str, Any], lenient: bool) -> Original | None:
    given = [entry.get(field) is not None for field in ("origMinval", "origMaxval")]
    if not all(given):
        return None
    minimum, maximum = (_number(label, entry, field) for field in ("origMinval", "origMaxval"))
    if not minimum < maximum:
        if lenient:  # it falls where the values rise, which no knob does
            return None
        raise InputError(f"{label}: origMinval {minimum:g} is not below origMaxval {maximum:g}")
    return Original(_text(label, entry, "origUnits"), minimum, maximum)


def _numbers(label: str, entry: dict[str, Any], field: str) -> F64:
    raw = entry.get(field)
    if raw is None:
        raise InputError(f"{label}: has no {field}")
    if not isinstance(raw, list):
        raise InputError(f"{label}: {field} is not a list")
    # One at a time: a list of them would take four times as much.
    numbers = (_finite(label, item, field, index) for index, item in enumerate(raw))
    return np.fromiter(numbers, np.float64, len(raw))


def _number(label: str, entry: dict[str, Any], field: str) -> float:
    if entry.get(field) is None:
        raise InputError(f"{label}: has no {field}")
    return _finite(label, entry[field], field)


def _finite(label: str, item: Any, field: str, index: int | None = None) -> float:
    if isinstance(item, bool) or not isinstance(item, int | float):
        raise InputError(f"{_place(label, field, index)} is {_shown(item)}, not a number")
    try:
        number = float(item)
    except OverflowError:  # an integer of more than 308 digits
        number = math.inf
    if not math.isfinite(number):
        raise InputError(f"{_place(label, field, index)} is {number}, not a finite number")
    return number


def _place(label: str, field: str, index: int | None) -> str:
    return f"{label}: {field}" if index is None else f"{label}: {field}[{index}]"


def _shown(item: Any) -> str:
    """The beginning of what is in place of a number; a whole list would take long."""
    return "a list" if isinstance(item, list | dict) else json.dumps(item)[:40]


def _text(label: str, entry: dict[str, Any], field: str) -> str:
    text = entry.get(field)
    if not isinstance(text, str | None):
        raise InputError(f"{label}: {field} is not a text")
    return text or ""


def _entry(track: Track) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "times": track.times.tolist(),
        "values": track.values.tolist(),
        "units": track.unit,
        "nvals": len(track.values),
        "minval": track.minimum,
        "maxval": track.maximum,
    }
    if track.original is not None:
        entry |= {
            "origUnits": track.original.unit,
            "origMinval": track.original.minimum,
            "origMaxval": track.original.maximum,
        }
    return entry

"""Sets with parameters over time as paramManager and SynTex's generators leave them, made one.

What is written is a folder with each recording at its place, its `.params` beside it, all with the
same parameters in the same ranges; a recipe that trains on them; and, where no parameter moves
within a recording, a `parameters.csv`. The files of the source stay as they are.
"""

import csv
import io
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

import numpy as np

from rtsynth.common.audiofile import find_audio, frames_of
from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import atomic_write, make_folder
from rtsynth.common.plain_text import plain
from rtsynth.common.remarks import Say, warn
from rtsynth.offline.params_file import (
    PARAMS_SUFFIX,
    Original,
    Track,
    find_params,
    read_params,
    write_params,
)
from rtsynth_train.core.recordings import read_usable
from rtsynth_train.core.table import TABLE
from rtsynth_train.own.knob import NORMALISED, Knob
from rtsynth_train.own.param_recipe import RATE_HZ, RECIPE, param_recipe
from rtsynth_train.own.syntex import CONFIG, spans_for, tracks_in
from rtsynth_train.own.unpacked import PACKED, unpacked

# Not units of the values, but of what the synthesiser made of them.
NO_UNITS = ("", NORMALISED, "natural")
NAMED_AT_MOST = 3


@dataclass(frozen=True)
class Recorded:
    """A recording, and its parameters by their names in the files."""

    audio: Path
    place: PurePath  # in the set
    rate_hz: int
    tracks: dict[str, Track]


def make_param_set(
    source: Path,
    out: Path,
    *,
    params: Path | None = None,
    by_name: bool = False,
    say: Say = warn,
) -> list[Knob]:
    """Write the set in `source`, a folder or a .zip, into the new folder `out`; its parameters.

    The `.params` lie beside the recordings, in a tree of their own within `source`, or in `params`.
    Where there are none, and `by_name`, the names say the parameters.

    Raises:
        InputError: nothing that can be used, `out` is there already, or files that contradict each
            other.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out}: already there; name a new folder")
    if not source.exists():
        raise InputError(f"{source}: no such folder or .zip")
    if source.is_file() and source.suffix.lower() != PACKED:
        raise InputError(f"{source}: is a file; name the folder of the set, or its .zip")
    if source.is_dir() and out.resolve().is_relative_to(source.resolve()):
        raise InputError(f"{out}: is within {source}; name a folder beside it")
    beside = source.resolve().parent / CONFIG
    with unpacked(source, out) as folder:

        def told(line: str) -> None:
            say(_named(line, folder, source))

        try:
            recorded = _gathered(folder, params, beside if by_name else None, told)
            knobs = list(_knobs(recorded, say))
            if not knobs:
                raise InputError(
                    f"{source}: no parameter differs in its {len(recorded)} recordings; train on"
                    " them without any: rtsynth new"
                )
            _write(source, recorded, knobs, out)
        except InputError as error:
            raise InputError(_named(str(error), folder, source)) from error
    return knobs


def _named(line: str, folder: Path, source: Path) -> str:
    """A line about files of `source`, which may be unpacked in a `folder` that nobody knows."""
    return line.replace(str(folder), str(source))


def _gathered(folder: Path, params: Path | None, config: Path | None, say: Say) -> list[Recorded]:
    """Every recording with its parameters: those in its name, with `config` and no `.params`."""
    audio = find_audio(folder, say=say)
    root = params or folder
    beside = nearest({path: path.relative_to(folder) for path in audio},
                     {path: path.relative_to(root) for path in find_params(root)})  # fmt: skip
    named = config is not None and not beside
    spans = spans_for(folder, config) if config is not None and named else {}

    def read(path: Path) -> Recorded:
        frames, rate_hz = frames_of(path)
        tracks = dict[str, Track]()
        if path in beside:
            tracks = read_params(beside[path], lenient=True)
        elif named:
            tracks = tracks_in(path.stem, spans, frames / rate_hz)
        return Recorded(path, path.relative_to(folder), rate_hz, tracks)

    found = [each for _, each in read_usable(folder, audio, read, say)]
    without = [each.place.as_posix() for each in found if not each.tracks]
    if len(without) == len(found):
        names = ", and their names say none (NAME--PARAMETER-00.50.wav)" if named else ""
        raise InputError(
            f"{folder}: none of its {len(found)} recordings has parameters: no {PARAMS_SUFFIX} of"
            f" its name{names}"
        )
    if without:
        say(f"{folder}: left out, as they have no parameters: {_listed(without)}")
    used = set(beside.values())
    unused = [path.name for path in find_params(root) if path not in used]
    if unused:
        say(f"{folder}: left out, as there is no recording of their name: {_listed(unused)}")
    kept = [each for each in found if each.tracks]
    top = os.path.commonpath([each.place.parent for each in kept])
    return [replace(each, place=each.place.relative_to(top or ".")) for each in kept]


def nearest(audio: dict[Path, PurePath], params: dict[Path, PurePath]) -> dict[Path, Path]:
    """The `.params` of each recording, by their places: the one whose path ends as its own does,
    the longer the better.

    Raises:
        InputError: two recordings or two `.params` are as good.
    """
    by_stem: dict[str, list[Path]] = {}
    for path, place in params.items():
        by_stem.setdefault(place.stem, []).append(path)
    chosen: dict[Path, tuple[int, Path]] = {}  # of a .params: how well it fits, the recording
    for path, place in audio.items():
        same = by_stem.get(place.stem, [])
        ranked = sorted(((_alike(place, params[each]), each) for each in same), reverse=True)
        if not ranked:
            continue
        if len(ranked) > 1 and ranked[0][0] == ranked[1][0]:
            raise _unclear(place, params[ranked[0][1]], params[ranked[1][1]])
        fit, best = ranked[0]
        before = chosen.get(best)
        if before is not None and before[0] == fit:
            raise _unclear(params[best], audio[before[1]], place)
        if before is None or before[0] < fit:
            chosen[best] = (fit, path)
    return {path: best for best, (_, path) in chosen.items()}


def _unclear(one: PurePath, first: PurePath, second: PurePath) -> InputError:
    return InputError(
        f"{one}: may belong to {first} or to {second}; take one of these out, or name the folder of"
        f" the {PARAMS_SUFFIX} with --params"
    )


def _alike(one: PurePath, other: PurePath) -> int:
    """How many parts of two paths are the same, from their ends; more where all are."""
    parts = [list(reversed(place.with_suffix("").parts)) for place in (one, other)]
    same = 0
    for mine, its in zip(*parts, strict=False):
        if mine != its:
            return same
        same += 1
    return same + (len(parts[0]) == len(parts[1]))


def _knobs(recorded: list[Recorded], say: Say) -> Iterator[Knob]:
    """What all recordings have and what differs in them; `say` has a line for what is left out."""
    for name in dict.fromkeys(name for each in recorded for name in each.tracks):
        shown = plain(name)
        without = [each.place.as_posix() for each in recorded if name not in each.tracks]
        if without:
            say(f"{shown}: left out, as {len(without)} of {len(recorded)} recordings have none"
                f" ({_listed(without)})")  # fmt: skip
            continue
        tracks = [each.tracks[name] for each in recorded]
        values = {value for track in tracks for value in (track.values.min(), track.values.max())}
        if len(values) == 1:
            say(f"{shown}: left out, as it is {values.pop():g} in all recordings")
            continue
        yield _knob(name, recorded, tracks, say)


def _knob(name: str, recorded: list[Recorded], tracks: list[Track], say: Say) -> Knob:
    shown = plain(name)
    units = {track.unit: each.place for each, track in zip(recorded, tracks, strict=True)}
    if len(units) > 1:
        (first, one), (second, other), *_ = units.items()
        raise InputError(
            f"{shown}: is in {plain(repr(first))} in {one} and in {plain(repr(second))} in {other};"
            " give all recordings the same unit"
        )
    low, high = min(track.minimum for track in tracks), max(track.maximum for track in tracks)
    # A single value is no range, but what there is of one.
    spans = {(each.minimum, each.maximum) for each in tracks if each.minimum < each.maximum}
    originals = {track.original for track in tracks}
    original = originals.pop() if len(originals) == 1 and spans == {(low, high)} else None
    if len(spans) > 1:
        say(f"{shown}: has other ranges in some recordings; {low:g} to {high:g} holds all of them")
    elif originals - {None}:
        say(f"{shown}: was normalised by other ranges in some recordings; these are left out")
    if original == Original("", low, high):
        original = None
    (unit,) = units
    if unit in NO_UNITS:
        unit = NORMALISED if (low, high) == (0.0, 1.0) else ""
    constant = all(np.ptp(track.values) == 0 for track in tracks)
    different = len({float(value) for track in tracks for value in np.unique(track.values)})
    return Knob(name, low, high, unit, original, constant, different)


def _write(source: Path, recorded: list[Recorded], knobs: list[Knob], out: Path) -> None:
    rate_hz = min(RATE_HZ, max(each.rate_hz for each in recorded))
    text = param_recipe(knobs, source.stem, out.resolve().name, rate_hz)
    make_folder(out)
    for each in recorded:
        place = out / each.place
        make_folder(place.parent)
        with atomic_write(place) as temporary:
            shutil.copyfile(each.audio, temporary)
        tracks = {
            knob.name: replace(
                each.tracks[knob.name],
                unit=knob.unit, minimum=knob.minimum, maximum=knob.maximum, original=knob.original,
            )
            for knob in knobs
        }  # fmt: skip
        write_params(place.with_suffix(PARAMS_SUFFIX), place.name, tracks)
    if all(knob.constant for knob in knobs):
        _write_table(recorded, knobs, out / TABLE)
    with atomic_write(out / RECIPE) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _write_table(recorded: list[Recorded], knobs: list[Knob], path: Path) -> None:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(["file", *(plain(knob.name) for knob in knobs)])
    for each in recorded:
        values = [float(each.tracks[knob.name].values[0]) for knob in knobs]
        writer.writerow([each.place.as_posix(), *map(repr, values)])
    with atomic_write(path) as temporary:
        temporary.write_text(lines.getvalue(), encoding="utf-8")


def _listed(names: list[str]) -> str:
    more = len(names) - NAMED_AT_MOST
    return plain(", ".join(names[:NAMED_AT_MOST])) + (f" and {more} more" if more > 0 else "")

"""Copies of recordings that can be trained on: mono, at one rate, trimmed, without DC, levelled.

The recordings stay as they are. A copy keeps its name, and so the parameters in it, and its place
in the folder; a parameters.csv is written anew, for the copies. Offset and silence go by the rules
of [data], `core.sound_rules`.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.audiofile import find_audio
from rtsynth.common.audiofile.levels import SILENT_DB
from rtsynth.common.audiofile.writing import write_audio
from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import atomic_write, make_folder
from rtsynth.common.remarks import Say, warn
from rtsynth.offline.params_file import find_params
from rtsynth_train.core.converted import PEAK, samples
from rtsynth_train.core.sound_rules import SoundRules
from rtsynth_train.core.table import TABLE, Table, read_table
from rtsynth_train.own.survey import SHORTEST_S
from rtsynth_train.samplernn.listing import find_csvs

RULES = SoundRules(trim=True, remove_dc=True)
QUIET_PEAK = 0.01  # below it, -40 dB, a recording is raised to PEAK
SILENT_PEAK = 10 ** (SILENT_DB / 20)

F64 = NDArray[np.float64]


def levelled(audio: F64) -> F64:
    """Samples [T] at a usable level: as they are, unless very quiet or beyond full scale."""
    peak = float(np.abs(audio).max(initial=0.0))
    return audio * (PEAK / peak) if 0 < peak < QUIET_PEAK or peak > 1.0 else audio


def clean(source: Path, out: Path, rate_hz: int, say: Say = warn) -> Iterator[Path]:
    """Write a clean copy of every recording of `source` below `out`; yields each.

    What cannot be read, is silent or too short is said, and left out; so are `.params`, whose times
    would no longer be those of the copies.

    Raises:
        InputError: nothing there, `out` is within `source` or already has files, a .csv gives
            values for every sample of a recording, a parameters.csv is faulty, or none can be used.
    """
    paths = find_audio(source)
    if find_csvs(paths):
        raise InputError(
            f"{source}: has a .csv beside its recordings, whose lines are samples: copies would"
            " not fit it; train on the recordings as they are"
        )
    if source.is_dir() and out.resolve().is_relative_to(source.resolve()):
        raise InputError(f"{out}: is within {source}; name a folder beside it")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out}: already there; name a new folder")
    table = read_table(source) if source.is_dir() else None
    if source.is_dir() and find_params(source):
        say(f"{source}: its .params are not copied: without silence their times would be others")
    done = list[PurePath]()
    for path in paths:
        place = Path(path.name) if path == source else path.relative_to(source)
        copy = (out / place).with_suffix(".wav")
        try:
            audio = samples(path, rate_hz, RULES)
        except InputError as error:
            say(f"{error}; left out")
            continue
        quiet = np.abs(audio).max(initial=0.0) < SILENT_PEAK
        if len(audio) < SHORTEST_S * rate_hz or quiet:
            say(f"{path}: silent, or shorter than {SHORTEST_S} s without its silence; left out")
            continue
        make_folder(copy.parent)
        write_audio(copy, levelled(audio), rate_hz)
        done.append(place)
        yield copy
    if not done:
        raise InputError(f"{source}: none of its {len(paths)} recordings can be used")
    if table is not None:
        _copy_table(table, done, out / TABLE, say)


def _copy_table(table: Table, places: Sequence[PurePath], path: Path, say: Say) -> None:
    """The lines of the recordings that were copied, with the names of the copies."""
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=table.cells.separator or ",", lineterminator="\n")
    writer.writerow(["file", *table.columns])
    for place in places:
        cells = table.cells_of(place)
        if cells is None:
            say(f"{table.path}: no line for {place}; nor has its copy")
            continue
        writer.writerow([place.with_suffix(".wav").as_posix(), *cells])
    with atomic_write(path) as temporary:
        temporary.write_text(lines.getvalue(), encoding="utf-8")

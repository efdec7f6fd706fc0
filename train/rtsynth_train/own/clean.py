"""Copies of recordings that can be trained on: mono, at one rate, trimmed, without DC, levelled.

The recordings stay as they are. A copy keeps its name, and so the parameters in it, and its place
in the folder.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.audiofile import find_audio, read_mono
from rtsynth.common.audiofile.levels import SILENT_DB
from rtsynth.common.audiofile.writing import write_audio
from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import make_folder
from rtsynth.common.remarks import Say, keep_quiet, warn
from rtsynth_train.own.survey import SHORTEST_S
from rtsynth_train.samplernn.listing import find_csvs

PEAK = 0.9  # of what is raised, or lowered
QUIET_PEAK = 0.01  # below it, -40 dB, a recording is raised
SILENT = 0.001  # of the peak: what is below it at both ends is cut off
SILENT_PEAK = 10 ** (SILENT_DB / 20)
MARGIN_S = 0.02  # left of the silence

F64 = NDArray[np.float64]


def cleaned(audio: F64, rate_hz: int) -> F64:
    """Mono samples [T] without offset and without silence at the ends [<= T], at a usable level."""
    centred = audio - audio.mean()
    sizes = np.abs(centred)
    peak = float(sizes.max(initial=0.0))
    loud = np.flatnonzero(sizes > SILENT * peak)
    if not len(loud):
        return centred
    margin = round(MARGIN_S * rate_hz)
    kept = centred[max(0, int(loud[0]) - margin) : int(loud[-1]) + 1 + margin]
    return kept * (PEAK / peak) if peak < QUIET_PEAK or peak > 1.0 else kept


def clean(source: Path, out: Path, rate_hz: int, say: Say = warn) -> Iterator[Path]:
    """Write a clean copy of every recording of `source` below `out`; yields each.

    What cannot be read, is silent or too short is said, and left out.

    Raises:
        InputError: nothing there, `out` is within `source` or already has files, a .csv gives
            values for every sample of a recording, or none can be used.
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
    done = 0
    for path in paths:
        place = Path(path.name) if path == source else path.relative_to(source)
        copy = (out / place).with_suffix(".wav")
        try:
            audio = cleaned(read_mono(path, rate_hz, None, keep_quiet), rate_hz)
        except InputError as error:
            say(f"{error}; left out")
            continue
        if len(audio) < SHORTEST_S * rate_hz or np.abs(audio).max() < SILENT_PEAK:
            say(f"{path}: silent, or shorter than {SHORTEST_S} s without its silence; left out")
            continue
        make_folder(copy.parent)
        write_audio(copy, audio, rate_hz)
        done += 1
        yield copy
    if not done:
        raise InputError(f"{source}: none of its {len(paths)} recordings can be used")

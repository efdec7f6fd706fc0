"""What is wrong with a folder of recordings: one line per problem, each naming its file."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import soundfile as sf

from rtsynth.errors import InputError
from rtsynth.params_file import PARAMS_SUFFIX, Track, find_pairs, read_params
from rtsynth_train.config import ConditioningConfig
from rtsynth_train.filenames import parse_name

SHORTEST_S = 0.5
CLIPPED_LEVEL = 0.999
CLIPPED_RUN = 4  # consecutive samples at full scale: a peak may touch it
SILENT_LEVEL_DB = -80.0


def name_problems(path: Path, conditioning: list[ConditioningConfig]) -> Iterator[str]:
    """Parameters that the file name lacks or has out of range."""
    found = parse_name(path)
    for parameter in conditioning:
        value = found.get(parameter.field)
        if value is None:
            yield (
                f"no decimal value for {parameter.field} in the name"
                f" (write e.g. _{parameter.field}{parameter.minimum:.2f})"
            )
        elif not parameter.minimum <= value <= parameter.maximum:
            yield (
                f"{parameter.field} is {value:g}, outside"
                f" {parameter.minimum:g}..{parameter.maximum:g}"
            )


def longest_run(flags: np.ndarray) -> int:
    """Length of the longest run of True in a bool array."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def sound_problems(path: Path, rate_hz: int) -> Iterator[str]:
    """What is wrong with the audio itself."""
    try:
        audio, rate = sf.read(path, dtype="float64", always_2d=True)
    except (sf.LibsndfileError, OSError) as error:
        yield f"not readable audio ({str(error).rstrip('.')})"
        return
    if rate != rate_hz:
        yield f"{rate} Hz, expected {rate_hz} Hz; resample it"
    if audio.shape[1] != 1:
        yield f"{audio.shape[1]} channels; mix it to mono"
    if len(audio) == 0:
        yield "empty"
        return
    if len(audio) < SHORTEST_S * rate:
        yield f"{len(audio) / rate:.2f} s is too short; at least {SHORTEST_S} s are needed"
    if not np.isfinite(audio).all():
        yield "has samples that are not finite numbers"
        return
    if longest_run((np.abs(audio) >= CLIPPED_LEVEL).any(axis=1)) >= CLIPPED_RUN:
        yield f"clipped: {CLIPPED_RUN} or more samples in a row at full scale; lower its level"
    if 10 * np.log10(np.mean(audio**2) + 1e-20) < SILENT_LEVEL_DB:
        yield f"silent: below {SILENT_LEVEL_DB:g} dB"


def check_folder(
    folder: Path, conditioning: list[ConditioningConfig], rate_hz: int
) -> tuple[int, list[str]]:
    """(number of .wav files, one line per problem) of a folder."""
    if not folder.is_dir():
        return 0, [f"{folder}: no such folder"]
    paths = sorted(folder.glob("*.wav"))
    if not paths:
        return 0, [f"{folder}: no .wav files in it"]
    lines = []
    for path in paths:
        problems = [*name_problems(path, conditioning), *sound_problems(path, rate_hz)]
        lines += [f"{path.name}: {problem}" for problem in problems]
    return len(paths), lines


def has_params(folder: Path) -> bool:
    """Whether parameters over time lie somewhere in `folder`."""
    return any(folder.rglob(f"*{PARAMS_SUFFIX}"))


def params_problems(
    label: str, tracks: Mapping[str, Track], first: Mapping[str, Track], first_label: str
) -> Iterator[str]:
    """Where the parameters of one recording differ in kind from those of the first one."""
    for name in sorted(first.keys() - tracks.keys()):
        yield f"{label}: has no {name}, which {first_label} has"
    for name in sorted(tracks.keys() - first.keys()):
        yield f"{label}: has {name}, which {first_label} has not"
    for name in sorted(tracks.keys() & first.keys()):
        mine, other = tracks[name], first[name]
        if (mine.unit, mine.minimum, mine.maximum, mine.original) != (
            other.unit,
            other.minimum,
            other.maximum,
            other.original,
        ):
            yield f"{label}: {name}: unit or range differ from those in {first_label}"


def check_params_folder(folder: Path, param_folder: Path | None = None) -> tuple[int, list[str]]:
    """(number of recordings, one line per problem) of recordings with `.params`, nested too."""
    try:
        pairs = find_pairs(folder, param_folder)
        rate_hz = sf.info(pairs[0][0]).samplerate
    except InputError as error:
        return 0, [str(error)]
    except sf.LibsndfileError as error:
        return len(pairs), [f"{pairs[0][0]}: not readable audio ({error.error_string})"]
    lines: list[str] = []
    first: tuple[dict[str, Track], str] | None = None
    for audio, params in pairs:
        label = str(audio.relative_to(folder))
        lines += [f"{label}: {problem}" for problem in sound_problems(audio, rate_hz)]
        try:
            tracks = read_params(params)
        except InputError as error:
            lines.append(str(error))
            continue
        first = first or (tracks, params.name)
        lines += params_problems(params.name, tracks, *first)
    return len(pairs), lines

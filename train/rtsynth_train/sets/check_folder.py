"""What is wrong with a folder of recordings: one line per problem, each naming its file."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from rtsynth.common.audiofile import find_audio
from rtsynth.common.audiofile.levels import Levels
from rtsynth.common.audiofile.opened import Recording
from rtsynth.common.errors import InputError
from rtsynth.offline.params_file import Track, find_pairs, find_params, read_params
from rtsynth_train.core.converted import chosen
from rtsynth_train.core.filenames import ConditioningConfig
from rtsynth_train.core.sound_rules import AS_THEY_ARE, SoundRules
from rtsynth_train.core.values import Values

SHORTEST_S = 0.5


def value_problems(
    path: Path, conditioning: list[ConditioningConfig], values: Values
) -> Iterator[str]:
    """Parameters that a recording lacks or has out of range."""
    for parameter in conditioning:
        try:
            value = values.of(path, parameter)
        except InputError as error:
            where, _, what = str(error).partition(": ")
            yield what if where.endswith(path.name) else str(error)
            continue
        if not parameter.minimum <= value <= parameter.maximum:
            yield (
                f"{parameter.column} is {value:g}, outside"
                f" {parameter.minimum:g}..{parameter.maximum:g}"
            )


def sound_problems(path: Path, rules: SoundRules = AS_THEY_ARE) -> Iterator[str]:
    """What is wrong with the audio itself, in the channel that `rules` say."""
    remarks: list[str] = []
    try:
        with Recording(path, remarks.append) as recording:
            mixed = rules.channels == "mix"
            levels = Levels(recording.channels if mixed else 1)
            for block in recording.blocks():
                mono = chosen(block, rules, path)
                levels.add(block if mixed else mono[:, None], mono)
            if recording.length_s < SHORTEST_S:
                yield (
                    f"{recording.length_s:.2f} s is too short; at least {SHORTEST_S} s are needed"
                )
            found = levels.findings(path, recording.rate_hz)
            # What is too loud is scaled by every trainer.
            yield from (each.line for each in found if each.kind != "too loud")
    except InputError as error:
        remarks.append(str(error))
    yield from (remark.removeprefix(f"{path}: ") for remark in remarks)


def check_folder(
    folder: Path,
    conditioning: list[ConditioningConfig],
    rate_hz: int,
    rules: SoundRules = AS_THEY_ARE,
) -> tuple[int, list[str]]:
    """(number of recordings, one line per problem) of a folder, nested ones too.

    Recordings may have any rate and any number of channels; what is measured is at `rate_hz`, in
    the channel that `rules` say.
    """
    try:
        paths = find_audio(folder)
        values = Values(folder, conditioning, rate_hz, rules)
    except InputError as error:
        return 0, [str(error)]
    lines = []
    for path in paths:
        label = path.relative_to(folder) if path != folder else path.name
        problems = [*value_problems(path, conditioning, values), *sound_problems(path, rules)]
        lines += [f"{label}: {problem}" for problem in problems]
    return len(paths), lines


def has_params(folder: Path) -> bool:
    """Whether parameters over time lie somewhere in `folder`."""
    return folder.is_dir() and bool(find_params(folder))


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
    pairs: list[tuple[Path, Path]] = []
    try:
        pairs = find_pairs(folder, param_folder)
    except InputError as error:
        return len(pairs), [str(error)]
    lines: list[str] = []
    first: tuple[dict[str, Track], str] | None = None
    for audio, params in pairs:
        label = str(audio.relative_to(folder))
        lines += [f"{label}: {problem}" for problem in sound_problems(audio)]
        try:
            tracks = read_params(params)
        except InputError as error:
            lines.append(str(error))
            continue
        first = first or (tracks, params.name)
        lines += params_problems(params.name, tracks, *first)
    return len(pairs), lines

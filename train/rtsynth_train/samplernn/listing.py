"""Which recordings a run is trained on: one file, or all of a folder."""

from pathlib import Path

from rtsynth.errors import InputError
from rtsynth_train.zips import refuse_zip

SUFFIXES = (".wav", ".flac", ".mp3", ".ogg", ".aif", ".aiff")
CSV = ".csv"


def find_recordings(source: Path) -> list[Path]:
    """`source` itself, or every recording under it, sorted, nested ones too, hidden ones left out.

    Raises:
        InputError: nothing there, nothing in it, or two files that would share one .csv.
    """
    refuse_zip(source)
    if source.is_file():
        return [source]
    if not source.is_dir():
        raise InputError(f"{source}: no such file or folder of recordings")
    found = sorted(
        path
        for path in source.rglob("*")
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()
    )
    if not found:
        raise InputError(f"{source}: no audio files in it ({', '.join(SUFFIXES)})")
    seen: dict[Path, Path] = {}
    for path in found:
        other = seen.setdefault(path.with_suffix(""), path)
        if other != path:
            raise InputError(f"{path}: {other.name} has the same name; rename one of them")
    return found


def find_csvs(paths: list[Path]) -> list[Path]:
    """The .csv beside every recording; none if there are none at all.

    Raises:
        InputError: some recordings have one, others have not.
    """
    beside = [path.with_suffix(CSV) for path in paths]
    there = [path for path in beside if path.is_file()]
    if there and len(there) < len(beside):
        missing = next(path for path in beside if not path.is_file())
        raise InputError(
            f"{missing}: missing, though {len(there)} of {len(beside)} recordings have a {CSV};"
            ' add it, or set data.conditioning = "none"'
        )
    return there

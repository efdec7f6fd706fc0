"""Which recordings a run is trained on: one file, or all of a folder."""

import os
from pathlib import Path

from rtsynth.errors import InputError
from rtsynth_train.zips import refuse_zip

SUFFIXES = (".wav", ".flac", ".mp3", ".ogg", ".aif", ".aiff")
CSV = ".csv"


def find_recordings(source: Path, run: Path | None = None) -> list[Path]:
    """`source` itself, or every recording under it, sorted, nested ones too.

    What runs have left is no recording: the run folder `run` and all others are left out, and so
    are hidden files and folders.

    Raises:
        InputError: nothing there, nothing in it, two files that would share one .csv, or `run` is
            the folder of recordings.
    """
    refuse_zip(source)
    if source.is_file():
        return [source]
    if not source.is_dir():
        raise InputError(f"{source}: no such file or folder of recordings")
    own = None if run is None else run.resolve()
    if own == source.resolve():
        raise InputError(f"--out {run}: is the folder of recordings; name another one")
    found = list[Path]()
    for name, folders, files in os.walk(source):
        folder = Path(name)
        folders[:] = [inner for inner in folders if _is_searched(folder / inner, own)]
        found += [
            folder / file
            for file in files
            if Path(file).suffix.lower() in SUFFIXES and not file.startswith(".")
        ]
    found = sorted(path for path in found if path.is_file())
    if not found:
        raise InputError(f"{source}: no audio files in it ({', '.join(SUFFIXES)})")
    seen: dict[Path, Path] = {}
    for path in found:
        other = seen.setdefault(path.with_suffix(""), path)
        if other != path:
            raise InputError(f"{path}: {other.name} has the same name; rename one of them")
    return found


def _is_searched(folder: Path, own: Path | None) -> bool:
    if folder.name.startswith(".") or folder.resolve() == own:
        return False
    # A run that was ended before its first checkpoint has the others.
    there = [(folder / name).is_file() for name in ("checkpoint.pt", "config.json", "args.json")]
    return not (there[0] or (there[1] and (there[2] or (folder / "losses.csv").is_file())))


def find_csvs(paths: list[Path]) -> list[Path]:
    """The .csv beside every recording; none if there are none at all.

    Raises:
        InputError: some recordings have one, others have not, or one has both .csv and .CSV.
    """
    beside = _csvs_beside(paths)
    there = [beside[path] for path in paths if path in beside]
    if there and len(there) < len(paths):
        missing = next(path for path in paths if path not in beside).with_suffix(CSV)
        raise InputError(
            f"{missing}: missing, though {len(there)} of {len(paths)} recordings have a {CSV};"
            ' add it, or set data.conditioning = "none"'
        )
    return there


def _csvs_beside(paths: list[Path]) -> dict[Path, Path]:
    """{recording: its .csv}; `a.CSV` is one, too."""
    of_stem = {path.with_suffix(""): path for path in paths}
    found: dict[Path, Path] = {}
    for folder in dict.fromkeys(path.parent for path in paths):
        for file in sorted(folder.iterdir()):
            recording = of_stem.get(file.with_suffix(""))
            if recording is None or file.suffix.lower() != CSV or not file.is_file():
                continue
            if recording in found:
                raise InputError(f"{file}: {found[recording].name} is there, too; remove one")
            found[recording] = file
    return found

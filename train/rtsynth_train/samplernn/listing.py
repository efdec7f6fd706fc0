"""The conditioning beside the recordings that a run is trained on."""

from pathlib import Path

from rtsynth.common.errors import InputError

CSV = ".csv"


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
    """{recording: its .csv}; `a.CSV` counts."""
    of_stem = {path.with_suffix(""): path for path in paths}
    found: dict[Path, Path] = {}
    for folder in dict.fromkeys(path.parent for path in paths):
        for file in sorted(folder.iterdir()):
            recording = of_stem.get(file.with_suffix(""))
            if recording is None or file.suffix.lower() != CSV or not file.is_file():
                continue
            if recording in found:
                raise InputError(f"{file}: {found[recording].name} is also there; remove one")
            found[recording] = file
    return found

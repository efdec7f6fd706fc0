"""Sets of recordings that are still packed."""

from pathlib import Path

from rtsynth.errors import InputError

SUFFIX = ".zip"


def refuse_zip(folder: Path) -> None:
    """InputError where a .zip is given for the folder that is in it."""
    if folder.suffix.lower() == SUFFIX and folder.is_file():
        raise InputError(f"{folder}: a packed set; unpack it first: unzip {folder}")

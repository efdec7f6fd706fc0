"""Folders that a user added to the library of plugins: kept on this machine."""

import os
from collections.abc import Sequence
from pathlib import Path

from rtsynth.common.errors import InputError
from rtsynth.common.files.document import read_document, remedy, write_document
from rtsynth.common.user_folders import data_folder

FORMAT = 1
FILE = "library.json"
LARGEST_BYTES = 1 << 18
MOST_PLACES = 32


def places_file() -> Path:
    """Where they are kept: the file that `RTSYNTH_LIBRARY` names, or one in the data folder."""
    chosen = os.environ.get("RTSYNTH_LIBRARY")
    return Path(chosen) if chosen else data_folder() / FILE


def read_places() -> list[Path]:
    """The folders, in the order they were added.

    Raises:
        InputError: the file is damaged; one line that names it and the field.
    """
    path = places_file()
    document = read_document(path, FORMAT, LARGEST_BYTES, "the library's file")
    if document is None:
        return []
    folders = document.get("folders", [])
    if not isinstance(folders, list) or not all(isinstance(each, str) for each in folders):
        raise InputError(f"{path}: folders: not a list of texts; {remedy(path)}")
    return [Path(each) for each in folders[:MOST_PLACES]]


def add_place(folder: Path) -> None:
    """Look for plugins in a folder, too, from now on.

    Raises:
        InputError: it is no folder, there are too many, or the file is damaged.
        WriteError: it cannot be kept.
    """
    if not folder.is_absolute() or not folder.is_dir():
        raise InputError(f"{folder}: not a folder of this machine, by its whole path")
    places = read_places()
    if folder in places:
        return
    if len(places) >= MOST_PLACES:
        raise InputError(f"the library has {MOST_PLACES} folders; remove one first")
    _write([*places, folder])


def remove_place(folder: Path) -> None:
    """Forget a folder; nothing in it is touched.

    Raises:
        InputError: it is none of the library's, or the file is damaged.
        WriteError: it cannot be kept.
    """
    places = read_places()
    if folder not in places:
        known = ", ".join(map(str, places)) or "none"
        raise InputError(f"{folder}: not a folder that was added to the library; added: {known}")
    _write([each for each in places if each != folder])


def _write(places: Sequence[Path]) -> None:
    write_document(places_file(), FORMAT, {"folders": [str(each) for each in places]})

"""The folder of takes on this machine."""

import os
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from rtsynth.common.files.atomic import make_folder
from rtsynth.common.user_folders import data_folder

FORMATS = ("wav", "flac")


def takes_folder() -> Path:
    """Where takes are: `RTSYNTH_TAKES`, or `rtsynth` in the music folder, or in the data folder."""
    chosen = os.environ.get("RTSYNTH_TAKES")
    if chosen:
        return Path(chosen)
    location = QStandardPaths.StandardLocation.MusicLocation
    music = Path(QStandardPaths.writableLocation(location) or Path.home())
    return music / "rtsynth" if music.is_dir() and music != Path.home() else data_folder() / "takes"


def new_take(form: str) -> Path:
    """The file of the next take, named by the time of day; `form` is one of `FORMATS`."""
    return takes_folder() / f"take-{datetime.now():%Y-%m-%d-%H%M%S}.{form}"


def make_take(form: str) -> Path:
    """The same, in a folder that is there.

    Raises:
        InputError, WriteError: it cannot be made.
    """
    take = new_take(form)
    make_folder(take.parent)
    return take

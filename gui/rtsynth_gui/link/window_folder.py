"""Where the window keeps what it remembers on this machine."""

import os
from pathlib import Path

from rtsynth.common.user_folders import data_folder


def window_folder() -> Path:
    """`RTSYNTH_WINDOW`, or the folder `window` of the data folder; it need not exist."""
    chosen = os.environ.get("RTSYNTH_WINDOW")
    return Path(chosen) if chosen else data_folder() / "window"

"""Where the window keeps what it remembers on this machine."""

import os
from pathlib import Path
from typing import Protocol

from rtsynth.common.user_folders import data_folder


def window_folder() -> Path:
    """`RTSYNTH_WINDOW`, or the folder `window` of the data folder; it need not exist."""
    chosen = os.environ.get("RTSYNTH_WINDOW")
    return Path(chosen) if chosen else data_folder() / "window"


class Choices(Protocol):
    """What pages of the window remember, such as the format of takes: texts, each by a name."""

    def chosen(self, name: str) -> str:
        """What was chosen last, as it was kept; "" for nothing."""
        ...

    def choose(self, name: str, text: str) -> None:
        """Keep it."""
        ...

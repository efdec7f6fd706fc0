"""The files of sets: performances (`rtsynth.host.performance`) under names.

`rtsynth/sets/NAME.json` in the user's data folder (RTSYNTH_SETS names another one): plugins,
values, seeds, sections of services.
"""

import os
from dataclasses import replace
from pathlib import Path

from rtsynth.common.user_folders import data_folder
from rtsynth.host.named_files import NamedFiles
from rtsynth.host.performance import Performance, from_document
from rtsynth.host.transport.takes import TAKES_SECTION


def set_files() -> NamedFiles:
    """Where sets are."""
    chosen = os.environ.get("RTSYNTH_SETS")
    return NamedFiles(Path(chosen) if chosen else data_folder() / "sets", "set")


def read_set(name: str) -> Performance:
    """What is kept under a name, but where takes are recorded: a set may come from anybody.

    Raises:
        InputError: there is none, or its file is damaged.
    """
    kept = set_files().read(name, from_document)
    sections = {name: data for name, data in kept.sections.items() if name != TAKES_SECTION}
    return replace(kept, sections=sections)

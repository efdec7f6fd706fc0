"""Folders for a program of the tests, which leaves the user's own alone."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

# Which variable names the folder of what.
FOLDERS = {
    "XDG_DATA_HOME": "data",
    "RTSYNTH_STATES": "states",
    "RTSYNTH_MAPPINGS": "mappings",
    "RTSYNTH_PRESETS": "presets",
    "RTSYNTH_SETS": "sets",
    "RTSYNTH_TAKES": "takes",
    "RTSYNTH_WINDOW": "window",
    "RTSYNTH_RUNS": "runs",
}


@contextmanager
def own_folders() -> Iterator[str]:
    """Everything that is kept meanwhile, also by processes that are started, is thrown away."""
    before = {name: os.environ.get(name) for name in FOLDERS}
    with tempfile.TemporaryDirectory(prefix="rtsynth-window-") as folder:
        os.environ |= {name: os.path.join(folder, leaf) for name, leaf in FOLDERS.items()}
        try:
            yield folder
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value

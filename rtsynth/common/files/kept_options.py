"""What engines of this machine are started with where nothing else is said: a small file.

`engine/MACHINE.json` in the user's data folder, since that may be shared by machines with other
devices: `{"format": 1, "options": {"device": "Big Card", "rate": "48000"}}`. `RTSYNTH_ENGINE` names
another folder; empty, nothing is read or kept.
"""

import os
import platform
import re
from collections.abc import Mapping
from pathlib import Path

from rtsynth.common.errors import InputError
from rtsynth.common.files.document import read_document, remedy, write_document
from rtsynth.common.user_folders import data_folder

VARIABLE = "RTSYNTH_ENGINE"
FORMAT = 1
LARGEST_BYTES = 1 << 14
LONGEST = 200  # of a name or a text
ANY_MACHINE = "machine"  # one without a name


def kept_options_file() -> Path | None:
    """Where they are, of this machine; None where nothing is to be kept."""
    chosen = os.environ.get(VARIABLE)
    if chosen == "":
        return None
    machine = re.sub(r"[^A-Za-z0-9-]", "_", platform.node().partition(".")[0])[:64]
    folder = Path(chosen) if chosen else data_folder() / "engine"
    return folder / f"{machine or ANY_MACHINE}.json"


def read_kept_options() -> dict[str, str]:
    """Texts by names of options; nothing where there is no file.

    Raises:
        InputError: the file is damaged; one line that names it.
    """
    path = kept_options_file()
    if path is None:
        return {}
    document = read_document(path, FORMAT, LARGEST_BYTES, "options that are kept")
    if document is None:
        return {}
    options = document.get("options")
    if not isinstance(options, dict):
        raise InputError(f"{path}: options: not a table; {remedy(path)}")
    for name, text in options.items():
        if not isinstance(text, str) or max(len(name), len(text)) > LONGEST:
            raise InputError(f"{path}: {name[:20]!r}: not a short text; {remedy(path)}")
    return options


def write_kept_options(options: Mapping[str, str]) -> None:
    """Keep these, and no others; without any there is no file.

    Raises:
        RtsynthError: the folder or the file cannot be written.
    """
    path = kept_options_file()
    if path is None:
        return
    if options:
        write_document(path, FORMAT, {"options": dict(options)})
    else:
        _remove(path)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{path}: cannot be deleted ({error.strerror})") from error

"""Saved states: the values of all controls under a name, one JSON file each.

They lie in the user's data folder (`rtsynth/states/NAME.json`; RTSYNTH_STATES names another one).
"""

import json
import math
import os
import re
from pathlib import Path
from typing import Any

from rtsynth.errors import InputError
from rtsynth.files import atomic_write, make_folder
from rtsynth.user_folders import data_folder

State = dict[str, dict[str, float]]  # {slot number as text: {control: value}}

FORMAT = 1
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 _.-]{0,62}[A-Za-z0-9_-])?")
_LARGEST_BYTES = 1 << 20


def states_folder() -> Path:
    """Where states are kept."""
    chosen = os.environ.get("RTSYNTH_STATES")
    return Path(chosen) if chosen else data_folder() / "states"


def list_states() -> list[str]:
    """Names that can be recalled, sorted."""
    return sorted(
        path.stem for path in states_folder().glob("*.json") if _NAME.fullmatch(path.stem)
    )


def write_state(name: str, state: State) -> Path:
    """Keep a state under a name, over what was there; return its file.

    Raises:
        InputError: a name that could not be a file's, or a folder that cannot be written to.
        WriteError: the disk is full, or fails.
    """
    path = _path(name)
    text = json.dumps({"format": FORMAT, "slots": state}, indent=1, allow_nan=False)
    make_folder(path.parent)
    with atomic_write(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")
    return path


def read_state(name: str) -> State:
    """Return the state kept under a name.

    Raises:
        InputError: there is none (the line names those there are), or its file is damaged.
    """
    path = _path(name)
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_BYTES + 1)
    except FileNotFoundError:
        known = ", ".join(list_states()) or "none"
        raise InputError(f"state {name!r} was never saved; saved: {known}") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    try:
        return _checked(json.loads(data.decode("utf-8")))
    except (ValueError, RecursionError) as error:  # JSON and UTF-8 errors are ValueErrors
        reason = str(error) if type(error) is ValueError else "not JSON"
        raise InputError(f"{path}: damaged ({reason}); save the state {name!r} again") from error


def _path(name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise InputError(
            f"state name {name[:80]!r}: use 1 to 64 letters, digits, spaces, '_', '-' and '.', "
            "starting with a letter or digit"
        )
    return states_folder() / f"{name}.json"


def _checked(document: Any) -> State:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(f"format is not {FORMAT}")
    slots = document.get("slots")
    if not isinstance(slots, dict):
        raise ValueError("no slots")
    for slot, values in slots.items():
        if not (slot.isdecimal() and isinstance(values, dict)):
            raise ValueError(f"slot {slot!r}")
        for name, value in values.items():
            if type(value) not in (int, float) or not math.isfinite(value):
                raise ValueError(f"slot {slot}, {name}: not a finite number")
    return slots

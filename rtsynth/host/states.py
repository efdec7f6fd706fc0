"""Saved states and sessions, as JSON files of one format.

A *state* is the values of all controls, kept under a name in the user's data folder
(`rtsynth/states/NAME.json`; RTSYNTH_STATES names another one). A *session* is a state and what else
an engine needs to continue where another one was lost: what is loaded in which slot, and whether it
sounds; the audio device; the file being recorded.
"""

import json
import logging
import math
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import atomic_write, make_folder
from rtsynth.common.user_folders import data_folder

State = dict[str, dict[str, float]]  # {slot number as text: {control: value}}

log = logging.getLogger("rtsynth")

FORMAT = 1
SESSION_FILE = "session.json"
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 _.-]{0,62}[A-Za-z0-9_-])?")
_SLOT = re.compile(r"[1-9][0-9]{0,2}")
_LARGEST_BYTES = 1 << 20


@dataclass(frozen=True)
class KeptSlot:
    """A slot of a session: the plugin's file, the values of its controls, whether it sounds
    without a note, and the seed it was last given.
    """

    path: str
    values: dict[str, float]
    drones: bool = True
    seed: int | None = None


@dataclass(frozen=True)
class Session:
    """What an engine continues with. `device` is (name, sound system, rate in Hz, block in frames)
    of the one that is played to, None for the null device.
    """

    slots: dict[int, KeptSlot] = field(default_factory=dict)
    recording: str | None = None
    device: tuple[str, str, int, int] | None = None


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
        return _slots_of(_read(path))
    except FileNotFoundError:
        known = ", ".join(list_states()) or "none"
        raise InputError(f"state {name!r} does not exist; saved states: {known}") from None
    except ValueError as error:
        raise InputError(f"{path}: damaged ({error}); save the state {name!r} again") from error


def write_session(path: Path, session: Session) -> None:
    """Keep a session in a file, in place of the one before.

    Raises:
        InputError, WriteError: the file cannot be written.
    """
    document = {
        "format": FORMAT,
        "slots": {str(number): slot.values for number, slot in session.slots.items()},
        "loaded": {
            str(number): {"path": slot.path, "drones": slot.drones, "seed": slot.seed}
            for number, slot in session.slots.items()
        },
        "recording": session.recording,
        "device": session.device,
    }
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps(document, allow_nan=False), encoding="utf-8")


def read_session(path: Path) -> Session | None:
    """The session kept in a file; None if there is no such file.

    Raises:
        InputError: it is damaged.
    """
    try:
        return _session_of(_read(path))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: damaged ({error})") from error


def kept_session(folder: Path) -> Session | None:
    """The session that an engine keeps in a folder; None at its first start."""
    try:
        return read_session(folder / SESSION_FILE)
    except InputError as error:
        log.warning("%s; starting with the plugins of the command line", error)
        return None


def _session_of(document: dict[str, Any]) -> Session:
    values, loaded = _slots_of(document), document["loaded"]
    slots = {
        int(number): KeptSlot(
            str(loaded[number]["path"]),
            values[number],
            bool(loaded[number]["drones"]),
            None if (seed := loaded[number]["seed"]) is None else int(seed),
        )
        for number in values
    }
    recording, device = document["recording"], document["device"]
    if device is not None:
        name, api, rate_hz, block_frames = device
        device = str(name), str(api), int(rate_hz), int(block_frames)
    return Session(slots, None if recording is None else str(recording), device)


def _read(path: Path) -> dict[str, Any]:
    """The document in a file of this format.

    Raises:
        FileNotFoundError: there is none.
        InputError: it cannot be read.
        ValueError: it is damaged; the text says how.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_BYTES + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    if len(data) > _LARGEST_BYTES:
        raise ValueError("too large")
    try:
        document = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # JSON and UTF-8 errors are ValueErrors
        raise ValueError("not JSON") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(f"format is not {FORMAT}")
    return document


def _path(name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise InputError(
            f"state name {name[:80]!r}: use 1 to 64 letters, digits, spaces, '_', '-' and '.', "
            "starting with a letter or digit"
        )
    return states_folder() / f"{name}.json"


def _slots_of(document: dict[str, Any]) -> State:
    slots = document.get("slots")
    if not isinstance(slots, dict):
        raise ValueError("no slots")
    for slot, values in slots.items():
        if not (_SLOT.fullmatch(slot) and isinstance(values, dict)):
            raise ValueError(f"slot {slot[:20]!r}")
    return {
        slot: {name: _finite(value, f"slot {slot}, {name[:40]}") for name, value in values.items()}
        for slot, values in slots.items()
    }


def _finite(value: Any, where: str) -> float:
    if type(value) in (int, float):
        try:
            number = float(value)
        except OverflowError:  # a whole number of hundreds of digits
            number = math.inf
        if math.isfinite(number):
            return number
    raise ValueError(f"{where}: not a finite number")

"""Saved states and sessions, as JSON files of one format.

A *state* is the values of all controls, kept under a name in the user's data folder
(`rtsynth/states/NAME.json`; RTSYNTH_STATES names another one). A *session* is what an engine needs
to continue where another one was lost: the performance, the audio device, the file being recorded.
"""

import json
import logging
import os
from dataclasses import dataclass, field
from pathlib import Path

from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import atomic_write
from rtsynth.common.user_folders import data_folder
from rtsynth.host.named_files import FORMAT, Document, NamedFiles, read_document
from rtsynth.host.performance import (
    Performance,
    State,
    from_document,
    state_of,
    table_of,
    to_document,
)

log = logging.getLogger("rtsynth")

SESSION_FILE = "session.json"


@dataclass(frozen=True)
class Session:
    """What an engine continues with. `device` is (name, sound system, rate in Hz, block in frames)
    of the one that is played to, None for the null device. `following`: by slot, the folder of the
    training run that it follows, and its state (`rtsynth.host.following`).
    """

    performance: Performance = field(default_factory=Performance)
    recording: str | None = None
    device: tuple[str, str, int, int] | None = None
    following: dict[int, tuple[str, str]] = field(default_factory=dict)


def states_folder() -> Path:
    """Where states are kept."""
    chosen = os.environ.get("RTSYNTH_STATES")
    return Path(chosen) if chosen else data_folder() / "states"


def _states() -> NamedFiles:
    return NamedFiles(states_folder(), "state")


def list_states() -> list[str]:
    """Names that can be recalled, in order."""
    return _states().names()


def write_state(name: str, state: State) -> Path:
    """Keep a state under a name, over what was there; return its file.

    Raises:
        InputError: a name that could not be a file's, or a folder that cannot be written to.
        WriteError: the disk is full, or fails.
    """
    return _states().write(name, {"slots": state})


def read_state(name: str) -> State:
    """Return the state kept under a name.

    Raises:
        InputError: there is none (the line names those there are), or its file is damaged.
    """
    return _states().read(name, state_of)


def write_session(path: Path, session: Session) -> None:
    """Keep a session in a file, in place of the one before.

    Raises:
        InputError, WriteError: the file cannot be written.
    """
    document = {
        "format": FORMAT,
        **to_document(session.performance),
        "recording": session.recording,
        "device": session.device,
        "following": session.following,
    }
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps(document, allow_nan=False), encoding="utf-8")


def read_session(path: Path) -> Session | None:
    """The session kept in a file; None if there is no such file.

    Raises:
        InputError: it is damaged.
    """
    try:
        return _session_of(read_document(path))
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


def _session_of(document: Document) -> Session:
    recording, device = document["recording"], document["device"]
    if device is not None:
        name, api, rate_hz, block_frames = device
        device = str(name), str(api), int(rate_hz), int(block_frames)
    following = {
        int(slot): (str(run), str(state))
        for slot, (run, state) in table_of(document.get("following", {}), "following").items()
    }
    recording = None if recording is None else str(recording)
    return Session(from_document(document), recording, device, following)

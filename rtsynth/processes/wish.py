"""What an engine and its supervisor leave each other about another start: files in their folder."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rtsynth.common.files.atomic import atomic_write
from rtsynth.host.restart import AHEAD, AUTO, BLOCK, DEVICE, MIDI, PRECISION, RATE
from rtsynth.host.states import SESSION_FILE, Session, kept_session, write_session
from rtsynth.processes.options import EngineOptions

WISH_FILE, REFUSED_FILE = "wish.json", "refused.txt"


def texts_of(options: EngineOptions) -> dict[str, str]:
    """The options that another start can change, as texts; "auto" for those left to the engine."""
    values = {
        DEVICE: options.device,
        RATE: options.rate,
        BLOCK: options.block,
        PRECISION: options.precision,
        AHEAD: options.ahead,
        MIDI: options.midi,
    }
    return {name: AUTO if value is None else f"{value}" for name, value in values.items()}


def with_texts(options: EngineOptions, texts: Mapping[str, str]) -> EngineOptions:
    """The options with some of them changed; the texts were checked."""
    found = (texts_of(options) | dict(texts)).items()
    given = {name: text for name, text in found if text != AUTO}
    return replace(
        options,
        device=given.get(DEVICE),
        rate=int(given[RATE]) if RATE in given else None,
        block=int(given[BLOCK]) if BLOCK in given else None,
        precision=given.get(PRECISION, AUTO),
        ahead=float(given[AHEAD]) if AHEAD in given else None,
        midi=given.get(MIDI),
    )


def leave_wish(folder: Path, changes: Mapping[str, str]) -> None:
    """The engine: what it is to be started again with."""
    with atomic_write(folder / WISH_FILE) as temporary:
        temporary.write_text(json.dumps(dict(changes)), encoding="utf-8")


def take_wish(folder: Path) -> dict[str, str] | None:
    """The supervisor: what was left, once; None for nothing."""
    path = folder / WISH_FILE
    if not path.exists():
        return None
    changes: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    path.unlink()
    return changes


def drop_wish(folder: Path) -> None:
    """The supervisor: what an engine left that crashed before it was taken is nobody's wish."""
    (folder / WISH_FILE).unlink(missing_ok=True)


def leave_refusal(folder: Path, reason: str) -> None:
    """Why a start did not work, for the engine that takes its place."""
    with atomic_write(folder / REFUSED_FILE) as temporary:
        temporary.write_text(reason, encoding="utf-8")


def take_refusal(folder: Path) -> str:
    """What was left, once; "" for nothing."""
    path = folder / REFUSED_FILE
    if not path.exists():
        return ""
    reason = path.read_text(encoding="utf-8")
    path.unlink()
    return reason


class Trial:
    """Options that were asked for, until an engine plays with them or those before are back."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before: EngineOptions | None = None
        self._session: Session | None = None

    def begin(self, options: EngineOptions) -> EngineOptions | None:
        """The options to try in place of these; None where the engine was asked for none."""
        wish = take_wish(self._folder)
        if wish is None:
            return None
        self._before, self._session = options, kept_session(self._folder)
        if self._session is not None:  # the device it had is not to be found again
            write_session(self._folder / SESSION_FILE, replace(self._session, device=None))
        return with_texts(options, wish)

    def goes_on(self, *, plays: bool) -> bool:
        """Whether they are still tried; an engine that `plays` with them ends that."""
        if plays:
            self._before = None
        return self._before is not None

    def end(self, options: EngineOptions, reason: str) -> EngineOptions:
        """They do not work: those before, for the time that is left, and the session as it was.

        `reason`: for the engine that comes back; "" where the one that ended has left its own.
        """
        assert self._before is not None
        if reason:
            leave_refusal(self._folder, reason)
        if self._session is not None:
            write_session(self._folder / SESSION_FILE, self._session)
        before, self._before = self._before, None
        return replace(before, seconds=options.seconds)

"""What an engine and its supervisor leave each other about another start: files in their folder."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from rtsynth.common.files.atomic import atomic_write
from rtsynth.host.restart import FORGET, KEEP, GivenUp
from rtsynth.host.states import SESSION_FILE, Session, kept_session, write_session
from rtsynth.processes.option_texts import kept_names, texts_of, with_kept_names, with_texts
from rtsynth.processes.options import EngineOptions

ANY_DEVICE = ("", "", 0, 0)  # of a session: what there is, or what comes
WISH_FILE, REFUSED_FILE, GIVEN_UP_FILE = "wish.json", "refused.txt", "given-up.json"
FIRST_FILE = "first.json"


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


def leave_given_up(folder: Path, given_up: GivenUp) -> None:
    """The engine: what those after it need not try again."""
    with atomic_write(folder / GIVEN_UP_FILE) as temporary:
        temporary.write_text(json.dumps([given_up.names, given_up.problem]), encoding="utf-8")


def given_up_of(folder: Path, options: EngineOptions) -> GivenUp:
    """What an engine before has given up, as far as it is still what this machine keeps."""
    path = folder / GIVEN_UP_FILE
    if not path.exists():
        return GivenUp()
    names, problem = json.loads(path.read_text(encoding="utf-8"))
    still = tuple(name for name in kept_names(options) if name in names)
    return GivenUp(still, problem) if still else GivenUp()


def leave_first(folder: Path, options: EngineOptions) -> None:
    """The supervisor: what engines go back to that are to forget what is kept."""
    with atomic_write(folder / FIRST_FILE) as temporary:
        temporary.write_text(json.dumps(texts_of(options)), encoding="utf-8")


def first_of(folder: Path) -> dict[str, str]:
    """What was left, as texts by names; nothing where nobody left any."""
    path = folder / FIRST_FILE
    if not path.exists():
        return {}
    first: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return first


class Trial:
    """Options that were asked for, until an engine plays with them or those before are back.

    Args:
        folder: what engines and their supervisor share.
        first: what the command line says; where the engine is to forget what is kept.
        keep: called with what was asked for once an engine plays with it.
    """

    def __init__(
        self, folder: Path, first: EngineOptions, keep: Callable[[Mapping[str, str]], None]
    ) -> None:
        self._folder, self._first, self._keep = folder, first, keep
        leave_first(folder, first)
        self._before: EngineOptions | None = None
        self._session: Session | None = None
        self._wish: dict[str, str] = {}

    def begin(self, options: EngineOptions) -> EngineOptions | None:
        """The options to try in place of these; None where the engine was asked for none.

        They work as a whole or not at all: nothing of them is given up by the engine, but what was
        before.
        """
        wish = take_wish(self._folder)
        if wish is None:
            return None
        self._before, self._session, self._wish = options, kept_session(self._folder), wish
        tried = self._tried(options, wish)
        if self._session is not None:  # the device it had is not to be found again
            device = ANY_DEVICE if tried.device is None else None
            write_session(self._folder / SESSION_FILE, replace(self._session, device=device))
        return tried

    def _tried(self, options: EngineOptions, wish: Mapping[str, str]) -> EngineOptions:
        if FORGET in wish:  # but for the port: the window, on this machine, would not find it
            return replace(self._first, osc=options.osc, seconds=options.seconds)
        changes = {name: text for name, text in wish.items() if name != KEEP}
        given_up = [each for each in given_up_of(self._folder, options).names if each not in wish]
        return with_kept_names(with_texts(options, changes), given_up)

    def goes_on(self, *, plays: bool) -> bool:
        """Whether they are still tried; an engine that `plays` with them ends that."""
        if plays and self._before is not None:
            self._before = None
            self._keep(self._wish)
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

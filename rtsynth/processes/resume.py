"""The session of a playing engine: kept while it plays, and taken up by the engine after it."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rtsynth.common.errors import RtsynthError
from rtsynth.host.performance import Performance, performance_of, source_of
from rtsynth.host.states import SESSION_FILE, Session, write_session
from rtsynth.host.take_file import next_take, repaired_frames

if TYPE_CHECKING:
    from rtsynth.host.host import Host

log = logging.getLogger("rtsynth")


def session_of(host: "Host") -> Session:
    """Where an engine is now."""
    recording, to = host.recordings.path, host.playing_to
    return Session(
        performance_of(host.slots, host.sections),
        None if recording is None else str(recording.absolute()),
        None if to is None else (to.name, to.api, to.rate_hz, to.block_frames),
        host.following.kept(),
    )


class Keeper:
    """Keeps the session of `host` in `folder`, whenever it has changed."""

    def __init__(self, host: "Host", folder: Path) -> None:
        self._host, self._path = host, folder / SESSION_FILE
        self._changes = host.subscribe()
        self._kept: Session | None = None  # of which the file has all
        self._problem = ""

    def keep(self) -> None:
        """Write it, if anything has changed since the last time or that failed."""
        if not self._changes.take() and self._kept is not None:
            return
        session = session_of(self._host)
        if session == self._kept:
            return
        try:
            write_session(self._path, session)
            self._kept, self._problem = session, ""
        except RtsynthError as error:
            self._kept = None
            if str(error) != self._problem:
                self._problem = str(error)
                log.warning("%s; a restart of the engine would restore an older state", error)


def resume(host: "Host", performance: Performance, step: Callable[[], None]) -> None:
    """Load and place a performance, before the sound starts; `step` is called after each slot.

    What cannot be had any more is left out, with a line about it.
    """
    problems: list[str] = []
    for number, kept in sorted(performance.slots.items()):
        try:
            host.load_into(number, source_of(kept), insist=True)  # together they played
            problems += host.sections.slot(number).restore(kept.sections)
            slot = host.slot(number)  # with its voices, it was loaded again
            slot.resume(kept.values, drones=kept.drones, seed=kept.seed)
        except RtsynthError as error:
            problems.append(f"slot {number} stays empty: {error}")
        step()
    for problem in problems + host.sections.restore(performance.sections):
        log.warning("%s", problem)


def resume_following(host: "Host", following: Mapping[int, tuple[str, str]]) -> None:
    """Let slots follow the training runs that they followed."""
    for slot, (run, state) in following.items():
        try:
            host.following.go_on(slot, run, state)
        except RtsynthError as error:
            log.warning("slot %d follows no training run any more: %s", slot, error)
            host.notices.add("/fail", f"/slot/{slot}/follow", str(error))


def resume_log(host: "Host", path: Path) -> None:
    """Log what the engine plays from now on into the next file; the log until now is kept."""
    try:
        host.event_log.open(path)
    except RtsynthError as error:
        log.warning("events are no longer logged: %s", error)
        host.notices.add("/fail", "/log", str(error))


def resume_recording(host: "Host", path: Path) -> None:
    """Finish a take that was interrupted, and continue recording into the next one."""
    following = next_take(path)
    try:
        frames = repaired_frames(path)
        kept = f"the take until now is kept: {path} ({frames / host.rate_hz:.1f} s)"
    except RtsynthError as error:
        kept = str(error)
    try:
        host.record_start(str(following))
        log.warning("%s; recording continues in %s", kept, host.recordings.path)
    except RtsynthError as error:
        log.warning("%s; recording was not resumed: %s", kept, error)
        host.notices.add("/fail", "/record/start", str(error))

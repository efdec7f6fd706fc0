"""The file of learned mappings: read once, and written by a thread of its own.

Learning happens in the thread that reads MIDI: a slow disk there would hold up every note.
"""

import logging
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from rtsynth.common.errors import InputError, RtsynthError
from rtsynth.common.files.atomic import atomic_write
from rtsynth.common.log import RateLimitedLog
from rtsynth.common.user_folders import data_folder
from rtsynth.host.mapping.file import load_midi_map, write_map
from rtsynth.host.mapping.table import MidiMap

LEARNED_FILE = "learned.toml"
BEFORE_SET_FILE = "learned-before-set.toml"
SETTLE_S = 5.0

log = RateLimitedLog(logging.getLogger("rtsynth"))


def learned_file() -> Path:
    """Where learned mappings are kept."""
    chosen = os.environ.get("RTSYNTH_MAPPINGS")
    return (Path(chosen) if chosen else data_folder() / "mappings") / LEARNED_FILE


class LearnedFile:
    """Keeps what is learned in a file. Any thread may call.

    The thread that writes is there while there is something to write. Whoever ends the process
    waits for it with `settle`: for a while, as a disk that hangs must not keep the process.

    Args:
        path: the file.
        report: called, from any thread, with an address and a line about what is not kept.
    """

    def __init__(self, path: Path, report: Callable[[str, str], None]) -> None:
        self._path, self._report = path, report
        self._damage = ""
        self._changed = threading.Condition()
        self._waiting: tuple[MidiMap, str] | None = None
        self._writes = False
        self._aside = False

    def read(self) -> MidiMap:
        """What the file has.

        Raises:
            InputError: it is damaged; it is left alone from now on.
        """
        if not self._path.exists():
            return MidiMap()
        try:
            return load_midi_map(self._path)
        except InputError as error:
            self._damage = str(error)
            raise

    def set_aside(self) -> None:
        """Before it is written next, what the file has is kept beside it, in BEFORE_SET_FILE."""
        with self._changed:
            self._aside = True

    def write(self, learned: MidiMap, address: str) -> None:
        """Have it written, at once but not here; what is wrong is reported for `address`."""
        if self._damage:
            self._report(address, f"not kept for the next start: {self._damage}")
            return
        with self._changed:
            self._waiting = learned, address
            if not self._writes:
                self._writes = True
                threading.Thread(target=self._write_all, name="mappings", daemon=True).start()

    def settle(self, timeout_s: float = SETTLE_S) -> bool:
        """Wait until all is written; False if the disk takes longer than that."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._writes, timeout_s)

    def _write_all(self) -> None:
        while (job := self._next()) is not None:
            learned, address = job
            try:
                if self._aside:
                    self._copy()
                write_map(self._path, learned)
            except RtsynthError as error:
                self._report(address, f"not kept for the next start: {error}")
            except Exception as error:  # a bug of ours: say so, and write what comes next
                log.warning("mappings: internal error", error)

    def _next(self) -> tuple[MidiMap, str] | None:
        """The last thing to be written; None ends the thread."""
        with self._changed:
            job, self._waiting = self._waiting, None
            if job is None:
                self._writes = False
                self._changed.notify_all()
            return job

    def _copy(self) -> None:
        if self._path.exists():
            with atomic_write(self._path.with_name(BEFORE_SET_FILE)) as temporary:
                try:
                    shutil.copyfile(self._path, temporary)
                except OSError as error:
                    if error.filename != os.fspath(self._path):
                        raise
                    reason = error.strerror or str(error)
                    raise InputError(f"{self._path}: cannot be read ({reason})") from error
        with self._changed:
            self._aside = False

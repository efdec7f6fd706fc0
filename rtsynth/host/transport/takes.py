"""Recording that follows the transport: a take begins when it starts, and ends when it stops."""

import logging
from collections.abc import Callable
from typing import Any, Protocol

from rtsynth.common.errors import InputError, RtsynthError
from rtsynth.host.notices import Notices

log = logging.getLogger("rtsynth")

DEFAULT_TAKE = "take.wav"
TAKES_SECTION = "takes"  # of a session; no set says where files are written
LONGEST_PATH = 4096


class Recording(Protocol):
    """The part of a `Host` that records."""

    @property
    def recording(self) -> bool: ...
    def record_start(self, path: str) -> str: ...
    def record_stop(self) -> object: ...


class Takes:
    """`path` is what takes are called, None while recording does not follow; any thread may set it.

    Where a file of that name exists, a take gets the next free one, as with any recording.

    What cannot be recorded is a notice.
    """

    def __init__(self, recording: Recording, notices: Notices) -> None:
        self.path: str | None = None
        self._recording, self._notices = recording, notices

    def follow(self, rolls: bool) -> None:
        """The transport has started, or stopped. Also a take that was begun by hand ends there."""
        path, recording = self.path, self._recording
        if path is None or recording.recording == rolls:
            return
        try:
            if rolls:
                recording.record_start(path)
            else:
                recording.record_stop()
        except RtsynthError as error:
            log.warning("%s", error)
            self._notices.add("/fail", "/record/follow", str(error))


class TakesSection:
    """Implements `rtsynth.host.sections.Service`: what takes are called, while recording follows.

    Args:
        read: asks for the path, None where it does not follow.
        record: lets it follow.
    """

    def __init__(self, read: Callable[[], str | None], record: Callable[[str], None]) -> None:
        self.read, self._record = read, record

    def restore(self, data: Any) -> list[str]:
        """Let recording follow again.

        Raises:
            InputError: it is no path.
        """
        if not (isinstance(data, str) and 0 < len(data) <= LONGEST_PATH):
            raise InputError(f"not a path of 1 to {LONGEST_PATH} characters")
        self._record(data)
        return []

"""Recording that follows the transport: a take begins when it starts, and ends when it stops."""

import logging
from typing import Protocol

from rtsynth.common.errors import RtsynthError
from rtsynth.host.notices import Notices

log = logging.getLogger("rtsynth")

DEFAULT_TAKE = "take.wav"


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

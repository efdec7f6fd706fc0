"""Reading an event log line by line; a line that is damaged is refused by its number."""

from collections.abc import Iterator
from pathlib import Path

from rtsynth.common.errors import InputError
from rtsynth.host.event_lines import FORMATS, LARGEST_LINE, Head, Line, from_text

_NO_LOG = "not an event log; rtsynth play --log FILE writes one"


class LogReader:
    """The lines of a log after its first, which is `head`; `where` names the one read last.

    A last line that is not whole is left out: it was being written when the engine was killed.

    Raises:
        InputError: not readable, not a log, of a format that is not known, or damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._number = path, 0
        self._lines = self._read()
        try:
            head = next(self._lines, None)
        except InputError as error:
            if self._number > 1 or "cannot be read" in str(error):
                raise
            raise InputError(f"{path}: {_NO_LOG}") from error
        if not isinstance(head, Head):
            raise InputError(f"{path}: {_NO_LOG}")
        if head.format not in FORMATS:
            known = ", ".join(map(str, FORMATS))
            raise InputError(
                f"{path}: format {head.format} is not known; this version reads {known}: use the "
                f"version that wrote it, {head.rtsynth}"
            )
        self.head = head

    @property
    def where(self) -> str:
        """File and number of the line that was read last."""
        return f"{self._path}:{self._number}"

    def __iter__(self) -> Iterator[Line]:
        return self._lines

    def _read(self) -> Iterator[Line]:
        try:
            with self._path.open("rb") as file:
                while data := file.readline(LARGEST_LINE + 1):
                    self._number += 1
                    if not data.endswith(b"\n"):
                        if len(data) > LARGEST_LINE:
                            raise InputError(f"{self.where}: is too long; the file is damaged")
                        return
                    try:
                        yield from_text(data.decode())
                    except ValueError as error:  # also what is not UTF-8
                        raise InputError(f"{self.where}: {error}; the file is damaged") from error
        except OSError as error:
            raise InputError(f"{self._path}: cannot be read ({error.strerror})") from error

"""Messages that an engine sends its clients unasked."""

import threading
from typing import NamedTuple

KEPT = 32


class Notice(NamedTuple):
    """A message: an OSC address and its texts."""

    address: str
    texts: tuple[str, ...]


class Notices:
    """The last few messages; whoever reads them keeps a cursor of his own, 0 at first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._kept: list[Notice] = []

    def add(self, address: str, *texts: str) -> None:
        """Add a message. Any thread may."""
        with self._lock:
            self._count += 1
            self._kept = [*self._kept, Notice(address, texts)][-KEPT:]

    def since(self, cursor: int) -> tuple[int, list[Notice]]:
        """(new cursor, the notices that came after `cursor`, as far as they are kept)."""
        with self._lock:
            fresh = min(self._count - cursor, len(self._kept))
            return self._count, self._kept[len(self._kept) - fresh :]

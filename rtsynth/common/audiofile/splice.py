"""A file as decoders are shown it: other bytes in front of a part of it."""

import os
from typing import BinaryIO


class Splice:
    """`head`, then the bytes `start` to `end` of an open file; for `soundfile.SoundFile`.

    What cannot be read is kept in `error`, as nothing may be raised into a decoder.
    """

    def __init__(self, file: BinaryIO, head: bytes, start: int, end: int) -> None:
        self._file, self._head, self._start = file, head, start
        self._size = len(head) + max(0, end - start)
        self._at = 0
        self.error: OSError | None = None

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As for any file."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """As for any file."""
        return self._at

    def read(self, count: int) -> bytes:
        """As for any file."""
        count = max(0, min(count, self._size - self._at))
        made = self._head[self._at : self._at + count]
        if len(made) < count:
            try:
                self._file.seek(self._start + self._at + len(made) - len(self._head))
                made += self._file.read(count - len(made))
            except OSError as error:
                self.error = error
        self._at += len(made)
        return made

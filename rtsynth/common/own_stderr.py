"""A stderr of Python's own, beside the one of the libraries of the process."""

import io
import os
import sys
from typing import TextIO, TypeGuard

_DESCRIPTOR = 2


def _is_the_descriptor(stream: TextIO) -> TypeGuard[io.TextIOWrapper]:
    try:
        return isinstance(stream, io.TextIOWrapper) and stream.fileno() == _DESCRIPTOR
    except (OSError, ValueError):  # it is kept in memory, or closed
        return False


def separate_stderr() -> None:
    """From now on Python writes to a copy of file descriptor 2.

    Sound systems write to that descriptor, and are silenced there while a device is opened. What
    other threads report at that moment is not lost.
    """
    stream = sys.stderr
    if not _is_the_descriptor(stream):
        return  # it is apart already, or somebody else's
    stream.flush()
    raw = io.FileIO(os.dup(_DESCRIPTOR), "w")
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(raw), stream.encoding, stream.errors, line_buffering=True
    )

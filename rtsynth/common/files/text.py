"""Text files as programs of every kind save them: which encoding they are in, and no more of them.

UTF-8, with or without a byte order mark, and UTF-16 with one. Line ends may be those of any system.
What is neither is refused, naming the line: read in another encoding, letters would be
taken for others without a word.
"""

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rtsynth.common.errors import InputError

# UTF-32's marks begin like UTF-16's, and come first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_bytes(path: Path, largest_bytes: int, what: str) -> bytes:
    """The whole file, which is to be `what` ("a MIDI map").

    Raises:
        InputError: not readable, or larger than `largest_bytes`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(largest_bytes + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    if len(data) > largest_bytes:
        raise InputError(f"{path}: larger than {largest_bytes / 1e6:g} MB; this is not {what}")
    return data


def read_text(path: Path, largest_bytes: int, what: str) -> str:
    """The text of a whole file, its lines ended by a newline.

    Raises:
        InputError: as `read_bytes`, or no text in UTF-8 or UTF-16.
    """
    data = read_bytes(path, largest_bytes, what)
    try:
        text = data.decode(_encoding_of(data[:4]))
    except UnicodeDecodeError as error:
        line = 1 + _with_newlines(data[: error.start].decode("latin-1")).count("\n")
        raise _not_text(path, error, f"line {line}: ") from error
    if "\0" in text:
        raise InputError(f"{path}: not a text file (it has zero bytes)")
    return _with_newlines(text)


@contextmanager
def opened_text(path: Path) -> Iterator[TextIO]:
    """A text file, open for reading from its start, for as long as the block lasts.

    Raises:
        InputError: not readable, or, from anywhere in the block, no text in UTF-8 or UTF-16.
    """
    try:
        with path.open("rb") as start:
            encoding = _encoding_of(start.read(4))
        with path.open(encoding=encoding, newline=None) as file:
            yield file
    except UnicodeDecodeError as error:
        raise _not_text(path, error) from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error


def _with_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _encoding_of(start: bytes) -> str:
    return next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")


def _not_text(path: Path, error: UnicodeDecodeError, line: str = "") -> InputError:
    return InputError(
        f"{path}: {line}not a text in UTF-8 ({error.reason}); save it as UTF-8 in the program that"
        " it comes from"
    )

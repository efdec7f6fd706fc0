"""The lines of Scala's files that count: a stranger's file, read within bounds."""

from pathlib import Path
from typing import NamedTuple

from rtsynth.common.errors import InputError
from rtsynth.common.files.text import read_bytes

LARGEST_BYTES = 1 << 20
_SHOWN = 40


class Line(NamedTuple):
    """One that is no comment; `where` is the file and the number of the line, for messages."""

    where: str
    text: str

    @property
    def first(self) -> str:
        """What stands before the first space."""
        return (self.text.split() or [""])[0]

    @property
    def shown(self) -> str:
        """The text for a message."""
        return repr(self.text.strip()[:_SHOWN])


def read_lines(path: Path, what: str) -> list[Line]:
    """All lines that are no comments, which start with "!".

    The files are 8-bit text in a character set that nobody says: UTF-8 if it can be, else Latin-1.

    Raises:
        InputError: not readable, too large, or no text.
    """
    data = read_bytes(path, LARGEST_BYTES, what)
    if b"\0" in data:
        raise InputError(f"{path}: not a text file (it has zero bytes); this is not {what}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [
        Line(f"{path}: line {number}", line)
        for number, line in enumerate(lines, start=1)
        if not line.startswith("!")
    ]

"""In which line of a TOML file each key is. The file has been parsed before: it is well-formed."""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from rtsynth.common.files.text import read_text
from rtsynth.common.files.toml import LARGEST_BYTES

_PART = r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'"""
_PARTS = re.compile(_PART)
_KEY = re.compile(rf"(?:{_PART})(?:[ \t]*\.[ \t]*(?:{_PART}))*")
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
# What a value is made of, the longest first: texts may have anything in them.
_PIECE = re.compile(
    r'"""(?:[^\\]|\\.)*?"""+|\'\'\'.*?\'\'\'+|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|.', re.DOTALL
)
Place = tuple[str | int, ...]


class Located(str):
    """The name of a file in messages, which knows in which line each key of it is."""

    lines: dict[Place, int]

    def line(self, place: Sequence[str | int]) -> int | None:
        """The line of a key, or of the innermost table around it that has one."""
        for length in range(len(place), 0, -1):
            found = self.lines.get(tuple(place[:length]))
            if found is not None:
                return found
        return None


def located(path: Path) -> Located:
    """The name of a TOML file that was read before, with its lines."""
    name = Located(path)
    name.lines = key_lines(read_text(path, LARGEST_BYTES, "a TOML file of settings"))
    return name


def key_lines(text: str) -> dict[Place, int]:
    """The line, from 1 on, of every table and key; those within a value are in the line of it."""
    text = text.removeprefix("\ufeff")
    lines: dict[Place, int] = {}
    counts: defaultdict[Place, int] = defaultdict(int)  # of the tables of a list
    table: Place = ()
    position = _skip(text, 0)
    while position < len(text):
        line = text.count("\n", 0, position) + 1
        brackets = 2 if text.startswith("[[", position) else int(text[position] == "[")
        key = _KEY.search(text, position)
        if key is None:
            break
        parts = [_plain(part) for part in _PARTS.findall(key[0])]
        if brackets:
            table = _resolved(parts[:-1], counts)
            table = (*table, parts[-1])
            if brackets == 2:
                counts[table] += 1
                lines.setdefault(table, line)
            table = _resolved([parts[-1]], counts, table[:-1])
            lines[table] = line
            position = text.find("]", key.end()) + brackets
        else:
            place = table
            for part in parts:
                place = (*place, part)
                lines.setdefault(place, line)
            position = _end_of_value(text, text.find("=", key.end()) + 1)
        position = _skip(text, position)
    return lines


def _resolved(parts: Sequence[str], counts: dict[Place, int], place: Place = ()) -> Place:
    """A place with the number of the last table, wherever there is a list of them."""
    for part in parts:
        place = (*place, part)
        if counts.get(place):
            place = (*place, counts[place] - 1)
    return place


def _skip(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _end_of_value(text: str, position: int) -> int:
    depth = 0
    while position < len(text):
        piece = _PIECE.match(text, position)
        if piece is None:
            break
        if piece[0] == "\n" and not depth:
            break
        depth += (piece[0] in "[{") - (piece[0] in "]}")
        position = piece.end()
    return position


def _plain(part: str) -> str:
    return part[1:-1] if part[0] in "\"'" else part

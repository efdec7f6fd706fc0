"""TOML files, read with bounds: of their size, of how deep they are nested, of their numbers.

The parser accepts whatever is in a file, and some of it takes minutes, or cannot be
printed or computed with later. TOML 1.0 asks for whole numbers of 64 bits and no more.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from rtsynth.common.errors import InputError
from rtsynth.common.files.text import read_text

LARGEST_BYTES = 1 << 20
DEEPEST = 32  # tables and lists inside each other
_LARGEST_INTEGER = 1 << 63

_KEY = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
# The parser's time grows with the square of a key's parts.
_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_-]){_KEY}(?:[ \t]*+\.[ \t]*+{_KEY}){{{DEEPEST}}}")
_LONG_NUMBER = re.compile(r"[0-9_]{1000}")


def read_toml(path: Path, what: str = "a TOML file of settings") -> dict[str, Any]:
    """What a TOML file says, unchecked; a byte order mark and any system's line ends do no harm.

    Raises:
        InputError: one line that names the file and the place in it: not readable, no text, larger
            than LARGEST_BYTES, not TOML, nested deeper than DEEPEST, a whole number beyond 64 bits.
    """
    text = read_text(path, LARGEST_BYTES, what)
    if deep := _LONG_KEY.search(text):
        raise _too_deep(path, _line_of(text, deep))
    try:
        document = tomllib.loads(text)
    except RecursionError as error:
        raise _too_deep(path) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: not TOML: {str(error).splitlines()[0][:200]}") from error
    except ValueError as error:  # more digits than Python converts, or no such date
        number = _LONG_NUMBER.search(text)
        if number is None:
            raise InputError(f"{path}: not TOML: {str(error).splitlines()[0][:200]}") from error
        raise InputError(
            f"{path}: line {_line_of(text, number)}: a number of too many digits"
        ) from error
    _check(path, document)
    return document


def _line_of(text: str, found: re.Match[str]) -> int:
    return text.count("\n", 0, found.start()) + 1


def _too_deep(path: Path, line: int | None = None) -> InputError:
    where = "" if line is None else f" line {line}:"
    return InputError(f"{path}:{where} nested more than {DEEPEST} deep; settings never are")


def _check(path: Path, document: dict[str, Any]) -> None:
    """Without recursion: what is nested may be nested deeper than Python's stack."""
    left: list[tuple[str, Any, int]] = [(name, value, 1) for name, value in document.items()]
    while left:
        name, value, depth = left.pop()
        if isinstance(value, dict):
            inside = [(f"{name}.{key}", one) for key, one in value.items()]
        elif isinstance(value, list):
            inside = [(f"{name}[{number}]", one) for number, one in enumerate(value)]
        else:
            if type(value) is int and not -_LARGEST_INTEGER <= value < _LARGEST_INTEGER:
                raise InputError(f"{path}: {name}: a whole number of more than 64 bits")
            continue
        if depth >= DEEPEST:
            raise _too_deep(path)
        left += [(label, one, depth + 1) for label, one in inside]

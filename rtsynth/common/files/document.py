"""Small JSON files that a program keeps for itself, and that somebody may have edited.

`{"format": 1, ...}`: a file of another format is refused, not guessed at.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import atomic_write, make_folder
from rtsynth.common.files.text import read_text


def remedy(path: Path) -> str:
    """What to do about a damaged one."""
    return f"correct {path.name} or delete it"


def read_document(path: Path, version: int, largest_bytes: int, what: str) -> dict[str, Any] | None:
    """The fields of a file, which is to be `what` ("the library's file"); None without a file.

    Raises:
        InputError: not readable, larger than `largest_bytes`, not JSON, or not of that format.
    """
    if not path.exists():
        return None
    try:
        document = json.loads(read_text(path, largest_bytes, what))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON ({error}); {remedy(path)}") from error
    if not isinstance(document, dict) or document.get("format") != version:
        raise InputError(f"{path}: format: not {version}; {remedy(path)}")
    return document


def write_document(path: Path, version: int, fields: Mapping[str, Any]) -> None:
    """Put a file in the place of the one before, in a folder that is made if need be.

    Raises:
        InputError, WriteError: the folder or the file cannot be written.
    """
    make_folder(path.parent)
    with atomic_write(path) as temporary:
        text = json.dumps({"format": version, **fields}, indent=1, allow_nan=False)
        temporary.write_text(text + "\n", encoding="utf-8")

"""The cache of a run's recordings: a folder that is written whole or not at all.

RUN/cache/codes.bin     PAD codes of silence, then the codes, of one recording after the other
RUN/cache/told.bin      likewise classes (uint8) or C values (float32), if there is any conditioning
RUN/cache/index.json    the files they were made from

It is built in a folder beside the run's and moved when it is complete. Several processes of a
machine may need it at once: one of them builds it, while the others wait (`locked`).
"""

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from rtsynth.common.errors import InputError, WriteError
from rtsynth.common.files.atomic import make_folder
from rtsynth.common.user_folders import cache_folder

PAD = 256  # the longest frame there can be: a network's input before a recording starts
VERSION = 1
CACHE, CODES, CONDITIONING, INDEX = "cache", "codes.bin", "told.bin", "index.json"
LOCK = "lock"  # held while a cache is built
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}  # Windows has no quota of its own


@dataclass(frozen=True)
class Column:
    """One continuous parameter: its name and its range over the set."""

    name: str
    minimum: float
    maximum: float


@dataclass(frozen=True)
class Index:
    """What a cache holds. `lengths` are in samples; `classes` 0: none."""

    made_of: dict[str, Any]
    names: list[str]
    lengths: list[int]
    classes: int
    columns: list[Column]


def read_index(cache: Path) -> Index | None:
    """The index of a cache; None where there is none, or a damaged one."""
    path = cache / INDEX
    if not path.is_file():
        return None
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        index = Index(**{**raw, "columns": [Column(**column) for column in raw["columns"]]})
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None  # of another version, or damaged: it is rebuilt
    whole = isinstance(index.made_of, dict) and isinstance(index.lengths, list)
    whole = whole and all(type(n) is int and n > 0 for n in (*index.lengths, index.classes + 1))
    return index if whole and len(index.names) == len(index.lengths) else None


def is_whole(cache: Path, index: Index) -> bool:
    """Whether the files have the sizes that the index implies."""
    rows = sum(index.lengths) + PAD * len(index.lengths)
    wanted = {CODES: rows * np.dtype(code_type(index.made_of["codec"]["levels"])).itemsize}
    if index.classes or index.columns:
        wanted[CONDITIONING] = rows * (1 if index.classes else 4 * len(index.columns))
    return all(
        (cache / name).is_file() and (cache / name).stat().st_size == size
        for name, size in wanted.items()
    )


def code_type(levels: int) -> type[np.unsignedinteger]:
    """How a code is stored."""
    return np.uint8 if levels <= 256 else np.uint16


def _prefix(cache: Path) -> str:
    return f".{cache.parent.name}."


def remove_leftovers(cache: Path) -> None:
    """Take away what builds of this cache that were killed have left beside the run folder."""
    beside = cache.parent.parent
    if not beside.is_dir():
        return
    for folder in beside.iterdir():
        if not folder.name.startswith(_prefix(cache)) or not folder.is_dir():
            continue
        files = {path.name for path in folder.iterdir()}
        if not files & {CODES, LOCK} or not files <= {CODES, CONDITIONING, INDEX, LOCK}:
            continue  # not of a build
        try:
            with FileLock(folder / LOCK, timeout=0):
                shutil.rmtree(folder)
        except Timeout:
            pass  # another process is at it


@contextmanager
def locked(cache: Path) -> Iterator[None]:
    """One process of this machine at a time has `cache` for itself, to check, build and open it.

    The lock is in the user's cache: a file of it beside the run would stay there.
    """
    name = hashlib.blake2b(os.fsencode(cache.resolve()), digest_size=16).hexdigest()
    folder = cache_folder()[0] / "locks"
    make_folder(folder)
    with FileLock(folder / f"{name}.lock"):
        yield


@contextmanager
def new_cache(cache: Path) -> Iterator[Path]:
    """Yield a folder that replaces `cache`, which is `locked`; complete, or it is as it was.

    Raises:
        InputError: a place that cannot be written to.
        WriteError: the disk is full.
    """
    beside = cache.parent.parent
    make_folder(beside)
    try:
        part = Path(tempfile.mkdtemp(prefix=_prefix(cache), dir=beside))
        try:
            with FileLock(part / LOCK):
                yield part
            (part / LOCK).unlink(missing_ok=True)
            make_folder(cache.parent)
            shutil.rmtree(cache, ignore_errors=True)
            part.rename(cache)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        kind = WriteError if error.errno in _FULL else InputError
        raise kind(f"{cache}: cannot be written ({error.strerror or error})") from error

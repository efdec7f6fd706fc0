"""What was made of recordings, in the user's folder for caches, so that it is made once.

    CACHE/recordings/KEY.kept    MAGIC, the data, JSON (the header), its length (8 bytes)

The key is a hash of a recording's content and of the rules that it was made by. An entry is
written whole or not at all; one that is damaged counts as none, and is made anew. Entries that were
not used for longest go, once there is more than LARGEST_BYTES.
"""

import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import InputError, RtsynthError
from rtsynth.common.files.atomic import atomic_write, make_folder
from rtsynth.common.remarks import warn
from rtsynth.common.user_folders import cache_folder

MAGIC = b"rtsynth kept 1\n"
FOLDER, SUFFIX = "recordings", ".kept"
LARGEST_BYTES = 4_000_000_000
_LONGEST_HEADER, _LENGTH_BYTES = 1 << 20, 8


@dataclass(frozen=True)
class Kept:
    """`data` uint8 [n], mapped from disk where it is there."""

    header: dict[str, Any]
    data: NDArray[np.uint8]


def key_of(path: Path, rules: dict[str, Any]) -> str:
    """What the entry of a recording, made by these rules, is called.

    Raises:
        InputError: the recording cannot be read.
    """
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    digest.update(json.dumps(rules, sort_keys=True).encode())
    return digest.hexdigest()


def _folder() -> Path:
    return cache_folder()[0] / FOLDER


def load(key: str) -> Kept | None:
    """The entry of that key; None where there is none that is whole."""
    path, begin = _folder() / f"{key}{SUFFIX}", len(MAGIC)
    try:
        with path.open("rb") as file:
            if file.read(begin) != MAGIC:
                return None
            end = file.seek(-_LENGTH_BYTES, os.SEEK_END)
            length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
            size = end - length - begin
            if length > _LONGEST_HEADER or size < 0:
                return None
            file.seek(begin + size)
            header = json.loads(file.read(length))
        data = np.memmap(path, np.uint8, "r", begin, (size,)) if size else np.zeros(0, np.uint8)
        if (
            zlib.crc32(json.dumps(header["about"]).encode(), zlib.crc32(data.data))
            != header["crc32"]
        ):
            return None
        os.utime(path)
        return Kept(header["about"], data)
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def keep(key: str, about: dict[str, Any], make: Callable[[], Iterable[NDArray[Any]]]) -> Kept:
    """Write what `make` gives, piece by piece, as an entry, and give it. Where it cannot be
    written, one line says so, and it is only in memory.
    """
    path = _folder() / f"{key}{SUFFIX}"
    try:
        make_folder(path.parent)
        with atomic_write(path) as temporary, temporary.open("wb") as file:
            file.write(MAGIC)
            crc32 = 0
            for piece in make():
                content = piece.tobytes()
                crc32 = zlib.crc32(content, crc32)
                file.write(content)
            crc32 = zlib.crc32(json.dumps(about).encode(), crc32)
            head = json.dumps({"about": about, "crc32": crc32}).encode()
            file.write(head + len(head).to_bytes(_LENGTH_BYTES, "little"))
        kept = load(key)
    except RtsynthError as error:
        if not str(error).startswith(str(path.parent)):
            raise  # of the recording
        reason = str(error).replace(str(path), str(path.parent))  # said once for all of them
        warn(f"{reason}; converted recordings are not kept, and are made again at the next start")
        kept = None
    return kept or Kept(about, np.frombuffer(b"".join(p.tobytes() for p in make()), np.uint8))


def prune(largest_bytes: int = LARGEST_BYTES) -> None:
    """Take away what was not used for longest, until `largest_bytes` are left."""
    entries = list[tuple[float, int, Path]]()
    for path in _folder().glob(f"*{SUFFIX}"):
        try:
            state = path.stat()
        except OSError:
            continue  # another process took it away
        entries.append((state.st_mtime, state.st_size, path))
    total = sum(size for _, size, _ in entries)
    for _, size, path in sorted(entries):
        if total <= largest_bytes:
            return
        try:
            path.unlink(missing_ok=True)
        except OSError:
            continue  # in use
        total -= size

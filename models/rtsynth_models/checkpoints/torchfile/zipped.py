"""Reads the .pt files of `torch.save` without torch, and without running anything in them.

Such a file is a zip: `NAME/data.pkl`, a pickle (see `tensors`), and `NAME/data/K`, raw
storages. Before PyTorch 1.6 it was none: `stream` reads those.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from rtsynth.common.errors import InputError
from rtsynth_models.checkpoints.common.bounds import check_file, largest_bytes
from rtsynth_models.checkpoints.pickles.machine import PickleMachine
from rtsynth_models.checkpoints.pickles.values import Damaged
from rtsynth_models.checkpoints.torchfile.state_dict import find_table, read_tensors
from rtsynth_models.checkpoints.torchfile.stream import Stream, is_stream
from rtsynth_models.checkpoints.torchfile.tensors import TENSORS, Numbers, Storage, storage_of

# A zip names its members in a directory; reading it takes a kilobyte for each.
MOST_MEMBERS = 50_000
_ENTRY = b"PK\x01\x02"  # begins an entry of that directory
_ENTRY_BYTES = 46  # at least
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CHUNK_BYTES = 1 << 20

Saved = tuple[Any, Numbers]


def read_torch_file(path: Path) -> Any:
    """What was saved, without the numbers of its tensors: plain values, and `Placeholder`s.

    Raises InputError (one line) for anything unreadable or damaged.
    """
    with _opened(path) as (saved, _):
        return saved


def read_state_dict(path: Path, *names: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """(the table that was saved, the tensors of the state dict in it).

    The state dict is saved[names[0]][names[1]]...; see `torchfile.state_dict`.
    Raises InputError (one line) for anything unreadable or damaged, and for a state dict that
    has something else in it than tensors of numbers.
    """
    with _opened(path) as (saved, numbers):
        table = find_table(path, saved, *names)
        return find_table(path, saved), read_tensors(path, table, numbers)


@contextmanager
def _opened(path: Path) -> Iterator[Saved]:
    try:
        check_file(path)
        if is_stream(path):
            stream = Stream(path.read_bytes())
            yield stream.saved, stream.numbers
            return
        if not zipfile.is_zipfile(path):  # before a large file is read to its end
            raise zipfile.BadZipFile("it is no zip file")
        _check_directory(path)
        with zipfile.ZipFile(path) as archive:
            yield _from_zip(path, archive)
    except OSError as error:
        raise InputError(f"{path}: cannot read it ({error.strerror or error})") from error
    except Damaged as error:
        raise InputError(f"{path}: refused: {error}") from error
    # What zipfile and zlib raise for archives that are damaged, encrypted, or of a later kind.
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        NotImplementedError,
        OverflowError,
        RuntimeError,
        ValueError,
    ) as error:
        raise InputError(
            f"{path}: damaged, truncated, or not a file of torch.save ({str(error)[:200]})"
        ) from error


def _check_directory(path: Path) -> None:
    """Refuse an archive whose directory alone would take all memory."""
    if path.stat().st_size < MOST_MEMBERS * _ENTRY_BYTES:
        return
    count, last = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            count += (last + chunk).count(_ENTRY)
            last = chunk[-len(_ENTRY) + 1 :]
    if count > MOST_MEMBERS:
        raise Damaged(f"an archive of more than {MOST_MEMBERS} files")


def _from_zip(path: Path, archive: zipfile.ZipFile) -> Saved:
    members = {info.filename: info for info in archive.infolist()}
    pickles = [name for name in members if name.count("/") == 1 and name.endswith("/data.pkl")]
    if len(pickles) != 1:
        raise InputError(f"{path}: not a file of torch.save (no data.pkl in it)")
    folder = pickles[0].removesuffix("data.pkl")
    if f"{folder}constants.pkl" in members:
        raise InputError(f"{path}: a program (torch.jit.save); save its state_dict instead")
    left = largest_bytes(path)

    def read(name: str) -> bytes:
        nonlocal left
        info = members[name]
        if info.compress_type not in _METHODS:
            raise NotImplementedError("compressed in a way that torch does not")
        left -= info.file_size
        if left < 0:
            raise Damaged("unpacks to many times its size")
        with archive.open(info) as file:
            # So many and no more: the size in the directory may be a lie.
            data = file.read(info.file_size) if info.file_size else b""
        if len(data) != info.file_size:
            raise EOFError("truncated")
        return data

    if f"{folder}byteorder" in members and read(f"{folder}byteorder") != b"little":
        raise InputError(f"{path}: written on a big-endian machine; save it again on another")
    kept: dict[str, bytes] = {}

    def numbers(storage: Storage) -> bytes:
        if storage.key not in kept:
            name = f"{folder}data/{storage.key}"
            if name not in members:
                raise Damaged(f"storage {storage.key[:20]} is missing")
            kept[storage.key] = read(name)
        data = kept[storage.key]
        if len(data) != storage.nbytes:
            found = len(data) // storage.itemsize
            raise Damaged(f"storage {storage.key[:20]} holds {found} numbers, not {storage.size}")
        return data

    saved, _ = PickleMachine(read(pickles[0]), TENSORS, storage_of).load()
    return saved, numbers

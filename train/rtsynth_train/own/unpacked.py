"""A set of recordings that is given as a folder or as a .zip."""

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PureWindowsPath

from rtsynth.common.audiofile import AUDIO_SUFFIXES
from rtsynth.common.errors import InputError
from rtsynth.common.files.atomic import make_folder, writing
from rtsynth.common.plain_text import plain
from rtsynth.offline.params_file import PARAMS_SUFFIX

WANTED = (*AUDIO_SUFFIXES, PARAMS_SUFFIX, ".json")
PACKED = ".zip"
_FROM_A_MAC = "__MACOSX"  # what its archives have besides


@contextmanager
def unpacked(source: Path, near: Path) -> Iterator[Path]:
    """`source`, or a folder with the recordings, `.params` and .json of a .zip, which is beside
    `near` and there as long as this lasts.

    Raises:
        InputError: the .zip is damaged, locked or too large for the disk, or a name in it leads
            out of the folder.
    """
    if source.suffix.lower() != PACKED or source.is_dir():
        yield source
        return
    make_folder(near.parent)
    with tempfile.TemporaryDirectory(prefix=f".{near.name}.", dir=near.parent) as name:
        folder = Path(name)
        _unpack(source, folder)
        yield folder


def _unpack(source: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(source) as packed:
            places = {info: _place(source, info.filename) for info in packed.infolist()}
            members = {info: place for info, place in places.items() if place is not None}
            size, free = sum(info.file_size for info in members), shutil.disk_usage(folder).free
            if size > free:
                raise InputError(
                    f"{source}: takes {size / 1e9:.1f} GB unpacked, and {free / 1e9:.1f} GB are"
                    f" free in {folder.parent}; make room, or name an OUT on another disk"
                )
            for info, place in members.items():
                path = folder / place
                make_folder(path.parent)
                with writing(path), packed.open(info) as inside, path.open("wb") as file:
                    shutil.copyfileobj(inside, file)
    except FileNotFoundError as error:
        raise InputError(f"{source}: no such file") from error
    except OSError as error:
        raise InputError(f"{source}: cannot be unpacked ({error.strerror or error})") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        reason = plain(str(error))
        raise InputError(f"{source}: cannot be unpacked ({reason}); unpack it yourself") from error


def _place(source: Path, name: str) -> Path | None:
    """Where a member belongs; None where it is not wanted."""
    inside = PureWindowsPath(name)  # takes both kinds of slash
    if inside.drive or inside.root or ".." in inside.parts:
        shown = plain(repr(name))
        raise InputError(f"{source}: {shown} in it leads out of the folder; do not trust it")
    hidden = any(part.startswith((".", _FROM_A_MAC)) for part in inside.parts)
    if hidden or name.endswith("/") or inside.suffix.lower() not in WANTED:
        return None
    return Path(*inside.parts)

"""Files among what a snapshot keeps: a preset, a set, the list of the library's folders.

They are named as parts of a snapshot: `preset/SLOT/NAME` (of the plugin that is in the slot then),
`set/NAME`, `library/folders`. Where no file is, that is kept: going back removes what came since.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from rtsynth.common.errors import ControlError, InputError, RtsynthError
from rtsynth.common.files.atomic import atomic_write, make_folder
from rtsynth.common.names import is_name
from rtsynth.host.named_files import LARGEST_BYTES
from rtsynth.host.presets.preset import preset_files
from rtsynth.host.presets.set_files import set_files
from rtsynth.plugin.places import places_file

PRESET, SET, FOLDERS = "preset", "set", "library/folders"
MOST_BYTES = 32 << 20  # of files in all snapshots

PluginIn = Callable[[int], str]  # the name of the plugin in a slot


class KeptFile(NamedTuple):
    """What is in a file; None where there is none."""

    path: Path
    data: bytes | None


Files = Mapping[str, KeptFile]  # by their parts


def take_files(parts: Iterable[str], plugin_in: PluginIn) -> dict[str, KeptFile]:
    """What is in the files of these parts now.

    A name that no file can have is left out: nothing can be done to it.

    Raises:
        ControlError: no such part, or an empty slot.
        InputError: a file that cannot be read, or is too large to be kept.
    """
    paths = {part: _path(part, plugin_in) for part in parts}
    return {part: KeptFile(path, _read(path)) for part, path in paths.items() if path is not None}


def look_again(files: Files) -> dict[str, KeptFile]:
    """What is in the same files now."""
    return {part: KeptFile(path, _read(path)) for part, (path, _) in files.items()}


def undone_files(before: Files, after: Files) -> dict[str, KeptFile]:
    """The files as before that differ, and still are as they were after."""
    common = {part: kept for part, kept in before.items() if part in after}
    now = look_again(common)
    return {
        part: kept
        for part, kept in common.items()
        if now[part] == after[part] and kept != now[part]
    }


def put_back(files: Files) -> list[str]:
    """Write files, or remove them; a line for each that cannot be."""
    problems = []
    for path, data in files.values():
        try:
            _write(path, data)
        except RtsynthError as error:
            problems.append(str(error))
    return problems


def size_of(files: Files) -> int:
    """Bytes that are kept."""
    return sum(len(kept.data or b"") for kept in files.values())


def _path(part: str, plugin_in: PluginIn) -> Path | None:
    if part == FOLDERS:
        return places_file()
    match part.split("/", 2):
        case ["preset", slot, name] if slot.isdecimal() and len(slot) < 4:
            files = preset_files(plugin_in(int(slot)))
        case ["set", *words]:
            files, name = set_files(), "/".join(words)
        case _:
            raise ControlError(
                f"{part[:80]!r}: files are {PRESET}/SLOT/NAME, {SET}/NAME and {FOLDERS}"
            )
    return files.path(name) if is_name(name) else None


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    if len(data) > LARGEST_BYTES:
        raise InputError(f"{path}: larger than {LARGEST_BYTES >> 20} MB")
    return data


def _write(path: Path, data: bytes | None) -> None:
    if data is None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise InputError(f"{path}: cannot be removed ({error.strerror})") from error
        return
    make_folder(path.parent)
    with atomic_write(path) as temporary:
        temporary.write_bytes(data)

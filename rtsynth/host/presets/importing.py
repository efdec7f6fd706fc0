"""Presets that come from elsewhere: files and folders of them, copied to where presets are kept."""

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from rtsynth.common.errors import InputError
from rtsynth.common.names import RULE, is_name
from rtsynth.host.named_files import SUFFIX, read_document
from rtsynth.host.presets.preset import from_document, preset_files

MOST_FILES = 1000


class Imported(NamedTuple):
    """How many are kept now, and a line for each that is not."""

    kept: int
    problems: list[str]


def import_presets(path: Path) -> Imported:
    """Keep the preset of a file, or those of a folder and of the folders directly in it.

    A preset that is kept already under that name, with another content, stays.

    Raises:
        InputError: there is no such file or folder.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file or folder")
    kept, problems = 0, []
    for each in _files(path):
        try:
            _keep(each)
            kept += 1
        except (InputError, ValueError, OSError) as error:
            text = str(error)
            problems.append(text if str(each) in text else f"{each}: {text}")
    return Imported(kept, problems)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        return iter([path])
    found = chain(path.glob(f"*{SUFFIX}"), path.glob(f"*/*{SUFFIX}"))
    return iter(sorted(islice(found, MOST_FILES)))


def _keep(path: Path) -> None:
    if path.suffix != SUFFIX or not is_name(path.stem):
        raise InputError(f"{path}: not the file of a preset; call it NAME{SUFFIX}: {RULE}")
    document = read_document(path)
    files = preset_files(from_document(document).plugin)
    target = files.path(path.stem)
    if target.exists():
        if read_document(target) != document:
            raise InputError(f"{path}: there is another preset of that name; rename the file")
        return
    files.write(path.stem, {key: value for key, value in document.items() if key != "format"})

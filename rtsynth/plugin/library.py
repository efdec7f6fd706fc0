"""Where plugins are found: those that ship, the user's own folder, and others that were added."""

import logging
import os
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path

from rtsynth.common.errors import InputError, PluginError
from rtsynth.common.user_folders import data_folder
from rtsynth.plugin.places import read_places

log = logging.getLogger("rtsynth")

DEFAULT_PLUGIN = "clarinet-trumpet"
SUFFIX = ".safetensors"
MOST_IN_A_FOLDER = 1000


def plugin_folders() -> list[Path]:
    """Folders that `rtsynth list` shows, the user's first."""
    package = Path(__file__).parents[1]
    shipped = package / "plugins"  # in an installed wheel
    if not shipped.is_dir():
        shipped = package.parent / "models" / "plugins"  # in a checkout
    return [data_folder() / "plugins", shipped]


def find_plugins() -> dict[str, Path]:
    """Every plugin at hand, by file name without the ending."""
    found: dict[str, Path] = {}
    own, *others = plugin_folders()
    for folder in (own, *_added(), *others):
        for path in plugins_in(folder):
            found.setdefault(path.stem, path)
    return found


def plugins_in(folder: Path) -> list[Path]:
    """The plugin files in a folder and in those directly in it, MOST_IN_A_FOLDER at most."""
    files = chain(folder.glob(f"*{SUFFIX}"), folder.glob(f"*/*{SUFFIX}"))
    found = list(islice(files, MOST_IN_A_FOLDER + 1))
    if len(found) > MOST_IN_A_FOLDER:
        _warn(
            f"{folder}: has more than {MOST_IN_A_FOLDER} plugins, of which {MOST_IN_A_FOLDER} are "
            "listed; add folders in it instead, each with fewer"
        )
    return sorted(found[:MOST_IN_A_FOLDER])


def _added() -> Iterator[Path]:
    """Folders that were added; a damaged list of them hides none of the others."""
    try:
        yield from read_places()
    except InputError as error:
        _warn(str(error))


@lru_cache(maxsize=8)
def _warn(line: str) -> None:
    """Say something once, and not at every look."""
    log.warning("%s", line)


def resolve(text: str) -> Path:
    """The file of a plugin given by path or by name.

    Raises:
        PluginError: neither a file nor a known name.
    """
    try:
        path = Path(text).expanduser()
        if path.is_file() and path.suffix not in ("", SUFFIX):
            raise PluginError(f"{text}: not a plugin; plugins are {SUFFIX} files")
        written_as_path = path.suffix or "/" in text or os.sep in text
        if path.is_file() or written_as_path:
            return path  # `load` says what is wrong with it
    except (OSError, RuntimeError) as error:  # too long a name; a home that nobody has
        raise PluginError(f"plugin {text[:80]!r}: {error.args[-1]}") from error
    found = find_plugins()
    if text not in found:
        known = ", ".join(found) or "none"
        raise PluginError(
            f"plugin {text!r}: no such file and no plugin of that name; there are: {known}"
        )
    return found[text]

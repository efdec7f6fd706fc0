"""Where plugins are found: those that ship, and the user's own folder."""

import os
from pathlib import Path

from rtsynth.common.errors import PluginError
from rtsynth.common.user_folders import data_folder

DEFAULT_PLUGIN = "clarinet-trumpet"
SUFFIX = ".safetensors"


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
    for folder in plugin_folders():
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            found.setdefault(path.stem, path)
    return found


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

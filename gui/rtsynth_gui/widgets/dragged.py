"""What is dragged onto the window: files, or plugins and presets of the browser by their names.

What is loaded is a text: the name or the file of a plugin, and behind a tab the preset it is loaded
with.
"""

import os
from itertools import islice
from pathlib import Path, PurePath

from PySide6.QtCore import QMimeData

from rtsynth.common.audiofile import AUDIO_SUFFIXES

PLUGIN_SUFFIX = ".safetensors"
PRESET_SUFFIX = ".json"
NAMES = "application/x-rtsynth-plugin"  # what is loaded, a line each
MOST = 16
MOST_LOOKED_AT = 1000  # entries of folders
PLUGINS_DEEP = 2  # as the library looks for them
FOLDERS_DEEP = 4
BEHIND = "\t"


def plugin_data(names: list[str]) -> QMimeData:
    """Plugins by their names, as they are dragged."""
    data = QMimeData()
    data.setData(NAMES, "\n".join(names).encode())
    return data


def dragged_plugins(data: QMimeData) -> list[str]:
    """Names and files of plugins in what is dragged."""
    if data.hasFormat(NAMES):
        names = bytes(data.data(NAMES).data()).decode("utf-8", "replace").split("\n")
        return [name for name in names if name][:MOST]
    return [path for path in _paths(data) if dragged_is_file(path)][:MOST]


def dragged_places(data: QMimeData) -> list[str]:
    """Everything else that is dragged: folders and files, by their paths."""
    return [path for path in _paths(data) if path and not dragged_is_file(path)][:MOST]


def dragged_recordings(data: QMimeData) -> Path | None:
    """A recording that is dragged, or a folder with recordings and without plugins."""
    for path in map(Path, dragged_places(data)):
        if path.suffix.lower() in AUDIO_SUFFIXES and path.is_file():
            return path
        if path.is_dir() and not _has_plugins(path) and _has(path, AUDIO_SUFFIXES, FOLDERS_DEEP):
            return path
    return None


def dragged_library(data: QMimeData) -> list[str]:
    """What belongs to the library wherever it is dropped: folders of plugins, and presets."""
    places = [(path, Path(path)) for path in dragged_places(data)]
    return [
        text
        for text, path in places
        if path.suffix == PRESET_SUFFIX or (path.is_dir() and _has_plugins(path))
    ]


def _has_plugins(folder: Path) -> bool:
    return _has(folder, (PLUGIN_SUFFIX,), PLUGINS_DEEP)


def _has(folder: Path, suffixes: tuple[str, ...], depth: int) -> bool:
    """Whether such a file is among the first entries of a folder, or of folders in it."""
    layer, left = [folder], MOST_LOOKED_AT
    for _ in range(depth):
        inner: list[Path] = []
        for place in layer:
            try:
                with os.scandir(place) as entries:
                    for entry in islice(entries, left):
                        left -= 1
                        if PurePath(entry.name).suffix.lower() in suffixes:
                            return True
                        if entry.is_dir() and not entry.name.startswith("."):
                            inner.append(place / entry.name)
            except OSError:
                continue  # what cannot be read has none for us
        layer = inner
    return False


def _paths(data: QMimeData) -> list[str]:
    return [url.toLocalFile() for url in data.urls()]


def dragged_is_file(plugin: str) -> bool:
    """Whether a dragged plugin is a file, and not a name."""
    return PurePath(plugin.partition(BEHIND)[0]).suffix == PLUGIN_SUFFIX


def with_preset(plugin: str, preset: str) -> str:
    """What is loaded to have a plugin at a preset."""
    return f"{plugin}{BEHIND}{preset}"


def without_preset(text: str) -> tuple[str, str]:
    """The plugin of what is loaded, and its preset, "" for none."""
    plugin, _, preset = text.partition(BEHIND)
    return plugin, preset

"""What is dragged onto the window: files, or plugins and presets of the browser by their names.

What is loaded is a text: the name or the file of a plugin, and behind a tab the preset it is loaded
with.
"""

import os
from pathlib import Path, PurePath

from PySide6.QtCore import QMimeData

from rtsynth.common.audiofile import AUDIO_SUFFIXES

PLUGIN_SUFFIX = ".safetensors"
PRESET_SUFFIX = ".json"
NAMES = "application/x-rtsynth-plugin"  # what is loaded, a line each
MOST = 16
MOST_LOOKED_AT = 1000  # entries of a folder
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
    """A recording that is dragged, or a folder that is not one of plugins."""
    for path in map(Path, dragged_places(data)):
        if path.suffix.lower() in AUDIO_SUFFIXES and path.is_file():
            return path
        if path.is_dir() and not _has_plugins(path):
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
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry, _ in zip(entries, range(MOST_LOOKED_AT), strict=False)]
    except OSError:
        return False
    return any(dragged_is_file(name) for name in names)


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

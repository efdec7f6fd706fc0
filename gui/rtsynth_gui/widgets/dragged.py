"""What is dragged onto the window: files, or plugins and presets of the browser by their names.

What is loaded is a text: the name or the file of a plugin, and behind a tab the preset it is loaded
with. All of this goes by names: no disk is asked while something is dragged.
"""

from pathlib import PurePath

from PySide6.QtCore import QMimeData

PLUGIN_SUFFIX = ".safetensors"
PRESET_SUFFIX = ".json"
NAMES = "application/x-rtsynth-plugin"  # what is loaded, a line each
MOST = 16
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

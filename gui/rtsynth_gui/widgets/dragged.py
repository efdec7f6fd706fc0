"""What is dragged onto the window: plugin files, or plugins of the browser by their names."""

from pathlib import PurePath

from PySide6.QtCore import QMimeData

PLUGIN_SUFFIX = ".safetensors"
NAMES = "application/x-rtsynth-plugin"  # the names of plugins, a line each
MOST = 16


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
    paths = [url.toLocalFile() for url in data.urls()]
    return [path for path in paths if PurePath(path).suffix == PLUGIN_SUFFIX][:MOST]


def dragged_is_file(plugin: str) -> bool:
    """Whether a dragged plugin is a file, and not a name."""
    return plugin.endswith(PLUGIN_SUFFIX)

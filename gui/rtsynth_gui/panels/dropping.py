"""What is dropped anywhere on a window, and whose it is."""

import os
from collections.abc import Sequence
from functools import partial
from itertools import islice
from pathlib import Path, PurePath
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from rtsynth.common.audiofile import AUDIO_SUFFIXES
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.link.worker import Worker
from rtsynth_gui.widgets.dragged import (
    PLUGIN_SUFFIX,
    PRESET_SUFFIX,
    dragged_places,
    dragged_plugins,
)

TAKEN = (QEvent.Type.DragEnter, QEvent.Type.Drop)
MOST_LOOKED_AT = 1000  # entries of folders
PLUGINS_DEEP = 2  # as the library looks for them
FOLDERS_DEEP = 4


class Sorted(NamedTuple):
    """What belongs to the library; or else the first recording or folder of recordings."""

    library: list[str]
    recordings: Path | None


def sort_places(paths: Sequence[str]) -> Sorted:
    """What paths are. Reads folders, whose disk may be slow."""
    places = [(path, Path(path)) for path in paths]
    library = [
        path
        for path, place in places
        if place.suffix == PRESET_SUFFIX or _has(place, (PLUGIN_SUFFIX,), PLUGINS_DEEP)
    ]
    recordings = next((place for _, place in places if _recordings(place)), None)
    if not library and recordings is None:  # other programs write .json beside recordings, too
        library = [path for path, place in places if _has(place, (PRESET_SUFFIX,), PLUGINS_DEEP)]
    return Sorted(library, None if library else recordings)


def _recordings(place: Path) -> bool:
    if place.suffix.lower() in AUDIO_SUFFIXES and os.path.isfile(place):
        return True
    return _has(place, AUDIO_SUFFIXES, FOLDERS_DEEP)


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
                continue  # no folder, or what cannot be read has none for us
        layer = inner
    return False


class Dropping(QObject):
    """Takes what no widget of `window` has taken. `plugins(list)`: names and files.
    `library(list)`: folders of plugins, and presets. `recordings(path)`: something to train on.
    `said(text, failure)`: a line for the performer."""

    plugins = Signal(list)
    library = Signal(list)
    recordings = Signal(object)
    said = Signal(str, bool)

    def __init__(self, link: EngineLink, window: QWidget) -> None:
        super().__init__(window)
        self._link = link
        self._worker = Worker("dropped", self)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in TAKEN or not isinstance(event, QDropEvent):
            return False
        # What a place is, is looked at once it was dropped: no drag waits for a disk.
        data = event.mimeData()
        plugins = dragged_plugins(data) if self._link.answering else []
        places = dragged_places(data)
        if not plugins and not places:
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            if plugins:
                self.plugins.emit(plugins)
            if places:
                self._worker.do(partial(sort_places, places), partial(self._sorted, places))
        return True

    def _sorted(self, places: list[str], found: Sorted) -> None:
        if found.library and self._link.answering and self._link.is_local:
            self.library.emit(found.library)
        elif found.library:
            text = self.tr("{}: plugin folders and presets need an engine on this machine")
            self.said.emit(text.format(Path(found.library[0]).name), True)
        elif found.recordings is not None:
            self.recordings.emit(found.recordings)
        else:
            text = self.tr("{} contains no plugins, presets or recordings")
            self.said.emit(text.format(Path(places[0]).name), True)

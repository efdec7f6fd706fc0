"""Folders of plugins, and presets, that are dropped on a window."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.widgets.dragged import dragged_library

TAKEN = (QEvent.Type.DragEnter, QEvent.Type.Drop)


class LibraryDropped(QObject):
    """`dropped(paths)`: they are for the library of the engine, which has to be on this machine.
    Everything else is left to `window`."""

    dropped = Signal(list)

    def __init__(self, link: EngineLink, window: QWidget) -> None:
        super().__init__(window)
        self._link = link
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # What enters is looked at, and not every move: a folder's disk may be slow.
        if event.type() not in TAKEN or not isinstance(event, QDropEvent):
            return False
        paths = dragged_library(event.mimeData())
        if not (paths and self._link.answering and self._link.is_local):
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self.dropped.emit(paths)
        return True

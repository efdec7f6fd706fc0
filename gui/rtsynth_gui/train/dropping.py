"""Recordings that are dropped on a window."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from rtsynth_gui.widgets.dragged import dragged_recordings

TAKEN = (QEvent.Type.DragEnter, QEvent.Type.Drop)


class RecordingsDropped(QObject):
    """`dropped(path)`: a recording, or a folder of them. Everything else is left to `window`."""

    dropped = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in TAKEN or not isinstance(event, QDropEvent):
            return False
        recordings = dragged_recordings(event.mimeData())
        if recordings is None:
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self.dropped.emit(recordings)
        return True

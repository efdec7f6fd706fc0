"""A list that says, where nothing is listed, why, or what to do."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QListWidget, QWidget

from rtsynth_gui.widgets import theme

MARGIN = 10


class NotedList(QListWidget):
    """Where it is empty, `note` is in its middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = ""

    def show_note(self, text: str) -> None:
        """What it says from now on, while nothing is listed."""
        if text != self.note:
            self.note = text
            self.setAccessibleDescription(text)
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.note and not self.count():
            painter = QPainter(self.viewport())
            painter.setPen(QColor(theme.DIM))
            place = self.viewport().rect().adjusted(MARGIN, 0, -MARGIN, 0)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(place, flags, self.note)
            painter.end()

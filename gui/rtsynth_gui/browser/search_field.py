"""The field that searches: Escape empties it, and the arrow down goes to what was found."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class SearchField(QLineEdit):
    """`left()`: on to the list."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(self.tr("Search plugins and presets"))
        self.setClearButtonEnabled(True)
        self.setAccessibleName(self.tr("Search plugins and presets"))

    @property
    def words(self) -> list[str]:
        """What is looked for, in lower case."""
        return self.text().casefold().split()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.left.emit()
        else:
            super().keyPressEvent(event)

"""The line in the rack that shows where a strip will be."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

HEIGHT = 4


class DropMark(QWidget):
    """Lies above its parent, as wide as that is; hidden until it is shown somewhere."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_at(self, y: int) -> None:
        """Show it in the middle of a gap."""
        parent = self.parentWidget()
        if parent is not None:
            y = min(max(y - HEIGHT // 2, 0), parent.height() - HEIGHT)
            self.setGeometry(0, y, parent.width(), HEIGHT)
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Highlight))
        painter.drawRoundedRect(self.rect(), HEIGHT / 2, HEIGHT / 2)
        painter.end()

"""A small triangle that shows or hides what lies under it."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from rtsynth_gui.widgets import theme


class Disclosure(QAbstractButton):
    """Checked: open. `set_marked`: what is hidden is not at its defaults."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.marked = False
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(18, 20)

    def set_marked(self, marked: bool) -> None:
        """Whether to stand out."""
        if marked != self.marked:
            self.marked = marked
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = theme.ACCENT if self.marked else theme.DIM
        if not self.isEnabled():
            colour = theme.FAINT
        elif self.underMouse() or self.hasFocus():
            colour = theme.ACCENT if self.marked or self.hasFocus() else theme.TEXT
        pen = QPen(QColor(colour), 1.6)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.translate(self.width() / 2, self.height() / 2)
        painter.rotate(90 if self.isChecked() else 0)
        painter.drawPolyline([QPointF(-1.8, -3.6), QPointF(1.8, 0), QPointF(-1.8, 3.6)])
        painter.end()

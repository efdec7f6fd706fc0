"""A small menu of which one thing is chosen."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox

from rtsynth_gui.widgets import theme

POPUP_EDGE = 8


class ChoiceBox(QComboBox):
    """A small menu: what is chosen, and an arrow that says that it can be changed."""

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(10, 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """It turns what is chosen for who is here, and scrolls the page for everybody else."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def showPopup(self) -> None:
        """The menu is as wide as its longest line, however narrow the box."""
        view = self.view()
        bar = view.verticalScrollBar()
        wide = view.sizeHintForColumn(0) + bar.sizeHint().width() + POPUP_EDGE
        view.setMinimumWidth(min(wide, self.screen().availableGeometry().width()))
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lively = self.underMouse() or self.hasFocus()
        pen = QPen(QColor(theme.TEXT if lively else theme.DIM), 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.translate(self.width() - 13, self.height() / 2)
        painter.drawPolyline([QPointF(-3.6, -1.8), QPointF(0, 1.8), QPointF(3.6, -1.8)])
        painter.end()

"""A box to be ticked, with a tick in it."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QStyle, QStyleOptionButton

from rtsynth_gui.widgets import theme


class TickBox(QCheckBox):
    """Style sheets fill the square; this draws the tick."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        part = QStyle.SubElement.SE_CheckBoxIndicator
        square = self.style().subElementRect(part, option, self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(theme.BACKGROUND), 2.0)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        left, top, side = square.left(), square.top(), square.width()
        way = ((0.25, 0.55), (0.43, 0.73), (0.77, 0.3))
        painter.drawPolyline([QPointF(left + x * side, top + y * side) for x, y in way])
        painter.end()

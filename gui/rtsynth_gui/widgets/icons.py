"""The few symbols on buttons, drawn, so that they look the same with any font."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton

from rtsynth_gui.widgets import theme

SIDE = 16
SCALES = (1, 2, 3)


def _record(painter: QPainter) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.BAD))
    painter.drawEllipse(QRectF(3, 3, 10, 10))


def _stop(painter: QPainter) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.TEXT))
    painter.drawRoundedRect(QRectF(4, 4, 8, 8), 1.5, 1.5)


def _restart(painter: QPainter) -> None:
    painter.setPen(QPen(QColor(theme.TEXT), 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(QRectF(2, 3, 10, 10), 50 * 16, 290 * 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.TEXT))
    painter.drawPolygon([QPointF(8.2, 4.9), QPointF(13.4, 5.7), QPointF(11.0, 0.6)])


def _folder(painter: QPainter) -> None:
    path = QPainterPath(QPointF(1, 4))
    for x, y in ((5, 4), (6.5, 5.5), (13, 5.5), (13, 12.5), (1, 12.5)):
        path.lineTo(x, y)
    path.closeSubpath()
    painter.setPen(QPen(QColor(theme.TEXT), 1.3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def _add(painter: QPainter) -> None:
    painter.setPen(QPen(QColor(theme.TEXT), 1.8))
    painter.drawLine(QPointF(8, 3), QPointF(8, 13))
    painter.drawLine(QPointF(3, 8), QPointF(13, 8))


def _arrow(painter: QPainter, tip: QPointF, *ends: QPointF) -> None:
    pen = QPen(QColor(theme.TEXT), 1.8)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPolyline([ends[0], tip, ends[1]])


def _left(painter: QPainter) -> None:
    _arrow(painter, QPointF(5, 8), QPointF(10, 3), QPointF(10, 13))


def _right(painter: QPainter) -> None:
    _arrow(painter, QPointF(11, 8), QPointF(6, 3), QPointF(6, 13))


def _up(painter: QPainter) -> None:
    _arrow(painter, QPointF(8, 5), QPointF(3, 10), QPointF(13, 10))


DRAWINGS: dict[str, Callable[[QPainter], None]] = {
    "record": _record,
    "stop": _stop,
    "restart": _restart,
    "folder": _folder,
    "add": _add,
    "left": _left,
    "right": _right,
    "up": _up,
}


def icon(name: str) -> QIcon:
    """One of `DRAWINGS`, sharp at the usual screen scales, faint on disabled buttons."""
    result = QIcon()
    for scale in SCALES:
        for mode, opacity in ((QIcon.Mode.Normal, 1.0), (QIcon.Mode.Disabled, 0.35)):
            pixmap = QPixmap(SIDE * scale, SIDE * scale)
            pixmap.setDevicePixelRatio(scale)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(opacity)
            DRAWINGS[name](painter)
            painter.end()
            result.addPixmap(pixmap, mode)
    return result


class _Symbol(QObject):
    """Draws the symbol of a button again when the theme changes."""

    def __init__(self, button: QAbstractButton, name: str) -> None:
        super().__init__(button)
        self._button, self._name = button, name
        button.setIcon(icon(name))
        button.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.PaletteChange:
            self._button.setIcon(icon(self._name))
        return False


def set_icon(button: QAbstractButton, name: str) -> None:
    """Show one of `DRAWINGS` on a button, in the colours of the theme in use."""
    _Symbol(button, name)

"""A rotary knob: dragged up and down, with the value as an arc round it."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.ground import paint_ground
from rtsynth_gui.widgets.slider import Slider

DIAMETER = 42
TRAVEL_PIXELS = 180.0  # of the mouse, from one end to the other
FIRST_DEGREES = 225.0  # where position 0 is, counter-clockwise from the right
SWEEP_DEGREES = 270.0
ARC_WIDTH = 3.5
RING_WIDTH = 2.0


def degrees(position: float) -> float:
    """The angle of a position, as Qt counts: counter-clockwise from the right."""
    return FIRST_DEGREES - position * SWEEP_DEGREES


class Dial(Slider):
    """A knob of `DIAMETER`; the ring outside of the arc is where modulation moves it."""

    def __init__(self, parent: QWidget | None = None, diameter: int = DIAMETER) -> None:
        super().__init__(parent)
        self._diameter = diameter
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._diameter, self._diameter)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def along(self, event: QMouseEvent) -> float:
        point = event.position()
        return (point.x() - point.y()) / TRAVEL_PIXELS

    def pixels(self, positions: float) -> float:
        return abs(positions) * math.radians(SWEEP_DEGREES) * self._diameter / 2

    def point_at(self, position: float, radius: float) -> QPointF:
        """Where a position is, at a distance from the middle."""
        angle = math.radians(degrees(position))
        middle = QRectF(self.rect()).center()
        return middle + QPointF(math.cos(angle), -math.sin(angle)) * radius

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_ground(self, painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        enabled = self.isEnabled()
        radius = min(self.width(), self.height()) / 2 - RING_WIDTH - ARC_WIDTH / 2
        full = theme.FOLLOW_DIM if self.following else theme.ACCENT
        self._arc(painter, radius, 0.0, 1.0, theme.TRACK if enabled else theme.LINE, ARC_WIDTH)
        colour = full if enabled else theme.LINE_STRONG
        self._arc(painter, radius, self.origin, self.position, colour, ARC_WIDTH)
        if self.modulated is not None and enabled:
            ring = radius + ARC_WIDTH / 2 + RING_WIDTH / 2
            self._arc(painter, ring, self.position, self.modulated, theme.MODULATION, RING_WIDTH)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.MODULATION))
            painter.drawEllipse(self.point_at(self.modulated, radius), 3, 3)
        if self.default is not None:
            painter.setPen(QPen(QColor(theme.DIM if enabled else theme.LINE), 1.2))
            outer = radius + ARC_WIDTH / 2
            painter.drawLine(
                self.point_at(self.default, outer), self.point_at(self.default, outer + 2.5)
            )
        self._paint_cap(painter, radius - ARC_WIDTH / 2 - 3)
        if self.waiting and self.lit:
            painter.setPen(QPen(QColor(theme.LEARN), 1.5, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        painter.end()

    def _arc(
        self,
        painter: QPainter,
        radius: float,
        first: float,
        last: float,
        colour: str,
        width: float,
    ) -> None:
        pen = QPen(QColor(colour), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        middle = QRectF(self.rect()).center()
        box = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
        if first != last:
            span = degrees(last) - degrees(first)
            painter.drawArc(box, round(degrees(first) * 16), round(span * 16))

    def _paint_cap(self, painter: QPainter, radius: float) -> None:
        enabled = self.isEnabled()
        live = enabled and (self.isSliderDown() or self.underMouse())
        border = theme.ACCENT if self.hasFocus() else theme.LINE_STRONG
        painter.setPen(QPen(QColor(border), 1.5))
        painter.setBrush(QColor(theme.CAP_LIVE if live else theme.CAP))
        painter.drawEllipse(QRectF(self.rect()).center(), radius, radius)
        hand = theme.FOLLOW if self.following else theme.HANDLE
        pen = QPen(QColor(hand if enabled else theme.FAINT), 2.2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(
            self.point_at(self.position, radius * 0.35), self.point_at(self.position, radius - 2)
        )

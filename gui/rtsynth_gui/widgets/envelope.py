"""The shape of an envelope, with a handle at each of its corners."""

import math
from collections.abc import Mapping
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.slider import FINE, is_fine

HANDLE_RADIUS = 5.0
REACH = 14.0  # how far from a handle a press still takes it
LINE_WIDTH = 1.8
MARGIN = 8.0
SHARES = {"attack": 0.28, "decay": 0.28, "hold": 0.14, "release": 0.30}  # of the width, at most


def stretched(position: float) -> float:
    """How much of its room a stage takes: short ones take more, so that a pixel is a
    millisecond there and not ten."""
    return math.sqrt(max(position, 0.0))


def position_of(share: float) -> float:
    """The position 0..1 of a stage that takes so much of its room."""
    return min(max(share, 0.0), 1.0) ** 2


class Handle(NamedTuple):
    """The stages that a corner moves: along x, and along y where it can be raised."""

    across: str
    upwards: str | None = None


HANDLES = (Handle("attack"), Handle("decay", "sustain"), Handle("release"))


class EnvelopeCurve(QWidget):
    """Draws positions 0..1 of attack, decay, sustain and release.

    `dragged(name, position)` for each that a handle moves, between `grabbed()` and `let_go()`;
    with Shift or Ctrl ten times finer. A double-click asks for the defaults of a handle's stages.
    """

    grabbed = Signal()
    let_go = Signal()
    dragged = Signal(str, float)
    default_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.positions = {"attack": 0.0, "decay": 0.0, "sustain": 1.0, "release": 0.0}
        self._grip: tuple[Handle, QPointF, dict[str, float]] | None = None
        self._over: Handle | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(96, 70)

    def sizeHint(self) -> QSize:
        return QSize(190, 92)

    def show_positions(self, positions: Mapping[str, float]) -> None:
        """Where the stages stand."""
        shown = {name: positions.get(name, value) for name, value in self.positions.items()}
        if shown != self.positions:
            self.positions = shown
            self.update()

    # --- geometry ------------------------------------------------------------------------------

    def _box(self) -> QRectF:
        return QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)

    def corners(self) -> dict[str, QPointF]:
        """Where attack, decay, hold and release end, by name."""
        box = self._box()
        level = self.positions["sustain"]
        x, points = box.left(), {}
        for name, height in (("attack", 1.0), ("decay", level), ("hold", level), ("release", 0.0)):
            x += stretched(self.positions.get(name, 1.0)) * SHARES[name] * box.width()
            points[name] = QPointF(x, box.bottom() - height * box.height())
        return points

    def handle_at(self, point: QPointF) -> Handle | None:
        """The handle within reach; of two at the same place the later stage's."""
        corners = self.corners()
        near = [
            (round((corners[h.across] - point).manhattanLength()), -index, h)
            for index, h in enumerate(HANDLES)
        ]
        distance, _, handle = min(near, key=lambda each: each[:2])
        return handle if distance <= REACH else None

    # --- the mouse -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        handle = self.handle_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or handle is None:
            event.ignore()
            return
        places = dict(self.positions)
        places[handle.across] = stretched(places[handle.across])
        self._grip = handle, event.position(), places
        self.grabbed.emit()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            over = self.handle_at(event.position())
            if over is not self._over:
                self._over = over
                self.setCursor(
                    Qt.CursorShape.ArrowCursor if over is None else Qt.CursorShape.SizeAllCursor
                )
                self.update()
            return
        handle, before, places = self._grip
        moved = (event.position() - before) * (FINE if is_fine(event) else 1.0)
        box = self._box()
        across = moved.x() / (SHARES[handle.across] * box.width())
        places[handle.across] += across
        if handle.upwards is not None:
            places[handle.upwards] -= moved.y() / box.height()
        self._grip = handle, event.position(), places
        for name in filter(None, handle):
            place = places[name]
            position = position_of(place) if name == handle.across else min(max(place, 0.0), 1.0)
            if position != self.positions[name]:
                self.positions[name] = position
                self.dragged.emit(name, position)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None and event.button() == Qt.MouseButton.LeftButton:
            self._grip = None
            self.let_go.emit()
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        handle = self.handle_at(event.position())
        for name in filter(None, handle or ()):
            self.default_wanted.emit(name)

    # --- the picture ---------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        enabled, box, corners = self.isEnabled(), self._box(), self.corners()
        painter.setPen(QPen(QColor(theme.LINE), 1))
        painter.setBrush(QColor(theme.WELL))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        line = QPainterPath(box.bottomLeft())
        for corner in corners.values():
            line.lineTo(corner)
        area = QPainterPath(line)
        area.lineTo(corners["release"].x(), box.bottom())
        area.closeSubpath()
        fill = QColor(theme.ACCENT if enabled else theme.LINE_STRONG)
        fill.setAlpha(45)
        painter.fillPath(area, fill)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(QColor(theme.ACCENT if enabled else theme.LINE_STRONG), LINE_WIDTH)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)  # stages are straight, as they are played
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPath(line)
        held = self._grip[0] if self._grip is not None else self._over
        for handle in HANDLES:
            live = handle is held and enabled
            painter.setPen(QPen(QColor(theme.BACKGROUND), 1.5))
            painter.setBrush(
                QColor(theme.HANDLE if live else theme.HANDLE_RESTING if enabled else theme.FAINT)
            )
            radius = HANDLE_RADIUS + (1.0 if live else 0.0)
            painter.drawEllipse(corners[handle.across], radius, radius)
        painter.end()

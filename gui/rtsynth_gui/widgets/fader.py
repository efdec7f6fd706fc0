"""A horizontal slider for performers: press or drag, ticks for classes, a mark at the default."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.ground import paint_ground
from rtsynth_gui.widgets.slider import Slider

HANDLE_WIDTH = 11.0
TICK_WIDTH = 6.0  # to both sides of a tick a press goes to it
GROOVE_HEIGHT = 5.0


@dataclass(frozen=True)
class Size:
    """In pixels: the least width, the heights of the whole, the handle and the default's tick."""

    minimum_width: int
    height: int
    handle_height: float
    tick_top: float
    tick_height: float


REGULAR = Size(120, 30, 20.0, 11.0, 3.5)
COMPACT = Size(90, 22, 16.0, 8.5, 2.5)


class Fader(Slider):
    """Horizontal. A press beside the handle moves it there, one close to one of `ticks` to that;
    drags go anywhere. While it follows something that is not a hand, the handle is hollow.
    """

    def __init__(self, parent: QWidget | None = None, size: Size = REGULAR) -> None:
        super().__init__(parent)
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(size.minimum_width)

    def sizeHint(self) -> QSize:
        return QSize(240, self._size.height)

    def _travel(self) -> tuple[float, float]:
        return HANDLE_WIDTH / 2 + 1, max(self.width() - HANDLE_WIDTH - 2, 1.0)

    def x_of(self, position: float) -> float:
        """Where a position 0..1 is, from the left edge."""
        start, length = self._travel()
        return start + position * length

    def pixels(self, positions: float) -> float:
        return abs(positions) * self._travel()[1]

    def place(self, position: float) -> QRectF:
        return QRectF(self.x_of(position) - HANDLE_WIDTH, 0, 2 * HANDLE_WIDTH, self.height())

    def along(self, event: QMouseEvent) -> float:
        return event.position().x() / self._travel()[1]

    def press_position(self, event: QMouseEvent) -> float | None:
        x = event.position().x()
        if abs(x - self.x_of(self.position)) <= HANDLE_WIDTH:
            return None
        start, length = self._travel()
        tick = min(self.ticks, key=lambda tick: abs(self.x_of(tick) - x), default=None)
        if tick is not None and abs(self.x_of(tick) - x) <= TICK_WIDTH:
            return tick
        return (x - start) / length

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_ground(self, painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        enabled = self.isEnabled()
        start, length = self._travel()
        groove = QRectF(start, middle - GROOVE_HEIGHT / 2, length, GROOVE_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.TRACK if enabled else theme.LINE))
        painter.drawRoundedRect(groove, GROOVE_HEIGHT / 2, GROOVE_HEIGHT / 2)

        x, origin_x = self.x_of(self.position), self.x_of(self.origin)
        filled = QRectF(min(x, origin_x), groove.top(), abs(x - origin_x), groove.height())
        full = theme.FOLLOW_DIM if self.following else theme.ACCENT
        painter.setBrush(QColor(full if enabled else theme.LINE_STRONG))
        if not self.ticks:  # a place among several is no amount
            painter.drawRoundedRect(filled, GROOVE_HEIGHT / 2, GROOVE_HEIGHT / 2)

        painter.setPen(QPen(QColor(theme.FAINT if enabled else theme.LINE), 1.2))
        for tick in self.ticks:
            tick_x = self.x_of(tick)
            painter.drawLine(QPointF(tick_x, middle + 5), QPointF(tick_x, self.height() - 1.0))
        if self.default is not None and not self.ticks:
            tick_x, tick_y = self.x_of(self.default), middle + self._size.tick_top
            painter.setPen(QPen(QColor(theme.DIM if enabled else theme.LINE), 1.2))
            painter.drawLine(
                QPointF(tick_x, tick_y), QPointF(tick_x, tick_y + self._size.tick_height)
            )
        if self.modulated is not None and enabled:
            self._paint_modulation(painter, middle)
        self._paint_handle(painter, x, middle)
        if self.waiting and self.lit:
            painter.setPen(QPen(QColor(theme.LEARN), 1.5, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        painter.end()

    def _paint_modulation(self, painter: QPainter, middle: float) -> None:
        """A line from the handle to where the engine moves it, with a dot at its end."""
        x, to_x = self.x_of(self.position), self.x_of(self.modulated or 0.0)
        painter.setPen(QPen(QColor(theme.MODULATION), 2.0))
        painter.drawLine(QPointF(x, middle), QPointF(to_x, middle))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.MODULATION))
        painter.drawEllipse(QPointF(to_x, middle), 3.5, 3.5)

    def _paint_handle(self, painter: QPainter, x: float, middle: float) -> None:
        enabled = self.isEnabled()
        live = enabled and (self.isSliderDown() or self.underMouse())
        colour = (
            QColor(theme.HANDLE if live else theme.HANDLE_RESTING)
            if enabled
            else QColor(theme.FAINT)
        )
        border = QColor(theme.ACCENT if self.hasFocus() else theme.BACKGROUND)
        line = QColor(theme.HANDLE_LINE)
        if self.following:
            line = border = colour if live or not enabled else QColor(theme.FOLLOW)
            border = QColor(theme.ACCENT) if self.hasFocus() else border
            colour = QColor(theme.PANEL)
        height = self._size.handle_height
        handle = QRectF(x - HANDLE_WIDTH / 2, middle - height / 2, HANDLE_WIDTH, height)
        painter.setPen(QPen(border, 1.5))
        painter.setBrush(colour)
        painter.drawRoundedRect(handle, 3, 3)
        painter.setPen(QPen(line, 1.0))
        painter.drawLine(QPointF(x, middle - height / 4), QPointF(x, middle + height / 4))

"""A horizontal slider for performers: absolute, fine, wheel, keyboard, double-click to default."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from rtsynth_gui.widgets import theme

STEPS = 10_000
HANDLE_WIDTH = 11.0
TICK_WIDTH = 6.0  # to both sides of a tick a press goes to it
GROOVE_HEIGHT = 5.0
LEAST_MOVE = 0.5
FINE = 0.1
STEP_KEYS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10,
    Qt.Key.Key_PageUp: 10,
}


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


class Fader(QSlider):
    """Shows and changes a position 0..1; knows nothing of values and units.

    A press beside the handle moves it there; a press on it, and any drag with Shift (ten times
    finer), moves it relatively, so that it never jumps. A press close to one of `ticks` goes there;
    drags go anywhere. A QSlider underneath gives screen readers
    their value. While it follows something that is not a hand, the handle is hollow.
    """

    grabbed = Signal()
    let_go = Signal()
    dragged = Signal(float)
    nudged = Signal(float, bool)
    default_wanted = Signal()

    def __init__(self, parent: QWidget | None = None, size: Size = REGULAR) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._size = size
        self.setRange(0, STEPS)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(size.minimum_width)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.position = 0.0
        self.origin = 0.0
        self.default: float | None = 0.0
        self.ticks: tuple[float, ...] = ()
        self.following = False
        self._grip: tuple[float, float] | None = None
        self._showing = False
        self.valueChanged.connect(self._value_changed)

    def sizeHint(self) -> QSize:
        return QSize(240, self._size.height)

    def glide(self, position: float) -> None:
        """`show_position` for what moves all the time: repaints only where something changed, and
        leaves it to the next `show_position` to update screen readers."""
        position = min(max(position, 0.0), 1.0)
        before_x, after_x = self.x_of(self.position), self.x_of(position)
        if abs(after_x - before_x) >= LEAST_MOVE:
            self.position = position
            left, right = sorted((before_x, after_x))
            changed = QRectF(left, 0, right - left, self.height())
            self.update(changed.adjusted(-HANDLE_WIDTH, 0, HANDLE_WIDTH, 0).toAlignedRect())

    def set_following(self, following: bool) -> None:
        """Whether a hand moves the handle or something else does."""
        if following != self.following:
            self.following = following
            self.update()

    def choose(self, position: float) -> None:
        """Move there as a hand would, in one go."""
        self._drag_to(position)

    def show_position(self, position: float) -> None:
        """Move the handle without emitting a signal."""
        self.position = min(max(position, 0.0), 1.0)
        self._showing = True
        self.setValue(round(self.position * STEPS))
        self._showing = False
        self.update()

    def _value_changed(self, value: int) -> None:
        # Reached with _showing unset only from outside: assistive technology sets the value.
        if not self._showing:
            self._drag_to(value / STEPS)

    def _travel(self) -> tuple[float, float]:
        return HANDLE_WIDTH / 2 + 1, max(self.width() - HANDLE_WIDTH - 2, 1.0)

    def x_of(self, position: float) -> float:
        """Where a position 0..1 is, from the left edge."""
        start, length = self._travel()
        return start + position * length

    def _pressed(self, x: float) -> float:
        """The position that a press is for."""
        start, length = self._travel()
        tick = min(self.ticks, key=lambda tick: abs(self.x_of(tick) - x), default=None)
        if tick is not None and abs(self.x_of(tick) - x) <= TICK_WIDTH:
            return tick
        return (x - start) / length

    def _drag_to(self, position: float) -> None:
        self.show_position(position)
        self.dragged.emit(self.position)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        x = event.position().x()
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.grabbed.emit()
        if not fine and abs(x - self.x_of(self.position)) > HANDLE_WIDTH:
            self._drag_to(self._pressed(x))
        self._grip = (x, self.position)
        self.setSliderDown(True)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            return
        grip_x, position = self._grip
        x = event.position().x()
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        target = position + (x - grip_x) / self._travel()[1] * (FINE if fine else 1.0)
        self._grip = (x, target)
        if min(max(target, 0.0), 1.0) != self.position:
            self._drag_to(target)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None and event.button() == Qt.MouseButton.LeftButton:
            self._grip = None
            self.setSliderDown(False)
            self.let_go.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.default_wanted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Shift turns a vertical wheel into a horizontal one on some desktops.
        notches = (event.angleDelta().y() or event.angleDelta().x()) / 120
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if notches:
            self.nudged.emit(notches, fine)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        key = Qt.Key(event.key())
        if key in STEP_KEYS:
            self.nudged.emit(float(STEP_KEYS[key]), fine)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._drag_to(1.0 if key == Qt.Key.Key_End else 0.0)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.default_wanted.emit()
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        enabled = self.isEnabled()
        start, length = self._travel()
        groove = QRectF(start, middle - GROOVE_HEIGHT / 2, length, GROOVE_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.WELL if enabled else theme.LINE))
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
        self._paint_handle(painter, x, middle)
        painter.end()

    def _paint_handle(self, painter: QPainter, x: float, middle: float) -> None:
        enabled = self.isEnabled()
        live = enabled and (self.isSliderDown() or self.underMouse())
        colour = QColor(theme.HANDLE if live else "#c3c9d0") if enabled else QColor(theme.FAINT)
        border = QColor(theme.ACCENT if self.hasFocus() else theme.BACKGROUND)
        line = QColor(theme.BACKGROUND)
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

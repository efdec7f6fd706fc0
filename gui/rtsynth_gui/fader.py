"""A horizontal slider for performers: absolute, fine, wheel, keyboard, double-click to default."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from rtsynth_gui import theme

STEPS = 10_000
HANDLE_WIDTH = 11.0
HANDLE_HEIGHT = 20.0
GROOVE_HEIGHT = 5.0
FINE = 0.1
STEP_KEYS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10,
    Qt.Key.Key_PageUp: 10,
}


class Fader(QSlider):
    """Shows and changes a position 0..1; knows nothing of values and units.

    A press beside the handle moves it there; a press on it, and any drag with Shift (ten times
    finer), moves it relatively, so that it never jumps. A QSlider underneath gives screen readers
    their value.
    """

    grabbed = Signal()
    let_go = Signal()
    dragged = Signal(float)
    nudged = Signal(float, bool)
    default_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, STEPS)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(120)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.position = 0.0
        self.origin = 0.0
        self.default = 0.0
        self._grip: tuple[float, float] | None = None
        self._showing = False
        self.valueChanged.connect(self._value_changed)

    def sizeHint(self) -> QSize:
        return QSize(240, 30)

    def show_position(self, position: float) -> None:
        """Move the handle without telling anybody."""
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

    def _x_of(self, position: float) -> float:
        start, length = self._travel()
        return start + position * length

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
        if not fine and abs(x - self._x_of(self.position)) > HANDLE_WIDTH:
            start, length = self._travel()
            self._drag_to((x - start) / length)
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

        x, origin_x = self._x_of(self.position), self._x_of(self.origin)
        filled = QRectF(min(x, origin_x), groove.top(), abs(x - origin_x), groove.height())
        painter.setBrush(QColor(theme.ACCENT if enabled else theme.LINE_STRONG))
        painter.drawRoundedRect(filled, GROOVE_HEIGHT / 2, GROOVE_HEIGHT / 2)

        tick_x = self._x_of(self.default)
        painter.setPen(QPen(QColor(theme.DIM if enabled else theme.LINE), 1.2))
        painter.drawLine(QPointF(tick_x, middle + 11), QPointF(tick_x, middle + 14.5))

        handle = QRectF(
            x - HANDLE_WIDTH / 2, middle - HANDLE_HEIGHT / 2, HANDLE_WIDTH, HANDLE_HEIGHT
        )
        live = enabled and (self.isSliderDown() or self.underMouse())
        colour = QColor(theme.HANDLE if live else "#c3c9d0") if enabled else QColor(theme.FAINT)
        painter.setPen(QPen(QColor(theme.ACCENT if self.hasFocus() else theme.BACKGROUND), 1.5))
        painter.setBrush(colour)
        painter.drawRoundedRect(handle, 3, 3)
        painter.setPen(QPen(QColor(theme.BACKGROUND), 1.0))
        painter.drawLine(QPointF(x, middle - 5), QPointF(x, middle + 5))
        painter.end()

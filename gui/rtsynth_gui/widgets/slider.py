"""What faders and dials have in common: a position 0..1 moved by mouse, wheel, keys and others."""

from abc import abstractmethod

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QInputEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

STEPS = 10_000
FINE = 0.1
FINE_KEYS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
STEP_KEYS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10,
    Qt.Key.Key_PageUp: 10,
}
END_KEYS = {Qt.Key.Key_Home: 0.0, Qt.Key.Key_End: 1.0}
DEFAULT_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


def is_fine(event: QInputEvent) -> bool:
    """Whether Shift or Ctrl (Command on a Mac) is down."""
    return bool(event.modifiers() & FINE_KEYS)


def notches(event: QWheelEvent) -> float:
    """How far a wheel was turned. Shift makes a vertical wheel a horizontal one on some desktops,
    Alt on others."""
    return (event.angleDelta().y() or event.angleDelta().x()) / 120


class Slider(QSlider):
    """Shows and changes a position 0..1; knows nothing of values and units.

    Drags are relative, so that the handle never jumps; with Shift or Ctrl they are ten times finer.
    A QSlider underneath gives screen readers their value. `following`: it is moved by something
    that is not a hand. `waiting`: for a MIDI control. `modulated`: where the engine moves it now.
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
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.position = 0.0
        self.origin = 0.0
        self.default: float | None = 0.0
        self.ticks: tuple[float, ...] = ()
        self.following = False
        self.waiting = False
        self.lit = False
        self.modulated: float | None = None
        self._grip: tuple[float, float] | None = None
        self._showing = False
        self.valueChanged.connect(self._value_changed)

    # --- what each kind has its own way of -----------------------------------------------------

    def press_position(self, event: QMouseEvent) -> float | None:
        """Where a press moves it to; None for nowhere."""
        return None

    @abstractmethod
    def along(self, event: QMouseEvent) -> float:
        """How far the mouse is along the way it is dragged, in lengths of the whole travel."""

    def place(self, position: float) -> QRectF:
        """What has to be painted again when the handle comes to, or leaves, a position."""
        return QRectF(self.rect())

    def pixels(self, positions: float) -> float:
        """How far on the screen a difference of positions is."""
        return abs(positions) * self.width()

    # --- shown ---------------------------------------------------------------------------------

    def glide(self, position: float) -> None:
        """`show_position` for what moves all the time: repaints only where something changed, and
        leaves it to the next `show_position` to update screen readers."""
        position = min(max(position, 0.0), 1.0)
        if self.pixels(position - self.position) >= 0.5:
            before, self.position = self.position, position
            self.update(self.place(before).united(self.place(position)).toAlignedRect())

    def show_position(self, position: float) -> None:
        """Move the handle without emitting a signal."""
        self.position = min(max(position, 0.0), 1.0)
        self._showing = True
        self.setValue(round(self.position * STEPS))
        self._showing = False
        self.update()

    def set_following(self, following: bool) -> None:
        """Whether a hand moves the handle or something else does."""
        if following != self.following:
            self.following = following
            self.update()

    def set_waiting(self, waiting: bool, lit: bool = True) -> None:
        """Whether it waits for a MIDI control, and at present is `lit`: it blinks."""
        if (waiting, lit) != (self.waiting, self.lit):
            self.waiting, self.lit = waiting, lit
            self.update()

    def set_modulated(self, position: float | None) -> None:
        """Where modulation moves it now; None for no modulation."""
        before = self.modulated
        if position is not None:
            position = min(max(position, 0.0), 1.0)
        if before is None or position is None:
            changed = before is not position
        else:
            changed = self.pixels(position - before) >= 0.5
        if changed:
            self.modulated = position
            self.update()

    # --- moved ---------------------------------------------------------------------------------

    def choose(self, position: float) -> None:
        """Move there as a hand would, in one go."""
        self.grabbed.emit()
        self._drag_to(position)
        self.let_go.emit()

    def _value_changed(self, value: int) -> None:
        # Reached with _showing unset only from outside: assistive technology sets the value.
        if not self._showing:
            self._drag_to(value / STEPS)

    def _drag_to(self, position: float) -> None:
        self.show_position(position)
        self.dragged.emit(self.position)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.grabbed.emit()
        position = None if is_fine(event) else self.press_position(event)
        if position is not None:
            self._drag_to(position)
        self._grip = (self.along(event), self.position)
        self.setSliderDown(True)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            return
        before, position = self._grip
        along = self.along(event)
        target = position + (along - before) * (FINE if is_fine(event) else 1.0)
        self._grip = (along, target)
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
        if turned := notches(event):
            self.nudged.emit(turned, is_fine(event))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in STEP_KEYS:
            self.nudged.emit(float(STEP_KEYS[key]), is_fine(event))
        elif key in END_KEYS:
            self.choose(END_KEYS[key])
        elif key in DEFAULT_KEYS:
            self.default_wanted.emit()
        else:
            event.ignore()

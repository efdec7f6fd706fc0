"""The pad itself: a point in a square, moved by mouse, touch, wheel and keys."""

from collections import deque
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from rtsynth_gui.widgets.slider import DEFAULT_KEYS, FINE, is_fine
from rtsynth_gui.xy.corners import Point
from rtsynth_gui.xy.drawing import TRAIL_S, paint_pad

MARGIN = 13.0  # round the square, so that the point is whole at its edges
LEAST_SIDE = 160
MOST_TRAIL = 64
# Steps across and upwards of the keys.
KEYS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Down: (0.0, -1.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_PageDown: (0.0, -10.0),
    Qt.Key.Key_PageUp: (0.0, 10.0),
}


@dataclass(frozen=True)
class Look:
    """What is drawn round the point.

    `ticks` and `names` are of x and y: positions of classes, and what they are called. `corners`
    are names of presets. `hollow`: what sounds is elsewhere. `waiting`: x or y waits for a MIDI
    control, and is lit at present.
    """

    titles: tuple[str, str] = ("", "")
    ticks: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    names: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    corners: tuple[str, ...] = ()
    hint: str = ""
    hollow: bool = False
    waiting: tuple[bool, bool] = (False, False)
    modulated: tuple[float | None, float | None] = (None, None)


class XYPad(QWidget):
    """Shows a point 0..1 across and upwards; knows nothing of values.

    A press takes the point there; a drag goes on from it, with Shift or Ctrl ten times finer, and
    with one of them held a press takes hold of the point where it is. `nudged(x, y, fine)`: steps
    of arrow keys (Shift or Ctrl: fine) or of the wheel. `centre_wanted()`: Home;
    `default_wanted()`: Delete.
    """

    grabbed = Signal()
    let_go = Signal()
    dragged = Signal(float, float)
    nudged = Signal(float, float, bool)
    centre_wanted = Signal()
    default_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.point: Point = (0.5, 0.5)
        self.look = Look()
        self.trail: deque[tuple[Point, float]] = deque(maxlen=MOST_TRAIL)
        self.now_s = 0.0
        self._grip: tuple[QPointF, Point] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(LEAST_SIDE, LEAST_SIDE)

    def sizeHint(self) -> QSize:
        return QSize(248, 248)

    @property
    def held(self) -> bool:
        """Whether a hand holds it."""
        return self._grip is not None

    # --- shown ---------------------------------------------------------------------------------

    def show_point(self, point: Point) -> None:
        """Put the point somewhere, without a signal."""
        x, y = (min(max(each, 0.0), 1.0) for each in point)
        if (x, y) != self.point:
            self.trail.append((self.point, self.now_s))
            self.point = x, y
            self.update()

    def show_look(self, look: Look) -> None:
        """Draw it like this from now on."""
        if look != self.look:
            self.look = look
            self.update()

    def refresh(self, now_s: float) -> None:
        """Once a frame: the trail fades."""
        self.now_s = now_s
        if self.trail:
            while self.trail and now_s - self.trail[0][1] > TRAIL_S:
                self.trail.popleft()
            self.update()

    def box(self) -> QRectF:
        """Where the point may be."""
        return QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)

    def place(self, point: Point) -> QPointF:
        """Where a point is, in pixels."""
        box = self.box()
        return QPointF(box.left() + point[0] * box.width(), box.bottom() - point[1] * box.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_pad(painter, self)
        painter.end()

    # --- moved ---------------------------------------------------------------------------------

    def choose(self, point: Point) -> None:
        """Move there as a hand would, in one go."""
        self.grabbed.emit()
        self._drag_to(point)
        self.let_go.emit()

    def _drag_to(self, point: Point) -> None:
        self.show_point(point)
        self.dragged.emit(*self.point)

    def _under(self, at: QPointF) -> Point:
        box = self.box()
        return (at.x() - box.left()) / box.width(), (box.bottom() - at.y()) / box.height()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.grabbed.emit()
        point = self.point if is_fine(event) else self._under(event.position())
        self._grip = event.position(), point
        if not is_fine(event):
            self._drag_to(point)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            return
        before, (x, y) = self._grip
        box, way = self.box(), event.position() - before
        share = FINE if is_fine(event) else 1.0
        target = x + way.x() / box.width() * share, y - way.y() / box.height() * share
        self._grip = event.position(), target
        self._drag_to(target)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None and event.button() == Qt.MouseButton.LeftButton:
            self._grip = None
            self.let_go.emit()
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # who taps fast plays, and asks for nothing else

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if not turned.isNull():
            self.nudged.emit(-turned.x() / 120, turned.y() / 120, is_fine(event))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in KEYS:
            self.nudged.emit(*KEYS[key], is_fine(event))
        elif key == Qt.Key.Key_Home:
            self.centre_wanted.emit()
        elif key in DEFAULT_KEYS:
            self.default_wanted.emit()
        else:
            event.ignore()

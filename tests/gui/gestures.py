"""What a performer does with the mouse, and the controls it is done to."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

Rest = Callable[[float], None]


PITCH = "/slot/1/param/pitch"
AMPLITUDE = "/slot/1/param/amplitude"
TOP_K = "/slot/1/sampling/top_k"
LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


def drag(
    widget: QWidget, x: float, modifier: Qt.KeyboardModifier = NO_KEYS, y: float | None = None
) -> None:
    """Move the mouse with the button down (QTest.mouseMove cannot hold one)."""
    point = QPointF(x, widget.height() / 2 if y is None else y)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        point,
        widget.mapToGlobal(point),
        Qt.MouseButton.NoButton,
        LEFT,
        modifier,
    )
    QApplication.sendEvent(widget, event)


def press(fader: QWidget, x: float, modifier: Qt.KeyboardModifier = NO_KEYS) -> None:
    QTest.mousePress(fader, LEFT, modifier, QPoint(round(x), fader.height() // 2))


def release(fader: QWidget) -> None:
    QTest.mouseRelease(fader, LEFT, NO_KEYS, QPoint(0, 0))

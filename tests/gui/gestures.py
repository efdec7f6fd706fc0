"""What a performer does with the mouse, and the controls it is done to."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.widgets.fader import Fader

Rest = Callable[[float], None]


PITCH = "/slot/1/param/pitch"
AMPLITUDE = "/slot/1/param/amplitude"
TOP_K = "/slot/1/sampling/top_k"
LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


def drag(fader: Fader, x: float, modifier: Qt.KeyboardModifier = NO_KEYS) -> None:
    """Move the mouse with the button down (QTest.mouseMove cannot hold one)."""
    point = QPointF(x, fader.height() / 2)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        point,
        fader.mapToGlobal(point),
        Qt.MouseButton.NoButton,
        LEFT,
        modifier,
    )
    QApplication.sendEvent(fader, event)


def press(fader: Fader, x: float, modifier: Qt.KeyboardModifier = NO_KEYS) -> None:
    QTest.mousePress(fader, LEFT, modifier, QPoint(round(x), fader.height() // 2))


def release(fader: Fader) -> None:
    QTest.mouseRelease(fader, LEFT, NO_KEYS, QPoint(0, 0))

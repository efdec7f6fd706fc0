"""What a performer does with the mouse, and the controls it is done to."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QMouseEvent
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


def drop(window: QWidget, *paths: Path) -> bool:
    """Drag files and folders in and drop them; whether they were taken both times."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy = Qt.DropAction.CopyAction
    entering = QDragEnterEvent(QPoint(5, 5), copy, data, LEFT, NO_KEYS)
    dropping = QDropEvent(QPointF(5, 5), copy, data, LEFT, NO_KEYS)
    for event in (entering, dropping):
        event.ignore()
        QApplication.sendEvent(window, event)
    return entering.isAccepted() and dropping.isAccepted()

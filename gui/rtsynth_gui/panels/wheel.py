"""A scroll belongs to what it began on: what slides under the pointer meanwhile is not turned."""

from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QWheelEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

PAUSE_MS = 500  # without the wheel: the next notch begins another scroll


class WheelOwner(QObject):
    """Gives all of a scroll to the widget of `top` that was under the pointer as it began.

    A scroll ends with a pause, or as the pointer moves. It listens where the desktop delivers the
    wheel, before any widget. What the widget leaves, goes to those around it, as ever.
    """

    def __init__(self, top: QWidget, handle: QWindow) -> None:
        super().__init__(top)
        self._top = top
        self._owner: QWidget | None = None
        self._place, self._last_ms = QPointF(), 0
        handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QWheelEvent):
            return False
        place, now_ms = event.globalPosition(), event.timestamp()
        under = self._top.childAt(self._top.mapFromGlobal(place).toPoint())
        goes_on = (
            now_ms - self._last_ms <= PAUSE_MS
            and (place - self._place).manhattanLength() < QApplication.startDragDistance()
        )
        self._last_ms = now_ms
        owner = self._owner
        if not goes_on or owner is None or not isValid(owner) or not owner.isVisible():
            self._owner, self._place = under, place
            return False
        if owner is under:
            return False
        give(owner, event)
        return True


def give(widget: QWidget | None, event: QWheelEvent) -> None:
    """Let a widget have a turn of the wheel, or the first one around it that takes it. (Qt looks
    there by itself only with what comes from the desktop.)"""
    while widget is not None:
        given = QWheelEvent(
            widget.mapFromGlobal(event.globalPosition()),
            event.globalPosition(),
            event.pixelDelta(),
            event.angleDelta(),
            event.buttons(),
            event.modifiers(),
            event.phase(),
            event.inverted(),
            event.source(),
        )
        given.setTimestamp(event.timestamp())
        QApplication.sendEvent(widget, given)
        if given.isAccepted() or widget.isWindow():
            return
        widget = widget.parentWidget()

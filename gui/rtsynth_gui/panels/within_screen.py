"""What is in the window scrolls where the screen has no room for all of it: a small one, or one
whose scale is large."""

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

from rtsynth_gui.panels.wheel import WheelOwner

NO_SCREEN = "offscreen"  # a platform whose screen is none: there is nothing to fit into


class WithinScreen(QScrollArea):
    """As large as what is in it asks for, and at least as large as that needs, if the screen of
    its window has that much room."""

    def __init__(self, content: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._content = content
        self._known = False  # the screens that the window comes to are listened for
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        content.installEventFilter(self)

    def reveal(self, widget: QWidget) -> None:
        """Scroll to a widget, once it lies where it will: to its top, where there is not room for
        all of it, and to what has the focus there."""
        QTimer.singleShot(0, widget, lambda: self._reveal(widget))

    def _reveal(self, widget: QWidget) -> None:
        self.ensureWidgetVisible(widget, 0, 0)
        top = widget.mapTo(self._content, QPoint(0, 0)).y()
        if self.verticalScrollBar().value() > top:
            self.verticalScrollBar().setValue(top)
        focus = QApplication.focusWidget()
        if focus is not None and widget.isAncestorOf(focus):
            self.ensureWidgetVisible(focus, 0, 0)

    def sizeHint(self) -> QSize:
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        least, window = self._content.minimumSizeHint(), self.window()
        if QGuiApplication.platformName() == NO_SCREEN:
            return least
        frame = window.frameGeometry().size() - window.size()
        return least.boundedTo(window.screen().availableGeometry().size() - frame)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._content and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()  # which a scroll area does not pass on by itself
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """What is in it has all the room, and at least what it needs. (A scroll area that did so by
        itself would give lines that wrap the height that they prefer, and scroll for that.)"""
        room, least = self.maximumViewportSize(), self._content.minimumSizeHint()
        if least.width() > room.width():
            room.setHeight(room.height() - self.horizontalScrollBar().sizeHint().height())
        if least.height() > room.height():
            room.setWidth(room.width() - self.verticalScrollBar().sizeHint().width())
        self._content.resize(room.expandedTo(least))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        handle = self.window().windowHandle()
        if not self._known and handle is not None:
            self._known = True
            WheelOwner(self.window(), handle)
            handle.screenChanged.connect(lambda _screen: self.updateGeometry())

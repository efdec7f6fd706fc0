"""The line of messages. One that is too long keeps its end, where the remedy is, and shows all of
itself when it is clicked."""

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from rtsynth_gui.panels.header import ElidedLabel
from rtsynth_gui.widgets.plain import PlainLabel

LINES = 2  # as high as the buttons beside it
WIDEST = 560  # pixels, of the whole message
GAP = 4  # between it and the line
KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class WholeMessage(QFrame):
    """All of a message, to be read and copied; any click elsewhere, or Esc, closes it."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("message")
        self.setAccessibleName(title)
        self.text = PlainLabel("", self)
        self.text.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.addWidget(self.text)

    def open_above(self, line: QWidget, text: str) -> None:
        """Show a text above a line, as far as there is room on its screen."""
        screen = line.screen().availableGeometry()
        self.text.setText(text)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setFixedWidth(min(WIDEST, screen.width() - 40))
        self.text.setFixedHeight(self.text.heightForWidth(self.text.width()))
        self.adjustSize()
        corner = line.mapToGlobal(QPoint(line.width() - self.width(), -self.height() - GAP))
        right, bottom = screen.right() - self.width(), screen.bottom() - self.height()
        corner.setX(max(screen.left(), min(corner.x(), right)))
        corner.setY(max(screen.top(), min(corner.y(), bottom)))
        self.move(corner)
        self.show()
        self.text.setFocus()


class StatusLine(ElidedLabel):
    """Two lines; of what is too long for them the middle is left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, LINES, Qt.TextElideMode.ElideMiddle)
        self.popup = WholeMessage(self.tr("Whole message"), self)
        self.setAccessibleName(self.tr("Messages"))

    def show_text(self, text: str) -> None:
        super().show_text(text)
        self._offer()
        if self.whole == self.accessibleDescription():
            return
        self.setAccessibleDescription(self.whole)  # screen readers have all of it
        if self.whole and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.whole))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._offer()

    def _offer(self) -> None:
        """It can be clicked, and reached by Tab, where there is more to read."""
        shape, focus = Qt.CursorShape.ArrowCursor, Qt.FocusPolicy.NoFocus
        if self.is_cut:
            shape, focus = Qt.CursorShape.PointingHandCursor, Qt.FocusPolicy.TabFocus
        self.setCursor(shape)
        self.setFocusPolicy(focus)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.is_cut:
            self.popup.open_above(self, self.whole)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in KEYS and self.is_cut:
            self.popup.open_above(self, self.whole)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._elide()

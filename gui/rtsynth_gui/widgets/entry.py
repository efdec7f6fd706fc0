"""A small field for one number: type it, nudge it, or leave it as it was."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from rtsynth_gui.link.control import Control
from rtsynth_gui.widgets.slider import is_fine, notches

STEP_KEYS = {
    Qt.Key.Key_Up: 1.0,
    Qt.Key.Key_Down: -1.0,
    Qt.Key.Key_PageUp: 10.0,
    Qt.Key.Key_PageDown: -10.0,
}


class NumberEntry(QLineEdit):
    """Enter or leaving commits, Escape reverts; both give the focus back. Arrows and wheel nudge
    (Shift or Ctrl: fine). The click that enters it selects everything."""

    committed = Signal(float)
    nudged = Signal(float, bool)
    left = Signal()

    def __init__(self, control: Control, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.control = control
        self.with_unit = False
        self._shown = ""
        self._entering = False  # by a click whose button is still down
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setMaxLength(24)
        self.editingFinished.connect(self._commit)

    def show_value(self, value: float) -> None:
        """Show a value, unless something is being typed."""
        text = self.control.text(value)
        if self.with_unit and self.control.unit:
            text = f"{text} {self.control.unit}"
        if text == self._shown and not self.isModified():
            return
        self._shown = text
        if not (self.hasFocus() and self.isModified()):
            # Selected as a whole it stays so: the next key typed replaces it.
            selected = self.hasSelectedText()
            self.setText(text)
            if selected:
                self.selectAll()
            else:
                self.setCursorPosition(0)

    def _revert(self) -> None:
        self.setText(self._shown)
        self.setModified(False)

    def _commit(self) -> None:
        if not self.isModified():
            return
        value = self.control.parse(self.text())
        self._revert()
        if value is not None:
            self.committed.emit(value)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = STEP_KEYS.get(Qt.Key(event.key()))
        if steps is not None:
            self._commit()
            self.nudged.emit(steps, is_fine(event))
        elif event.key() == Qt.Key.Key_Escape:
            self._revert()
            self.selectAll()
            self.left.emit()
        else:
            super().keyPressEvent(event)
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if turned := notches(event):
            self.nudged.emit(turned, is_fine(event))
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._entering = event.reason() == Qt.FocusReason.MouseFocusReason
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.deselect()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._entering:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._entering:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._entering:
            super().mouseReleaseEvent(event)
        self._entering = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.selectAll()

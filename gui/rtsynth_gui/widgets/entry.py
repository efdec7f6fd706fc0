"""A small field for one number: type it, nudge it, or leave it as it was."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from rtsynth_gui.link.control import Control


class NumberEntry(QLineEdit):
    """Enter or leaving commits, Escape reverts, arrows and wheel nudge (Shift: fine)."""

    committed = Signal(float)
    nudged = Signal(float, bool)

    def __init__(self, control: Control, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.control = control
        self._shown = ""
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setMaxLength(24)
        self.editingFinished.connect(self._commit)

    def show_value(self, value: float) -> None:
        """Show a value, unless something is being typed."""
        text = self.control.text(value)
        if text == self._shown and not self.isModified():
            return
        self._shown = text
        if not (self.hasFocus() and self.isModified()):
            # Selected as a whole it stays so: the next key typed replaces it.
            selected = self.hasSelectedText()
            self.setText(text)
            if selected:
                self.selectAll()

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
        steps = {Qt.Key.Key_Up: 1.0, Qt.Key.Key_Down: -1.0}.get(Qt.Key(event.key()))
        if steps is not None:
            self._commit()
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.nudged.emit(steps, fine)
        elif event.key() == Qt.Key.Key_Escape:
            self._revert()
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = (event.angleDelta().y() or event.angleDelta().x()) / 120
        if notches:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.nudged.emit(notches, fine)
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.selectAll()

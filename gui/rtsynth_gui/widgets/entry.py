"""A small field for one number: type it, nudge it, or leave it as it was."""

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from rtsynth_gui.link.control import Control
from rtsynth_gui.widgets.plain import plain_tip
from rtsynth_gui.widgets.slider import is_fine, notches

REFUSED_MS = 1500  # that the frame is red
REMARK_MS = 6000
TEXT_EDGE = 8  # of the width: frame, padding and cursor of a small field

STEP_KEYS = {
    Qt.Key.Key_Up: 1.0,
    Qt.Key.Key_Down: -1.0,
    Qt.Key.Key_PageUp: 10.0,
    Qt.Key.Key_PageDown: -10.0,
}


class NumberEntry(QLineEdit):
    """Enter or leaving commits, Escape reverts; both give the focus back. Arrows and wheel nudge
    (Shift or Ctrl: fine). The click that enters it selects everything. What cannot be read, or is
    out of the range, is said at the field."""

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
        self.remark = ""  # the last one that was made
        self._refusal = QTimer(self, singleShot=True, interval=REFUSED_MS)
        self._refusal.timeout.connect(lambda: self._mark(refused=False))
        self.editingFinished.connect(self._commit)

    def show_value(self, value: float) -> None:
        """Show a value, unless something is being typed."""
        text = self.control.text(value)
        if self.with_unit and (unit := self.control.shown_unit):
            text = f"{text} {unit}"
            if self.fontMetrics().horizontalAdvance(text) > self.width() - TEXT_EDGE:
                text = self.control.text(value)  # the tip says the unit
        if self.control.choices:  # names may be long
            room = max(self.width() - TEXT_EDGE, 0)
            text = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
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
        text = self.text()
        value = self.control.parse(text)
        self._revert()
        if value is not None:
            self.committed.emit(value)
        self.selectAll()
        if text.strip() and (remark := self.control.remark(text)):
            self._object(remark)

    def _object(self, remark: str) -> None:
        """A red frame for a while, and a line at the field: what can be typed."""
        self.remark = remark
        self._mark(refused=True)
        self._refusal.start()
        # Enter gives the focus away next, which would hide it.
        QTimer.singleShot(0, self, self._say)

    def _say(self) -> None:
        place = self.mapToGlobal(QPoint(0, self.height()))
        QToolTip.showText(place, plain_tip(self.remark), self, QRect(), REMARK_MS)

    def _mark(self, *, refused: bool) -> None:
        self.setProperty("refused", refused)
        self.style().unpolish(self)
        self.style().polish(self)

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

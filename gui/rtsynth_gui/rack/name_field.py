"""The name of a slot: a line of text that becomes a field while it is edited."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QStackedLayout, QWidget

from rtsynth.common.control_names import LONGEST_SLOT_NAME
from rtsynth_gui.panels.header import ElidedLabel


class _Edit(QLineEdit):
    """`left(commit)`: Enter, or it lost the focus; or Escape."""

    left = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMaxLength(LONGEST_SLOT_NAME)
        self.editingFinished.connect(lambda: self.left.emit(True))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit(False)
        else:
            super().keyPressEvent(event)


class NameField(QWidget):
    """`renamed(text)`: another name was typed; "" asks for the plugin's own. `edited(on)`: a name
    is typed from now on, or no more."""

    renamed = Signal(str)
    edited = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = ""
        self.label = ElidedLabel(self)
        self.edit = _Edit(self)
        self.edit.setObjectName("small")
        self.edit.setAccessibleName(self.tr("Name of the slot"))
        self.edit.left.connect(self.leave)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self.label)
        self._stack.addWidget(self.edit)

    def show_text(self, text: str, tip: str) -> None:
        """Another name; while one is typed, that stays in the field."""
        self.text = text
        self.label.show_text(text)
        self.setToolTip(tip)

    @property
    def is_edited(self) -> bool:
        """Whether a name is being typed."""
        return self._stack.currentWidget() is self.edit

    def begin(self) -> None:
        """Let a name be typed in place of the one that is there."""
        self.edited.emit(True)
        self.edit.setText(self.text)
        self.edit.setSelection(len(self.text), -len(self.text))  # the beginning is in sight
        self._stack.setCurrentWidget(self.edit)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self, commit: bool) -> None:
        """Show the name again; with `commit`, ask for what was typed."""
        if not self.is_edited:
            return
        text = self.edit.text().strip() if commit else self.text
        self.edit.setText(self.text)  # hiding it takes the focus away, which ends editing again
        if self.edit.hasFocus() and (strip := self.parentWidget()) is not None:
            strip.setFocus(Qt.FocusReason.OtherFocusReason)
        self._stack.setCurrentWidget(self.label)
        self.edited.emit(False)
        if text != self.text:
            self.renamed.emit(text)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.begin()

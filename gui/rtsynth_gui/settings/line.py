"""A line of the settings: what it is, and a field to type it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

LONGEST = 200


class Line(QWidget):
    """`chosen(key)`: by a hand; never what `show_text` shows."""

    chosen = Signal(str)

    def __init__(self, label: str, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit(self)
        self.field.setMaxLength(LONGEST)
        self.field.setAccessibleName(label)
        self._tip = tip
        self.label = PlainLabel(label, self)
        self.label.setBuddy(self.field)
        self.field.textEdited.connect(lambda _text: self.chosen.emit(self.key))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.label)
        layout.addWidget(self.field)
        self.explain("")

    @property
    def key(self) -> str:
        """What it stands at."""
        return self.field.text().strip()

    def show_text(self, key: str) -> None:
        """Stand at a text; what is being typed is left alone."""
        if key != self.key:
            self.field.setText(key)

    def explain(self, reason: str) -> None:
        """Why it cannot be changed; "" where it can."""
        self.setEnabled(not reason)
        self.setToolTip(plain_tip(reason or self._tip))
        self.field.setAccessibleDescription(reason or self._tip)

"""A line of the settings: what it is, and a field to type it."""

from PySide6.QtCore import QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

LONGEST = 200


class Line(QWidget):
    """`chosen(key)`: by a hand; never what `show_text` shows.

    Args:
        typed: a regular expression of what can be typed at all; "": anything.
    """

    chosen = Signal(str)

    def __init__(
        self, label: str, tip: str = "", parent: QWidget | None = None, typed: str = ""
    ) -> None:
        super().__init__(parent)
        self.field = QLineEdit(self)
        self.field.setMaxLength(LONGEST)
        self.field.setAccessibleName(label)
        if typed:
            expression = QRegularExpression(typed)
            self.field.setValidator(QRegularExpressionValidator(expression, self.field))
        self._tip, self._reason, self.wrong = tip, "", ""
        self.label = PlainLabel(label, self)
        self.label.setBuddy(self.field)
        self.problem = PlainLabel("", self)
        self.problem.setObjectName("failure")
        self.problem.setWordWrap(True)
        self.field.textEdited.connect(lambda _text: self.chosen.emit(self.key))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.label)
        layout.addWidget(self.field)
        layout.addWidget(self.problem)
        layout.addStretch(1)
        self.show_wrong("")
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
        self._reason = reason
        self.setEnabled(not reason)
        self._describe()

    def show_wrong(self, wrong: str) -> None:
        """What is wrong with what is typed; "" for nothing."""
        self.wrong = wrong
        self.problem.setText(wrong)
        self.problem.setVisible(bool(wrong))
        if self.field.property("refused") != bool(wrong):
            self.field.setProperty("refused", bool(wrong))
            self.field.style().unpolish(self.field)
            self.field.style().polish(self.field)
        self._describe()

    def _describe(self) -> None:
        text = self._reason or self.wrong or self._tip
        self.setToolTip(plain_tip(text))
        self.field.setAccessibleDescription(text)

"""A line of the settings: what it is, and a menu of what it can be."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from rtsynth_gui.widgets.choice_box import ChoiceBox
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

SHORTEST = 4  # letters
MARGIN = 24  # pixels, for a scroll bar


class Choice(QWidget):
    """`chosen(key)`: by a hand; never what `show_options` shows."""

    chosen = Signal(str)

    def __init__(self, label: str, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.menu = ChoiceBox(self)
        self.menu.setAccessibleName(label)
        # As narrow as the page; what it opens is as wide as what is offered.
        self.menu.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.menu.setMinimumContentsLength(SHORTEST)
        self._tip = tip
        self.label = PlainLabel(label, self)
        self.label.setBuddy(self.menu)
        self.menu.activated.connect(lambda row: self.chosen.emit(str(self.menu.itemData(row))))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.label)
        layout.addWidget(self.menu)
        self.explain("")

    @property
    def key(self) -> str:
        """What it stands at; "" for nothing."""
        return str(self.menu.currentData() or "")

    def show_options(self, options: Sequence[tuple[str, str]], key: str) -> None:
        """Offer (key, text) and stand at a key, if it is among them."""
        self.menu.clear()
        for each, text in options:
            self.menu.addItem(text, each)
        self.menu.setCurrentIndex(self.menu.findData(key))
        offered = self.menu.view()
        offered.setMinimumWidth(offered.sizeHintForColumn(0) + MARGIN)

    def explain(self, reason: str) -> None:
        """Why it cannot be changed; "" where it can."""
        self.setEnabled(not reason)
        self.setToolTip(plain_tip(reason or self._tip))
        self.menu.setAccessibleDescription(reason or self._tip)

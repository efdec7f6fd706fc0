"""Two buttons beside the keyboard: which octave the letters of the computer play."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from rtsynth_gui.link.control import note_name
from rtsynth_gui.widgets import key_layout
from rtsynth_gui.widgets.keyboard import Keyboard
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

HIGHER, LOWER = 1, -1
SIGNS = {HIGHER: "▲", LOWER: "▼"}
PLACES = {HIGHER: "x", LOWER: "z"}


class Octaves(QWidget):
    """Up and down, and between them the note of the first letter; grey where the keys end."""

    def __init__(self, keyboard: Keyboard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keyboard = keyboard
        self.base = PlainLabel("", self)
        self.base.setObjectName("dim")
        self.base.setAlignment(Qt.AlignmentFlag.AlignCenter)
        texts = {HIGHER: self.tr("Octave up"), LOWER: self.tr("Octave down")}
        self.buttons: dict[int, QToolButton] = {}
        for step, text in texts.items():
            button = QToolButton(self)
            button.setText(SIGNS[step])
            button.setAccessibleName(text)
            letter = key_layout.here().letter(PLACES[step]).upper()
            tip = self.tr("{text}: what the letters play (key {letter})")
            button.setToolTip(plain_tip(tip.format(text=text, letter=letter)))
            button.clicked.connect(lambda _checked=False, step=step: keyboard.shift_octave(step))
            self.buttons[step] = button
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self.buttons[HIGHER], self.base, self.buttons[LOWER]):
            layout.addWidget(part, 1)
        keyboard.shifted.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show where the letters are."""
        self.base.setText(note_name(self._keyboard.typed_base))
        for step, button in self.buttons.items():
            button.setEnabled(self._keyboard.can_shift(step))

"""A calm line across the window while something is wrong, with buttons that help."""

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from rtsynth_gui.settings.trouble import HIDE, SETTINGS, SILENT, Trouble
from rtsynth_gui.widgets.plain import PlainLabel

translate = QCoreApplication.translate


def action_texts() -> dict[str, str]:
    """What is on each button."""

    return {
        SETTINGS: translate("Banner", "Choose a device"),
        SILENT: translate("Banner", "Play without a device"),
        HIDE: translate("Banner", "Hide"),
    }


class Banner(QFrame):
    """`pressed(action)`: a button, HIDE excepted. What was hidden comes back when it has been over
    in between. `hidden(key)`: that case was hidden."""

    pressed = Signal(str)
    hidden = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.shown: Trouble | None = None
        self._hidden = ""
        self.text = PlainLabel("", self)
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.setSpacing(8)
        layout.addWidget(self.text, 1)
        self.buttons: dict[str, QPushButton] = {}
        for action, text in action_texts().items():
            button = QPushButton(text, self)
            button.clicked.connect(lambda _on=False, action=action: self._press(action))
            layout.addWidget(button)
            self.buttons[action] = button
        self.hide()

    def show_trouble(self, trouble: Trouble | None) -> None:
        """Say what is wrong, or nothing."""
        if trouble is None or trouble.key != self._hidden:
            self._hidden = ""
        elif trouble.key == self._hidden:
            trouble = None
        if trouble == self.shown:
            return
        self.shown = trouble
        if trouble is not None:
            self.text.setText(trouble.text)
            self.setAccessibleName(trouble.text)
            if self.property("calm") != trouble.is_calm:
                self.setProperty("calm", trouble.is_calm)
                for each in (self, self.text):  # a new look for another kind
                    self.style().unpolish(each)
                    self.style().polish(each)
            for action, button in self.buttons.items():
                button.setVisible(action in trouble.actions)
        self.setVisible(trouble is not None)

    def _press(self, action: str) -> None:
        if action == HIDE and self.shown is not None:
            self._hidden = self.shown.key
            self.shown = None
            self.hide()
            self.hidden.emit(self._hidden)
        else:
            self.pressed.emit(action)

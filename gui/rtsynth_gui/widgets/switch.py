"""A small button that is on or off, for a control of the engine that has no more to say."""

import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from rtsynth_gui.link.control import Control
from rtsynth_gui.link.takeover import Takeover
from rtsynth_gui.widgets.plain import plain_tip


class SwitchButton(QPushButton):
    """`moved(address, value)` is emitted for the performer's clicks only.

    Without a control, as long as no engine has one, it is greyed out.
    """

    moved = Signal(str, float)

    def __init__(self, letter: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(letter, parent)
        self.control: Control | None = None
        self.takeover = Takeover()
        self.setObjectName(f"switch-{name}")
        self.setAccessibleName(name)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._clicked)
        self.serve(None, 0.0)

    def serve(self, control: Control | None, value: float) -> None:
        """Stand for a control of the engine, at a value."""
        self.control = control
        self.setEnabled(control is not None)
        self.setChecked(value != 0.0)
        tip = control.tip if control is not None else "the engine does not describe its mixer"
        self.setToolTip(plain_tip(tip))
        self.setAccessibleDescription(tip)

    def report(self, value: float) -> None:
        """The engine says where the control is."""
        self.takeover.report(value)

    def refresh(self, now_s: float) -> None:
        """Once a frame: follow the engine."""
        value = self.takeover.due(now_s)
        if value is not None:
            self.setChecked(value != 0.0)

    def _clicked(self) -> None:
        if self.control is not None:
            self.takeover.touch(time.monotonic())
            self.moved.emit(self.control.address, float(self.isChecked()))

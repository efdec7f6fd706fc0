"""A small button that is on or off, for a control of the engine that has no more to say."""

import time

from PySide6.QtCore import QT_TRANSLATE_NOOP, QPoint, Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from rtsynth_gui.link.control import Control
from rtsynth_gui.link.takeover import Takeover
from rtsynth_gui.widgets.plain import plain_tip

# What screen readers say.
TITLES = {
    "mute": str(QT_TRANSLATE_NOOP("SwitchButton", "Mute")),
    "solo": str(QT_TRANSLATE_NOOP("SwitchButton", "Solo")),
    "dc_block": str(QT_TRANSLATE_NOOP("SwitchButton", "DC blocker")),
}


class SwitchButton(QPushButton):
    """`moved(address, value)` is emitted for the performer's clicks only; `menu_wanted(self,
    point)`: for a right-click, at a point of the screen.

    Without a control, as long as no engine has one, it is greyed out.
    """

    moved = Signal(str, float)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, letter: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(letter, parent)
        self.control: Control | None = None
        self.takeover = Takeover()
        self.setObjectName(f"switch-{name}")
        self.setAccessibleName(self.tr(TITLES.get(name, name)))
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.waiting = False
        self.clicked.connect(self._clicked)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._want_menu)
        self.serve(None, 0.0)

    def serve(self, control: Control | None, value: float) -> None:
        """Stand for a control of the engine, at a value."""
        self.control = control
        self.setEnabled(control is not None)
        self.setChecked(value != 0.0)
        tip = control.tip if control else self.tr("the engine does not describe its mixer")
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

    def _want_menu(self, point: QPoint) -> None:
        if self.control is not None:
            self.menu_wanted.emit(self, self.mapToGlobal(point))

    @property
    def shown_value(self) -> float:
        """1 for on."""
        return float(self.isChecked())

    @property
    def at_default(self) -> bool:
        """Whether there is nothing to reset."""
        return self.control is None or self.shown_value == self.control.default

    def set_to(self, value: float) -> None:
        """On or off."""
        if bool(value) != self.isChecked():
            self.click()

    def to_default(self) -> None:
        """Click it, unless that is where it is."""
        if not self.at_default:
            self.click()

    def type_value(self) -> None:
        """There is no number: it is clicked, or Space is pressed on it."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def put(self, value: float) -> None:
        """Show what was sent to the engine, without sending it."""
        self.takeover.touch(time.monotonic())
        self.setChecked(value != 0.0)

    def wait_for_midi(self, waiting: bool) -> None:
        """Whether the next MIDI control that moves is learned for it."""
        self.waiting = waiting
        self.setProperty("learning", waiting)
        self.style().polish(self)

"""One control on the screen: its name, fader, number and unit, kept in step with the engine."""

import time

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from rtsynth_gui.link.control import Control
from rtsynth_gui.link.takeover import Takeover
from rtsynth_gui.widgets.class_scale import ClassScale
from rtsynth_gui.widgets.entry import NumberEntry
from rtsynth_gui.widgets.fader import REGULAR, Fader, Size
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip


class NameLabel(PlainLabel):
    """The control's name; a double-click asks for the default."""

    default_wanted = Signal()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.default_wanted.emit()


class ControlRow(QObject):
    """Four widgets in one row of a grid and the value they show; a class has its names below.

    `moved(address, value)` is emitted for the performer's moves only, never for the engine's.
    """

    moved = Signal(str, float)

    def __init__(
        self,
        control: Control,
        value: float,
        grid: QGridLayout,
        parent: QWidget,
        size: Size = REGULAR,
    ) -> None:
        super().__init__(parent)
        self.control = control
        self.value = value
        self.takeover = Takeover()
        self.name = NameLabel(control.title, parent)
        self.fader = Fader(parent, size)
        self.entry = NumberEntry(control, parent)
        self.unit = PlainLabel("", parent)
        self._label_widgets()
        self._connect()
        self.grid_row = grid.rowCount()
        for column, widget in enumerate((self.name, self.fader, self.entry, self.unit)):
            grid.addWidget(widget, self.grid_row, column, Qt.AlignmentFlag.AlignVCenter)
        self.scale: ClassScale | None = None
        if self.fader.ticks and size is REGULAR:
            self.scale = ClassScale(self.fader, control.class_names, parent)
            self.scale.chosen.connect(self.fader.choose)
            self.scale.setToolTip(plain_tip(control.tip))
            grid.addWidget(self.scale, self.grid_row + 1, 1, Qt.AlignmentFlag.AlignTop)
        self._show()

    def _label_widgets(self) -> None:
        control = self.control
        tip = control.tip
        for widget in (self.name, self.fader, self.entry, self.unit):
            widget.setToolTip(plain_tip(tip))
        self.name.setBuddy(self.entry)
        self.fader.setAccessibleName(control.title)
        self.fader.setAccessibleDescription(tip)
        self.entry.setAccessibleName(f"{control.title}, value")
        self.entry.setAccessibleDescription(tip)
        self.unit.setObjectName("dim")
        metrics = self.entry.fontMetrics()
        self.entry.setFixedWidth(metrics.horizontalAdvance("−0000.00") + 18)
        widest = ["C♯4 +00 ct"] if control.is_midi_pitch else [control.unit]
        if control.is_class:
            halves = range(2 * len(control.ticks) - 1)
            widest = [control.unit_text(control.minimum + half / 2) for half in halves]
        self.unit.setMinimumWidth(max(map(metrics.horizontalAdvance, widest)) + 2)
        self.fader.default = control.position_of(control.default)
        self.fader.ticks = control.ticks
        bipolar = control.minimum == -control.maximum
        self.fader.origin = control.position_of(0.0) if bipolar else 0.0

    def _connect(self) -> None:
        self.fader.grabbed.connect(self.takeover.grab)
        self.fader.let_go.connect(lambda: self.takeover.release(time.monotonic()))
        self.fader.dragged.connect(lambda p: self._move(self.control.value_at(p)))
        self.fader.nudged.connect(self._nudge)
        self.fader.default_wanted.connect(self.to_default)
        self.name.default_wanted.connect(self.to_default)
        self.entry.committed.connect(self._move)
        self.entry.nudged.connect(self._nudge)

    @property
    def shown_value(self) -> float:
        """What the row shows."""
        return self.value

    def to_default(self) -> None:
        """Move to the default value."""
        self._move(self.control.default)

    def _nudge(self, steps: float, fine: bool) -> None:
        self._move(self.control.nudged(self.shown_value, steps, fine))

    def _move(self, value: float) -> None:
        self.value = value
        self.takeover.touch(time.monotonic())
        self._show()
        self.moved.emit(self.control.address, value)

    def report(self, value: float) -> None:
        """The engine says where the control is."""
        self.takeover.report(self.control.clamp(value))

    def refresh(self, now_s: float) -> None:
        """Once a frame: follow the engine where the hand does not hold."""
        value = self.takeover.due(now_s)
        if value is not None and value != self.value:
            self.value = value
            self._show()

    def _show(self) -> None:
        self.fader.show_position(self.control.position_of(self.shown_value))
        if self.scale is not None:
            number = self.control.class_at(self.shown_value)
            self.scale.show_class(-1 if number is None else number)
        self._show_number()

    def _show_number(self) -> None:
        self.entry.show_value(self.shown_value)
        text = self.control.unit_text(self.shown_value)
        if text != self.unit.text():
            self.unit.setText(text)

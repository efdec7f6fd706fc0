"""What the strips of the rack have in common: a level, and some controls."""

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QWidget

from rtsynth_gui.edit.history import Step
from rtsynth_gui.edit.titles import change_of
from rtsynth_gui.link.control import Control
from rtsynth_gui.panels.row import ControlRow
from rtsynth_gui.widgets.bar_meter import BarMeter
from rtsynth_gui.widgets.fader import COMPACT
from rtsynth_gui.widgets.switch import SwitchButton


class Strip(QFrame):
    """A card with a level, and a row for each of some controls.

    `moved(address, value)`: the performer moved one of them; `edited(Step)`: and how to undo it;
    `menu_wanted(view, point)`: its menu.
    """

    moved = Signal(str, float)
    edited = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.rows: list[ControlRow] = []
        self.switches: list[SwitchButton] = []
        self._showing: dict[str, list[ControlRow | SwitchButton]] = {}  # by address
        self.meter = BarMeter(self)
        self.top = QHBoxLayout()
        self.top.setSpacing(4)
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(10, 6, 10, 6)
        self.grid.setHorizontalSpacing(6)
        self.grid.setVerticalSpacing(4)
        self.grid.setColumnStretch(1, 1)
        self.grid.addLayout(self.top, 0, 0, 1, 4)
        self.grid.addWidget(self.meter, 1, 0, 1, 4)

    def add_row(self, control: Control, values: Mapping[str, float]) -> None:
        """A fader and its number below what is there."""
        row = ControlRow(
            control, values.get(control.address, control.default), self.grid, self, COMPACT
        )
        row.name.setObjectName("dim")
        row.name_style = "dim"
        row.name.setText(control.leaf.capitalize())
        row.unit.hide()  # there is no room, and the tool-tip says it
        row.entry.setFixedWidth(row.entry.fontMetrics().horizontalAdvance("−60.00") + 16)
        row.moved.connect(self.moved)
        row.edited.connect(self.edited)
        row.menu_wanted.connect(self.menu_wanted)
        self.rows.append(row)
        self._showing.setdefault(control.address, []).append(row)

    def add_switch(
        self, letter: str, name: str, control: Control | None, values: Mapping[str, float]
    ) -> None:
        """A small button behind the name."""
        button = SwitchButton(letter, name, self)
        if control is not None:
            button.serve(control, values.get(control.address, control.default))
            self._showing.setdefault(control.address, []).append(button)
        button.moved.connect(self._switched)
        button.menu_wanted.connect(self.menu_wanted)
        self.top.addWidget(button)
        self.switches.append(button)

    def _switched(self, address: str, value: float) -> None:
        title = next(part.control.title for part in self._at(address) if part.control is not None)
        self.edited.emit(Step(change_of(title), {address: 1.0 - value}, {address: value}))
        self.moved.emit(address, value)

    def _at(self, address: str) -> "list[ControlRow | SwitchButton]":
        return self._showing.get(address, [])

    def current(self, address: str) -> float | None:
        """What undo goes by: the value at an address; None for none."""
        return next((part.shown_value for part in self._at(address)), None)

    def put(self, address: str, value: float) -> None:
        """Show a value that was sent to the engine."""
        for part in self._at(address):
            part.put(value)

    def wait_for_midi(self, address: str) -> None:
        """Show which control waits for a MIDI control; "" for none."""
        for part in self.parts:
            waits = part.control is not None and part.control.address == address
            if waits or part.waiting:
                part.wait_for_midi(waits)

    @property
    def parts(self) -> "list[ControlRow | SwitchButton]":
        """What shows a control."""
        return [*self.rows, *self.switches]

    def report(self, address: str, value: float) -> None:
        """The engine says where a control is."""
        for each in self._at(address):
            each.report(value)

    def refresh(self, reading: tuple[float, float] | None, now_s: float) -> None:
        """Once a frame: (peak_db, rms_db) since the last one, or None."""
        self.meter.advance(reading, now_s)
        for each in self.parts:
            each.refresh(now_s)

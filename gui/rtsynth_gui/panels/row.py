"""A control as a row: its name, a fader, its number and unit side by side."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from rtsynth_gui.link.control import Control
from rtsynth_gui.panels.control_view import ControlView
from rtsynth_gui.widgets.class_scale import ClassScale
from rtsynth_gui.widgets.fader import REGULAR, Fader, Size
from rtsynth_gui.widgets.plain import plain_tip


class ControlRow(ControlView):
    """Four widgets in one row of a grid; a class has its names below."""

    def __init__(
        self,
        control: Control,
        value: float,
        grid: QGridLayout,
        parent: QWidget,
        size: Size = REGULAR,
    ) -> None:
        fader = Fader(parent, size)
        super().__init__(control, value, fader, parent)
        self.grid_row = grid.rowCount()
        for column, widget in enumerate(self.widgets):
            grid.addWidget(widget, self.grid_row, column, Qt.AlignmentFlag.AlignVCenter)
        self.scale: ClassScale | None = None
        if fader.ticks and size is REGULAR:
            self.scale = ClassScale(fader, control.class_names, parent)
            self.scale.chosen.connect(fader.choose)
            self.scale.setToolTip(plain_tip(control.tip))
            self.offer_menu(self.scale)
            grid.addWidget(self.scale, self.grid_row + 1, 1, Qt.AlignmentFlag.AlignTop)
        self.show_now()

    def show_now(self) -> None:
        super().show_now()
        if self.scale is not None:
            number = self.control.class_at(self.shown_value)
            self.scale.show_class(-1 if number is None else number)

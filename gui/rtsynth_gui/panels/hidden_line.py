"""The knobs that reach into a tier of an opened slot."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from rtsynth_gui.panels.dial_cell import DialCell
from rtsynth_gui.panels.dial_line import SPACING, DialLine

MOST = 10  # side by side


class HiddenLine(DialLine):
    """Those of a tier, in as many rows as they need."""

    def __init__(self, cells: Sequence[DialCell], parent: QWidget | None = None) -> None:
        super().__init__((), parent)
        self.cells = list(cells)
        grid = QGridLayout()
        grid.setSpacing(SPACING)
        self.line.addLayout(grid)
        for number, cell in enumerate(self.cells):
            place = divmod(number, MOST)
            grid.addWidget(cell.box, *place, alignment=Qt.AlignmentFlag.AlignCenter)

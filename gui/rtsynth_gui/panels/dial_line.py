"""Knobs side by side."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from rtsynth_gui.panels.dial_cell import DialCell

SPACING = 4


class DialLine(QWidget):
    """The knobs share the width."""

    def __init__(self, cells: Sequence[DialCell], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = list(cells)
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(0, 0, 0, 0)
        self.line.setSpacing(SPACING)
        for cell in cells:
            self.line.addWidget(cell.box, alignment=Qt.AlignmentFlag.AlignCenter)

    def refresh(self, now_s: float) -> None:
        """Once a frame."""
        for cell in self.cells:
            cell.refresh(now_s)

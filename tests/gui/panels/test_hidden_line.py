"""The knobs of a tier's hidden layers, in rows."""

from PySide6.QtWidgets import QApplication, QGridLayout

from rtsynth_gui.link.control import Control
from rtsynth_gui.panels.dial_cell import DialCell
from rtsynth_gui.panels.hidden_line import MOST, HiddenLine


def test_they_are_in_rows_and_follow_the_engine(qt: QApplication) -> None:
    names = [f"audio.layer{number}_scale" for number in range(1, MOST + 4)]
    cells = [DialCell(Control(name, 0, 2, 1), 1.0) for name in names]
    line = HiddenLine(cells)
    grid = line.line.itemAt(0).layout()
    assert isinstance(grid, QGridLayout)
    assert (grid.rowCount(), grid.columnCount()) == (2, MOST)
    for cell in cells:
        cell.report(0.5)
    line.refresh(1e12)
    assert [cell.value for cell in line.cells] == [0.5] * len(names)

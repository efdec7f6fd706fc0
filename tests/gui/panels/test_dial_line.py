"""A line of knobs, refreshed together."""

from PySide6.QtWidgets import QApplication

from rtsynth_gui.link.control import Control
from rtsynth_gui.panels.dial_cell import DialCell
from rtsynth_gui.panels.dial_line import DialLine


def test_its_knobs_follow_the_engine(qt: QApplication) -> None:
    cells = [DialCell(Control(name, 0, 1, 0), 0.0) for name in ("a", "b", "c")]
    line = DialLine(cells)
    for cell in cells:
        cell.report(0.5)
    line.refresh(1e12)
    assert [cell.value for cell in line.cells] == [0.5] * 3
    assert all(line.isAncestorOf(cell.box) for cell in cells)

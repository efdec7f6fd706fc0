"""Tool-tips of a menu's lines: only of those that have one."""

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from rtsynth_gui.widgets.tipped_menu import TippedMenu
from tests.gui.conftest import Spin


@pytest.mark.system
def test_a_line_with_and_one_without(qt: QApplication, spin: Spin) -> None:
    menu = TippedMenu()
    menu.addAction("Copy")
    learn = menu.addAction("Learn")
    learn.setEnabled(False)
    menu.tip(learn, "no <MIDI>")
    menu.popup(QPoint(0, 0))

    def point_at(row: int) -> str:
        place = menu.actionGeometry(menu.actions()[row]).center()
        at = menu.mapToGlobal(place)
        QApplication.sendEvent(menu, QHelpEvent(QEvent.Type.ToolTip, place, at))
        return QToolTip.text()

    assert point_at(0) == ""
    assert point_at(1) == "<qt>no &lt;MIDI&gt;</qt>"
    point_at(0)
    spin(lambda: not QToolTip.isVisible())
    menu.close()

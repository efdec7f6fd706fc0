"""A box that is ticked has a tick."""

import pytest
from PySide6.QtWidgets import QCheckBox

from rtsynth_gui.widgets.tick_box import TickBox


@pytest.mark.usefixtures("qt")
def test_a_tick_is_drawn_where_it_is_checked() -> None:
    plain, box = QCheckBox("Inverted"), TickBox("Inverted")
    for each in (plain, box):
        each.resize(120, 26)
    assert box.grab().toImage() == plain.grab().toImage()
    for each in (plain, box):
        each.setChecked(True)
    assert box.grab().toImage() != plain.grab().toImage()

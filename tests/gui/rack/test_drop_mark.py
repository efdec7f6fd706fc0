"""The line that shows where a strip will be stays inside the rack."""

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from rtsynth_gui.link.description import Description
from rtsynth_gui.rack.drop_mark import HEIGHT, DropMark
from rtsynth_gui.rack.rack import Rack


@pytest.mark.parametrize(("y", "top"), [(50, 48), (0, 0), (-9, 0), (100, 96), (500, 96)])
def test_it_lies_in_the_middle_of_a_gap(qt: QApplication, y: int, top: int) -> None:
    rack = QWidget()
    rack.resize(200, 100)
    mark = DropMark(rack)
    assert mark.isHidden()
    mark.show_at(y)
    assert mark.geometry().getRect() == (0, top, 200, HEIGHT)
    assert not mark.isHidden()
    colour = mark.grab().toImage().pixelColor(100, HEIGHT // 2)
    assert colour == mark.palette().highlight().color()


def test_it_goes_when_the_rack_is_built_anew(qt: QApplication) -> None:
    rack = Rack()
    rack._mark.show_at(20)
    assert not rack._mark.isHidden()
    rack.rebuild(Description("", (), ()), {})
    assert rack._mark.isHidden()

"""A box with room for its arrow."""

import pytest
from PySide6.QtWidgets import QComboBox

from rtsynth_gui.widgets.choice_box import ChoiceBox


@pytest.mark.usefixtures("qt")
def test_the_arrow_has_room_and_is_drawn() -> None:
    plain, box = QComboBox(), ChoiceBox()
    for each in (plain, box):
        each.addItem("20 ms")
    assert box.sizeHint().width() == plain.sizeHint().width() + 10
    for each in (plain, box):
        each.resize(90, 26)
    assert box.grab().toImage() != plain.grab().toImage()


@pytest.mark.usefixtures("qt")
def test_the_menu_of_a_narrow_box_shows_its_lines_whole() -> None:
    box = ChoiceBox()
    box.addItems(["CC", "Two's complement, of an encoder without an end"])
    box.resize(60, 26)
    box.show()
    box.showPopup()
    wide = box.fontMetrics().horizontalAdvance(box.itemText(1))
    assert box.view().viewport().width() > wide
    box.hidePopup()

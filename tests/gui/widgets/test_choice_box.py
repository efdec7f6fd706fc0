"""A box with room for its arrow."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QTextDocument, QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QToolTip

from rtsynth_gui.widgets.choice_box import ChoiceBox
from tests.gui.conftest import Spin


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


def turn_down(box: ChoiceBox) -> None:
    middle = QPointF(box.rect().center())
    notch = QPoint(0, -120)
    event = QWheelEvent(
        middle, middle, notch, notch, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, event)


@pytest.mark.system
def test_a_wheel_over_it_chooses_nothing_unless_it_has_the_focus(spin: Spin) -> None:
    box = ChoiceBox()
    box.addItems(["1", "2", "3"])
    box.show()
    box.activateWindow()
    box.clearFocus()
    turn_down(box)
    assert box.currentText() == "1"
    box.setFocus()
    spin(box.hasFocus)
    turn_down(box)
    assert box.currentText() == "2"


def test_what_has_no_room_ends_in_dots_and_is_in_the_tip(
    qt: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    tips: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, text, *_: tips.append(text))
    box = ChoiceBox()
    box.addItem("A bright and <very> long name")
    box.setToolTip("Preset at the top left")
    box.resize(90, 26)
    assert box.shown.endswith("…")
    point = QPoint(5, 5)
    QApplication.sendEvent(box, QHelpEvent(QEvent.Type.ToolTip, point, point))
    told = QTextDocument()
    told.setHtml(tips[-1])
    assert told.toPlainText() == "A bright and <very> long name\nPreset at the top left"
    cut = box.grab().toImage()
    box.resize(box.sizeHint())
    assert box.shown == box.currentText()
    box.setItemText(0, "A bright and <very> long nam…")
    box.resize(90, 26)
    assert box.grab().toImage() == cut  # the rest of a long name is not drawn

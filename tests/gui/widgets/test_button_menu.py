"""The lines of the menu do what buttons do."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget

from rtsynth_gui.widgets.button_menu import button_menu
from tests.gui.conftest import delete_what_waits


def test_it_presses_buttons(qt: QApplication) -> None:
    page = QWidget()
    add, star = QPushButton(page), QPushButton(page)
    star.setCheckable(True)
    star.setChecked(True)
    add.setEnabled(False)
    clicked: list[bool] = []
    star.clicked.connect(lambda on: clicked.append(on))
    grey, favourite = button_menu([("Add", add), ("Favourite", star)], page).actions()
    assert (grey.text(), grey.isEnabled(), grey.isCheckable()) == ("Add", False, False)
    assert favourite.isChecked()
    favourite.trigger()
    assert clicked == [False]
    assert not star.isChecked()


def test_it_is_gone_when_it_was_closed(qt: QApplication) -> None:
    page = QWidget()
    button = QPushButton(page)
    for _ in range(3):
        menu = button_menu([("Add", button)], page)
        menu.popup(QPoint(0, 0))
        menu.close()
    delete_what_waits()
    assert page.findChildren(QMenu) == []

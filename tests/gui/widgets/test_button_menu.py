"""The lines of the menu do what buttons do."""

from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from rtsynth_gui.widgets.button_menu import button_menu


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

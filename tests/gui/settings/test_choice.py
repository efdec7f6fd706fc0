"""A line of the settings: hands are told of, programs are not."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.settings.choice import Choice

OPTIONS = [("dark", "Dark"), ("light", "Light")]


def test_only_a_hand_chooses(qt: QApplication) -> None:
    choice = Choice("Theme", "Colours")
    heard: list[str] = []
    choice.chosen.connect(heard.append)
    choice.show_options(OPTIONS, "light")
    assert (choice.key, heard) == ("light", [])
    choice.show()
    QTest.keyClick(choice.menu, Qt.Key.Key_Up)
    assert (choice.key, heard) == ("dark", ["dark"])
    choice.show_options(OPTIONS, "pink")
    assert (choice.key, heard) == ("", ["dark"])
    choice.close()


def test_why_not_is_said(qt: QApplication) -> None:
    choice = Choice("Theme", "Colours")
    choice.explain("it is <on> another machine")
    assert not choice.menu.isEnabled()
    assert choice.menu.accessibleName() == "Theme"
    assert choice.menu.accessibleDescription() == "it is <on> another machine"
    assert "&lt;on&gt;" in choice.toolTip()
    choice.explain("")
    assert choice.menu.isEnabled()
    assert choice.menu.accessibleDescription() == "Colours"

"""The field that searches."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.browser.search_field import SearchField


def test_escape_empties_it_and_the_arrow_leaves_it(qt: QApplication) -> None:
    field = SearchField()
    left: list[str] = []
    field.left.connect(lambda: left.append(field.text()))
    QTest.keyClicks(field, "Slow  STONES")
    assert field.words == ["slow", "stones"]
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert left == ["Slow  STONES"]
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.words == []

"""The triangle is a switch, and stands out when what it hides is not at its defaults."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.disclosure import Disclosure


def drawn(widget: Disclosure) -> QImage:
    widget.resize(widget.sizeHint())
    return widget.grab().toImage()


def shows(image: QImage, colour: str) -> bool:
    wanted = QColor(colour).rgb()
    return any(
        image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height())
    )


def test_a_click_or_the_space_bar_turns_it(qt: QApplication) -> None:
    triangle = Disclosure()
    closed = drawn(triangle)
    QTest.mouseClick(triangle, Qt.MouseButton.LeftButton)
    assert triangle.isChecked()
    assert drawn(triangle) != closed
    QTest.keyClick(triangle, Qt.Key.Key_Space)
    assert not triangle.isChecked()
    assert drawn(triangle) == closed


def test_marked_it_has_the_accent(qt: QApplication) -> None:
    triangle = Disclosure()
    assert not shows(drawn(triangle), theme.ACCENT)
    triangle.set_marked(True)
    assert shows(drawn(triangle), theme.ACCENT)

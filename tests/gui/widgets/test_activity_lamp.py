"""A lamp: lit for as long as it was said, clickable."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.activity_lamp import ActivityLamp


def test_it_goes_out_again(qt: QApplication) -> None:
    lamp = ActivityLamp("MIDI")
    lamp.resize(lamp.sizeHint())

    def colour() -> str:
        return lamp.grab().toImage().pixelColor(5, lamp.height() // 2).name()

    assert colour() == theme.LINE_STRONG
    lamp.light(10.0, 0.5)
    lamp.light(10.1, 0.1)
    assert lamp.lit
    assert colour() == theme.GOOD
    lamp.refresh(10.4)
    assert lamp.lit
    lamp.refresh(10.6)
    assert not lamp.lit
    assert colour() == theme.LINE_STRONG


def test_a_click(qt: QApplication) -> None:
    lamp = ActivityLamp("OSC")
    clicks: list[bool] = []
    lamp.clicked.connect(lambda: clicks.append(True))
    QTest.mouseClick(lamp, Qt.MouseButton.LeftButton)
    assert len(clicks) == 1

"""The low meter: how far a level reaches, and what is painted again."""

import pytest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.bar_meter import LAMP, BarMeter, share


def test_levels_along_the_bar() -> None:
    assert share(-100.0) == share(-60.0) == 0.0
    assert share(3.0) == share(20.0) == 1.0
    assert share(-28.5) == pytest.approx(0.5)


def test_what_is_painted(qt: QApplication) -> None:
    meter = BarMeter()
    meter.resize(126 + 8, 8)
    meter.advance((-18.0, -30.0), 1.0)
    image = meter.grab().toImage()
    length = meter.width() - LAMP - 2

    def colour(level_db: float) -> str:
        return image.pixelColor(round(share(level_db) * length), 4).name()

    assert colour(-40.0) == theme.GOOD
    assert colour(-24.0) != theme.GOOD  # above the RMS it is dim
    assert colour(-10.0) == theme.TRACK
    assert image.pixelColor(meter.width() - 3, 4).name() == theme.LINE
    meter.advance((0.0, -3.0), 2.0)
    assert meter.grab().toImage().pixelColor(meter.width() - 3, 4).name() == theme.BAD
    assert meter.accessibleDescription() == "0 dB"

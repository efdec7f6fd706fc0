"""Values handed down: each has its strip, the newest moment is at the right."""

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from rtsynth_gui.network.trace import POINTS
from rtsynth_gui.network.value_strips import NAMES, ROW, ValueStrips
from rtsynth_gui.widgets.colour_maps import loudness


@pytest.mark.parametrize("count", [1, 13])
def test_strips_scroll(qt: QApplication, count: int) -> None:
    strips = ValueStrips([f"value {number}" for number in range(count)])
    strips.resize(round(NAMES) + POINTS, ROW * count)
    for moment in range(2 * POINTS):
        late = moment >= POINTS + POINTS // 2
        strips.push([(1.0 if late else 0.0) * (row + 1) / count for row in range(count)])
    image = strips.grab().toImage()
    for row in range(count):
        y, expected = row * ROW + ROW // 2, round(255 * (row + 1) / count)
        newest = image.pixelColor(strips.width() - 2, y)
        assert newest == QColor.fromRgba(loudness()[expected])
        assert image.pixelColor(round(NAMES) + 10, y) == QColor.fromRgba(loudness()[0])


def test_what_is_out_of_range_stays_in_the_picture(qt: QApplication) -> None:
    strips = ValueStrips(["a", "b"])
    strips.push([-3.0, 7.0])
    assert strips.shades[:, -1].tolist() == [0, 255]

"""A layer as it is painted: every unit has its cell, in the colour of its state."""

import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from rtsynth_gui.network.layer_map import LayerMap
from rtsynth_gui.widgets.colour_maps import signed


@pytest.mark.parametrize(("count", "width", "height"), [(48, 240, 30), (96, 240, 24), (7, 200, 60)])
def test_every_unit_has_a_cell_of_its_colour(
    qt: QApplication, count: int, width: int, height: int
) -> None:
    shown = LayerMap(count)
    shown.resize(width, height)
    rows, columns = shown.shape
    assert count <= rows * columns < count + rows
    assert 0.4 < (width / columns) / (height / rows) < 2.5  # about square
    states = np.linspace(1, 255, count).astype(np.uint8)
    shown.show_states(states)
    image = shown.grab().toImage()
    for unit in range(count):
        x = round((unit % columns + 0.5) * width / columns)
        y = round((unit // columns + 0.5) * height / rows)
        assert image.pixelColor(x, y) == QColor.fromRgba(signed()[int(states[unit])])


def test_one_unit_and_no_room(qt: QApplication) -> None:
    shown = LayerMap(1)
    shown.resize(1, 1)
    assert shown.shape == (1, 1)
    shown.show_states(np.array([255], np.uint8))
    assert not shown.grab().isNull()

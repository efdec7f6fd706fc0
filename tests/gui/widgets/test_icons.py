"""Symbols: something is drawn at every scale, each of its own, faint where it is disabled."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QApplication

from rtsynth_gui.widgets.icons import DRAWINGS, SCALES, SIDE, icon
from tests.gui.apart import apart


def picture(name: str, scale: int = 1, mode: QIcon.Mode = QIcon.Mode.Normal) -> QImage:
    return icon(name).pixmap(QSize(SIDE, SIDE), scale, mode).toImage()


def most_opaque(image: QImage) -> int:
    return max(
        image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height())
    )


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawn_at_every_scale(qt: QApplication, name: str) -> None:
    for scale in SCALES:
        image = picture(name, scale)
        assert image.width() == SIDE * scale
        assert most_opaque(image) > 200
        faint = picture(name, scale, QIcon.Mode.Disabled)
        assert 0 < most_opaque(faint) < 0.7 * most_opaque(image)


def test_no_two_are_alike(qt: QApplication) -> None:
    images = [picture(name) for name in DRAWINGS]
    assert all(a != b for number, a in enumerate(images) for b in images[:number])


BUTTON = """
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton
from rtsynth_gui.widgets.icons import icon, set_icon
button = QPushButton("Open")
set_icon(button, "folder")
pictures = []
for name in PALETTES:
    theme.apply_theme(qt, name)
    qt.processEvents()
    both = [each.pixmap(QSize(16, 16), 1).toImage() for each in (button.icon(), icon("folder"))]
    assert both[0] == both[1]
    pictures += both[:1]
assert pictures[0] != pictures[1]
"""


@pytest.mark.system
def test_a_button_has_the_symbol_in_the_colours_of_the_theme(tmp_path: Path) -> None:
    apart(BUTTON, tmp_path)

"""Symbols: something is drawn at every scale, each of its own, faint where it is disabled."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QApplication, QPushButton

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.icons import DRAWINGS, SCALES, SIDE, icon, set_icon


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


def test_a_button_has_the_symbol_in_the_colours_of_the_theme(qt: QApplication) -> None:
    before = theme.worn(qt)
    button = QPushButton("Open")
    set_icon(button, "folder")

    def drawn() -> QImage:
        return button.icon().pixmap(QSize(SIDE, SIDE), 1).toImage()

    try:
        pictures = []
        for name in theme.PALETTES:
            theme.wear(qt, name)
            qt.processEvents()
            assert drawn() == picture("folder")
            pictures.append(drawn())
        assert pictures[0] != pictures[1]
    finally:
        theme.wear(qt, before)

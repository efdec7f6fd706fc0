"""Widths that follow the size of the text, which a desktop may have made larger."""

from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QWidget

USUAL_PX = 12  # the height of text that widths are given for


def with_text(pixels: int, widget: QWidget) -> int:
    """A width for text of the usual size, as wide as the text of a widget needs; never less."""
    return round(pixels * max(QFontInfo(widget.font()).pixelSize() / USUAL_PX, 1.0))

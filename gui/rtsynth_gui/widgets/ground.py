"""What a widget lies on.

A widget that fills its own ground is opaque to Qt, which then leaves alone what is below it: the
card, its border and the window would else be painted again each time a meter moves.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from rtsynth_gui.widgets import theme

# Of the style sheet: the names of what is not the window itself, and their colours.
GROUNDS = {"card": "PANEL", "strip-front": "PANEL", "well": "WELL"}
OPAQUE = Qt.WidgetAttribute.WA_OpaquePaintEvent


def ground_of(widget: QWidget) -> QColor:
    """The colour of the card or well that a widget lies in, or of the window."""
    below = widget.parentWidget()
    while below is not None:
        if below.objectName() in GROUNDS:
            return QColor(getattr(theme, GROUNDS[below.objectName()]))
        below = below.parentWidget()
    return QColor(theme.BACKGROUND)


def is_opaque(widget: QWidget) -> None:
    """To be said at the beginning of each paint event that fills the whole widget.

    Once would do, but for style sheets: Qt forgets it whenever it applies one.
    """
    if not widget.testAttribute(OPAQUE):
        widget.setAttribute(OPAQUE)


def paint_ground(widget: QWidget, painter: QPainter) -> None:
    """Fill the whole of a widget at the beginning of its paint event."""
    is_opaque(widget)
    painter.fillRect(widget.rect(), ground_of(widget))

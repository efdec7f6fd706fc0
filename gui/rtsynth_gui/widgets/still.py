"""The parts of a picture that stand still: painted once, and copied each time the rest moves."""

from collections.abc import Callable, Hashable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from rtsynth_gui.widgets.ground import ground_of, is_opaque


class Still:
    """`paint(painter)` paints it, on the ground of `widget`, whenever that has another size or
    other colours, is enabled or disabled, is on another screen, or `about` is another. `more` are
    further pictures of the same size."""

    def __init__(
        self,
        widget: QWidget,
        paint: Callable[[QPainter], None],
        *more: Callable[[QPainter], None],
    ) -> None:
        self._widget, self._paints = widget, (paint, *more)
        self._pictures: list[QPixmap] = []
        self._ratio = 1.0
        self._of: tuple[Hashable, ...] = ()

    def show(self, painter: QPainter, about: Hashable = None) -> None:
        """Copy it to the widget; `about` is what it depends on besides."""
        widget = self._widget
        is_opaque(widget)
        ratio = widget.devicePixelRatioF()
        colours = widget.palette().cacheKey()
        of = widget.width(), widget.height(), ratio, colours, widget.isEnabled(), about
        if of != self._of:
            self._of, self._ratio = of, ratio
            self._pictures = [self._painted(paint) for paint in self._paints]
        if not ratio.is_integer():  # it ends within a pixel, which nothing else would paint
            painter.fillRect(widget.rect(), ground_of(widget))
        painter.drawPixmap(0, 0, self._pictures[0])

    def show_part(self, painter: QPainter, number: int, part: QRectF) -> None:
        """After `show`, copy a part of the picture of that number, from 1, over it."""
        pixels = QRectF(part.topLeft() * self._ratio, part.size() * self._ratio)
        painter.drawPixmap(part, self._pictures[number], pixels)

    def _painted(self, paint: Callable[[QPainter], None]) -> QPixmap:
        picture = QPixmap(self._widget.size() * self._ratio)
        picture.setDevicePixelRatio(self._ratio)
        picture.fill(ground_of(self._widget))
        painter = QPainter(picture)
        painter.setFont(self._widget.font())
        paint(painter)
        painter.end()
        return picture

"""The names of a class parameter's values, under the ticks of its fader; a click goes to one."""

from itertools import pairwise

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.fader import Fader

SMALL = 0.85
GAP = 8.0  # between two names


class ClassScale(QWidget):
    """As wide as the fader above it. Where names have no room, every second, third, ... is shown.

    `chosen(position)` is emitted with a tick's position 0..1.
    """

    chosen = Signal(float)

    def __init__(self, fader: Fader, names: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fader = fader
        self._names = names
        self._current = -1
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * SMALL)
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(self._fader.sizeHint().width(), self.fontMetrics().height())

    def show_class(self, number: int) -> None:
        """Brighten the name of the class that sounds alone; -1 for none."""
        if number != self._current:
            self._current = number
            self.update()

    def shown(self) -> list[tuple[int, QRectF]]:
        """(class, where its name stands) of those that have room, left to right."""
        metrics = self.fontMetrics()
        boxes = []
        for number, name in enumerate(self._names):
            width = float(metrics.horizontalAdvance(name)) + 2
            centre = self._fader.x_of(self._fader.ticks[number])
            left = min(max(centre - width / 2, 0.0), max(self.width() - width, 0.0))
            boxes.append((number, QRectF(left, 0, width, self.height())))
        for every in range(1, len(boxes) + 1):
            kept = boxes[::every]
            if all(a.right() + GAP <= b.left() for (_, a), (_, b) in pairwise(kept)):
                return kept
        return boxes[:1]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        x = event.position().x()
        self.chosen.emit(min(self._fader.ticks, key=lambda tick: abs(self._fader.x_of(tick) - x)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for number, box in self.shown():
            colour = theme.TEXT if number == self._current else theme.DIM
            painter.setPen(QColor(colour if self.isEnabled() else theme.FAINT))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._names[number])

"""A number over the last seconds: a line that scrolls."""

import math

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import create_qpolygonf, ndarray_from_qpolygonf
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.still import Still

POINTS = 240  # 8 s at 30 Hz
SMOOTHING = 0.15  # of a new number
HEIGHT = 48
SCALE = 26.0
SMALL_PRINT = 0.8
RIGHT = Qt.AlignmentFlag.AlignRight


class Trace(QWidget):
    """What was measured is faint, its running mean is drawn over it.

    Args:
        most: the highest number there can be.
        least: the lowest; None: as low as the numbers go, in whole ones.
    """

    def __init__(self, least: float | None, most: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least, self._most = least, most
        self.numbers: NDArray[np.float64] = np.zeros(0)
        self.means: NDArray[np.float64] = np.zeros(0)
        self.setFixedHeight(HEIGHT)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * SMALL_PRINT)
        self.setFont(font)
        self._scale = Still(self, self._paint_scale)

    def sizeHint(self) -> QSize:
        return QSize(120, HEIGHT)

    @property
    def mean(self) -> float | None:
        """The running mean; None before the first number."""
        return float(self.means[-1]) if len(self.means) else None

    def push(self, number: float) -> None:
        """One more."""
        mean = number if self.mean is None else self.mean + SMOOTHING * (number - self.mean)
        self.numbers = np.append(self.numbers[-POINTS + 1 :], number)
        self.means = np.append(self.means[-POINTS + 1 :], mean)
        self.update()

    @property
    def limits(self) -> tuple[float, float]:
        """The lowest and the highest number that are shown."""
        most = max(self._most, math.ceil(self.numbers.max(initial=self._most)))
        if self._least is not None:
            return self._least, most
        return min(math.floor(self.numbers.min(initial=most)), most - 1.0), most

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = self._area
        least, most = self.limits
        self._scale.show(painter, (least, most))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lines = ((self.numbers, theme.LINE_STRONG), (self.means, theme.ACCENT))
        for numbers, colour in lines if len(self.numbers) else ():
            line = create_qpolygonf(len(numbers))
            points = ndarray_from_qpolygonf(line)
            ago = np.arange(len(numbers) - 1, -1, -1)
            place = np.clip((numbers - least) / (most - least), 0, 1)
            points[:, 0] = area.right() - ago * (area.width() / (POINTS - 1))
            points[:, 1] = area.bottom() - 1 - place * (area.height() - 2)
            painter.setPen(QPen(QColor(colour), 1))
            painter.drawPolyline(line)
        painter.end()

    @property
    def _area(self) -> QRectF:
        """Where the line is drawn."""
        return QRectF(0, 0, self.width() - SCALE, self.height()).adjusted(0, 1, 0, -1)

    def _paint_scale(self, painter: QPainter) -> None:
        area = self._area
        painter.fillRect(self.rect(), QColor(theme.PANEL))
        painter.fillRect(area, QColor(theme.WELL))
        least, most = self.limits
        painter.setPen(QColor(theme.DIM))
        for number, y in ((most, 0.0), (least, self.height() - 13.0)):
            words = QRectF(area.right(), y, SCALE, 13)
            painter.drawText(words, RIGHT, f"{number:g}".replace("-", "−"))

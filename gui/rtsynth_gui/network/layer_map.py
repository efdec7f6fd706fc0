"""The hidden state of a layer as a map: a cell for each unit."""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from rtsynth_gui.link.network import MIDDLE
from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.colour_maps import indexed, signed
from rtsynth_gui.widgets.ground import is_opaque

LEAST_HEIGHT, USUAL_HEIGHT, MOST_HEIGHT = 24, 30, 96
LEAST_CELL = 5.0  # pixels; smaller ones are not parted by lines


class LayerMap(QWidget):
    """-1 is blue, 0 the ground, 1 orange. The cells are as square as the room allows."""

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.states: NDArray[np.uint8] = np.full(count, MIDDLE, np.uint8)
        self.setMinimumHeight(LEAST_HEIGHT)
        self.setMaximumHeight(MOST_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._lines: list[QLineF] = []
        self._lines_of: tuple[int, ...] = ()

    def sizeHint(self) -> QSize:
        return QSize(120, USUAL_HEIGHT)

    def show_states(self, states: NDArray[np.uint8]) -> None:
        """States 1..255 for -1..1, one for each cell."""
        self.states = states
        self.update()

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        count, width, height = len(self.states), max(self.width(), 1), max(self.height(), 1)
        rows = min(max(1, round(math.sqrt(count * height / width))), count)
        return rows, -(-count // rows)

    def paintEvent(self, event: QPaintEvent) -> None:
        rows, columns = self.shape
        cells = np.full(rows * columns, MIDDLE, np.uint8)
        cells[: len(self.states)] = self.states
        is_opaque(self)
        painter = QPainter(self)
        painter.drawImage(QRectF(self.rect()), indexed(cells.reshape(rows, columns), signed()))
        lines = self._between(rows, columns)
        if lines:
            painter.setPen(QPen(QColor(theme.PANEL), 1))
            painter.drawLines(lines)
        painter.end()

    def _between(self, rows: int, columns: int) -> list[QLineF]:
        """The lines between cells that are large enough."""
        of = rows, columns, self.width(), self.height()
        if of != self._lines_of:
            self._lines_of, self._lines = of, []
            wide, high = self.width() / columns, self.height() / rows
            if min(wide, high) >= LEAST_CELL:
                across = [QLineF(0, n * high, self.width(), n * high) for n in range(1, rows)]
                down = [QLineF(n * wide, 0, n * wide, self.height()) for n in range(1, columns)]
                self._lines = down + across
        return self._lines

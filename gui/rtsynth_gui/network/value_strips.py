"""What a tier hands down, over the last seconds: a strip for each value."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from rtsynth_gui.network.trace import POINTS
from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.colour_maps import indexed, loudness
from rtsynth_gui.widgets.still import Still

ROW = 13
NAMES = 76.0
GAP = 1
SMALL_PRINT = 0.8
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ValueStrips(QWidget):
    """Each strip goes from the bottom of its knob's range (the ground) to the top (bright)."""

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names = tuple(names)
        self.shades: NDArray[np.uint8] = np.zeros((len(names), POINTS), np.uint8)
        self.setFixedHeight(ROW * len(names))
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * SMALL_PRINT)
        self.setFont(font)
        self._names = Still(self, self._paint_names)

    def sizeHint(self) -> QSize:
        return QSize(200, ROW * len(self.names))

    def push(self, positions: Sequence[float]) -> None:
        """One more moment: knob positions 0..1, one for each name."""
        new = np.rint(np.clip(np.asarray(positions), 0, 1) * 255).astype(np.uint8)
        self.shades = np.concatenate([self.shades[:, 1:], new[:, None]], axis=1)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._names.show(painter)
        area = QRectF(NAMES, 0, max(self.width() - NAMES, 1), self.height())
        painter.drawImage(area, indexed(self.shades, loudness()))
        for number in range(len(self.names)):
            line = QRectF(NAMES, (number + 1) * ROW - GAP, area.width(), GAP)
            painter.fillRect(line, QColor(theme.PANEL))
        painter.end()

    def _paint_names(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(theme.PANEL))
        painter.setPen(QColor(theme.DIM))
        metrics = self.fontMetrics()
        for number, name in enumerate(self.names):
            words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, round(NAMES) - 4)
            painter.drawText(QRectF(0, number * ROW, NAMES - 4, ROW), LEFT, words)

"""The spectrogram: which frequencies were how loud in the last seconds."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.colour_maps import STEPS, indexed, loudness
from rtsynth_gui.widgets.plain import plain_tip
from rtsynth_gui.widgets.spectrum import (
    CEILING_DB,
    FLOOR_DB,
    HISTORY_S,
    LOWEST_HZ,
    ROWS,
    Samples,
    Spectrum,
    shades,
)
from rtsynth_gui.widgets.still import Still

SCALE = 30.0  # width of the frequencies on the left
LEGEND, BAR = 40.0, 8.0  # width of the legend on the right, and of its colours
SMALL_PRINT = 0.8
LINES_HZ = {100.0: "100", 1000.0: "1k", 10_000.0: "10k"}
TICKS_DB = (0, -30, -60, -90)
COMFORTABLE_HEIGHT = 190
CENTRE_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Spectrogram(QWidget):
    """Frequency upwards, by octaves; time to the right, now at the edge; level as colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Spectrogram"))
        text = self.tr("Spectrogram of the output: the last {} s, from {} Hz up, level in dBFS")
        self.setToolTip(plain_tip(text.format(HISTORY_S, f"{LOWEST_HZ:g}")))
        self.setMinimumHeight(110)
        self._scales = Still(self, self._paint_scales)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * SMALL_PRINT)
        self.setFont(font)
        self.spectrum = Spectrum(48_000.0)
        self._legend = np.arange(STEPS - 1, -1, -1, dtype=np.uint8)[:, None].repeat(4, axis=1)
        self._clear()

    def sizeHint(self) -> QSize:
        return QSize(300, COMFORTABLE_HEIGHT)

    def set_rate(self, rate_hz: float) -> None:
        """The device's sample rate, which the blocks come at."""
        if rate_hz > 0 and rate_hz != self.spectrum.rate_hz:
            self.spectrum = Spectrum(rate_hz)
            self._clear()

    def clear(self) -> None:
        """Nothing was heard yet."""
        self.spectrum = Spectrum(self.spectrum.rate_hz)
        self._clear()

    def _clear(self) -> None:
        self.shades: NDArray[np.uint8] = np.zeros((ROWS, self.spectrum.columns), np.uint8)
        self.update()

    def push(self, blocks: list[Samples]) -> None:
        """Append what arrived."""
        if not blocks:
            return
        new = shades(self.spectrum.push(np.concatenate(blocks)))[::-1]  # high ones on top
        count = min(new.shape[1], self.shades.shape[1])
        if count:
            self.shades = np.ascontiguousarray(
                np.concatenate([self.shades[:, count:], new[:, -count:]], axis=1)
            )
            self.update()

    @property
    def picture(self) -> QRectF:
        """Where the levels are drawn."""
        return QRectF(SCALE, 2, max(self.width() - SCALE - LEGEND, 1), max(self.height() - 4, 1))

    def height_of(self, frequency_hz: float) -> float:
        """Where a frequency is, from the top of the widget."""
        edges, picture = self.spectrum.edges_hz, self.picture
        place = np.log(frequency_hz / edges[0]) / np.log(edges[-1] / edges[0])
        return float(picture.bottom() - place * picture.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        picture = self.picture
        self._scales.show(painter, self.spectrum.rate_hz)
        painter.drawImage(picture, indexed(self.shades, loudness()))
        painter.setPen(QPen(QColor(theme.LINE), 1, Qt.PenStyle.DotLine))
        for frequency_hz in self._lines_hz:
            y = round(self.height_of(frequency_hz))
            painter.drawLine(picture.topLeft().toPoint().x(), y, round(picture.right()), y)
        painter.end()

    @property
    def _lines_hz(self) -> list[float]:
        """The frequencies that are marked."""
        return [hz for hz in LINES_HZ if hz < self.spectrum.edges_hz[-1]]

    def _paint_scales(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(theme.WELL))
        picture, colours = self.picture, loudness()
        bar = QRectF(self.width() - LEGEND + 6, picture.top() + 4, BAR, picture.height() - 8)
        painter.drawImage(bar, indexed(self._legend, colours))
        painter.setPen(QColor(theme.DIM))
        for level_db in TICKS_DB:
            share = (CEILING_DB - level_db) / (CEILING_DB - FLOOR_DB)
            y = bar.top() + share * bar.height()
            words = QRectF(bar.right() + 3, y - 8, LEGEND, 16)
            painter.drawText(words, CENTRE_LEFT, f"{level_db}".replace("-", "−"))
        for frequency_hz in self._lines_hz:
            y = self.height_of(frequency_hz)
            words = QRectF(0, y - 8, SCALE - 5, 16)
            painter.drawText(words, CENTRE_RIGHT, LINES_HZ[frequency_hz])

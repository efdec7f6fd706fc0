"""The running waveform: triggered, so that a held note stands still."""

import time

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import create_qpolygonf, ndarray_from_qpolygonf
from PySide6.QtCore import QLineF, QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.choice_box import ChoiceBox
from rtsynth_gui.widgets.still import Still
from rtsynth_gui.widgets.trigger import find_start

Samples = NDArray[np.float32]

SPANS_MS = (5, 10, 20, 50, 100)
DEFAULT_SPAN_MS = 20
LOWEST_PERIOD_MS = 25
MAXIMUM_POINTS = 2048
ZOOMS = (1.0, 0.5, 0.2, 0.1, 0.05)
SILENCE = 0.002  # below, there is nothing to look at more closely
COMFORTABLE_HEIGHT = 190
LEAST_HEIGHT = 80
ZOOM_IN_AFTER_S = 1.0
HEADROOM = 0.92
# Qt draws a smooth line one device pixel wide 20 times faster than a wider one, so the line gets
# its weight from a few of them, a part of a pixel apart.
STROKES_PIXELS = ((0.0, 0.0), (0.6, 0.0), (0.0, 0.6))
GRID_X = tuple(n / 10 for n in range(1, 10))
GRID_Y = (-0.75, -0.5, -0.25, 0.25, 0.5, 0.75)
EDGE = 6
WORD_EDGE = 3


class History:
    """The newest samples of the output, as one array [length], oldest first."""

    def __init__(self, length: int) -> None:
        self.samples: Samples = np.zeros(length, np.float32)

    def append(self, blocks: list[Samples]) -> None:
        """Push blocks [N] in at the end."""
        new = np.concatenate([*blocks, np.zeros(0, np.float32)])[-len(self.samples) :]
        if len(new):
            self.samples = np.concatenate([self.samples[len(new) :], new])


class Zoom:
    """Vertical range in steps: widens at once, narrows after a quiet second, but not to look at
    silence.
    """

    def __init__(self) -> None:
        self.range = 1.0
        self._needed_s = 0.0

    def follow(self, peak: float, now_s: float) -> float:
        """The range that shows `peak`."""
        fitting = [z for z in ZOOMS if peak <= z * HEADROOM]
        wanted = fitting[-1] if fitting else ZOOMS[0]
        if wanted >= self.range or peak < SILENCE:
            self._needed_s = now_s
        if wanted > self.range or now_s - self._needed_s > ZOOM_IN_AFTER_S:
            self.range = wanted
            self._needed_s = now_s
        return self.range


class Scope(QWidget):
    """Draws at most `MAXIMUM_POINTS` points a frame; x is 0..1 of the span, y -1..1 of the zoom.

    `drawn`: the samples that are shown.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Waveform"))
        self.setMinimumHeight(LEAST_HEIGHT)
        self.rate_hz = 48_000.0
        self.drawn: Samples | None = None
        self._history = History(1)
        self._zoom = Zoom()
        self._line = QPolygonF()
        self._dirty = False
        self._live = True
        self._grid = Still(self, self._paint_grid)
        self.span = ChoiceBox(self)
        self.span.setAccessibleName(self.tr("Time span of the waveform"))
        self.span.setToolTip(self.tr("Time span of the waveform"))
        for span_ms in SPANS_MS:
            self.span.addItem(f"{span_ms} ms", span_ms)
        self.span.setCurrentIndex(SPANS_MS.index(DEFAULT_SPAN_MS))
        self.span.currentIndexChanged.connect(self._resize_history)
        self._resize_history()

    def sizeHint(self) -> QSize:
        return QSize(600, COMFORTABLE_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.span.adjustSize()
        self.span.move(self.width() - self.span.width() - EDGE, EDGE)
        self._dirty = True  # its line is in pixels
        self.draw()

    def set_rate(self, rate_hz: float) -> None:
        """The device's sample rate, which the blocks come at."""
        if rate_hz > 0 and rate_hz != self.rate_hz:
            self.rate_hz = rate_hz
            self._resize_history()

    def _window(self) -> int:
        return max(2, round(self.rate_hz * int(self.span.currentData()) / 1000))

    def _resize_history(self) -> None:
        searched = max(self._window(), round(self.rate_hz * LOWEST_PERIOD_MS / 1000))
        history = History(self._window() + searched)
        history.append([self._history.samples])
        self._history = history
        self.drawn = None
        self._dirty = True

    def push(self, blocks: list[Samples]) -> None:
        """Append what arrived."""
        if blocks:
            self._history.append(blocks)
            self._dirty = True

    def show_live(self, live: bool) -> None:
        """Whether an engine is there; without one there is no line at all."""
        self._history.samples[:] = 0.0
        self._dirty = self._live = live
        self.update()

    @property
    def range(self) -> float:
        """What the upper edge stands for."""
        return self._zoom.range

    def draw(self) -> None:
        """Once a frame: draw, if anything came."""
        if not self._dirty:
            return
        self._dirty = False
        window, samples = self._window(), self._history.samples
        start, fraction = find_start(samples, window, self.drawn)
        shown = samples[start : start + window]
        self.drawn = shown
        zoom = self._zoom.follow(float(np.abs(shown).max(initial=0.0)), time.monotonic())
        stride = -(-window // MAXIMUM_POINTS)
        y = shown[::stride]
        line = create_qpolygonf(len(y))
        points = ndarray_from_qpolygonf(line)
        step = self.width() / (window - 1)
        points[:, 0] = (np.arange(0, window, stride) - fraction) * step
        points[:, 1] = (1.0 - y / zoom) * (self.height() / 2)
        self._line = line
        # What lies over it is not to be painted again each time.
        self.update(QRegion(self.rect()) - QRegion(self.span.geometry()))

    @property
    def words(self) -> QRect:
        """Where the range is written; the line leaves it free."""
        wide = self.fontMetrics().horizontalAdvance(self._text) + 2 * WORD_EDGE
        height = self.fontMetrics().height() + 2
        top = EDGE + (self.span.height() - height) // 2
        return QRect(EDGE + 2 - WORD_EDGE, top, wide, height)

    @property
    def _text(self) -> str:
        return f"±{self.range:.2g}"

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._grid.show(painter, self.range)
        if self._live:
            over = QRegion(self.span.geometry()) + QRegion(self.words)
            painter.setClipRegion(event.region() - over)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(QColor(theme.TRACE), 1)
            pen.setCosmetic(True)
            painter.setPen(pen)
            at = QPointF()
            for right, down in STROKES_PIXELS:
                painter.translate(QPointF(right, down) - at)
                at = QPointF(right, down)
                painter.drawPolyline(self._line)
        painter.end()

    def _paint_grid(self, painter: QPainter) -> None:
        width, height = self.width(), self.height()
        painter.fillRect(self.rect(), QColor(theme.WELL))
        painter.setPen(QPen(QColor(theme.GRID), 1))
        columns = [round(x * width) for x in GRID_X]
        rows = [round((1 - y) * height / 2) for y in GRID_Y]
        painter.drawLines([QLineF(x, 0, x, height) for x in columns])
        painter.drawLines([QLineF(0, y, width, y) for y in rows])
        painter.setPen(QPen(QColor(theme.LINE), 1))
        painter.drawLine(QLineF(0, round(height / 2), width, round(height / 2)))
        painter.fillRect(self.words, QColor(theme.WELL))
        painter.setPen(QColor(theme.DIM))
        painter.drawText(self.words, Qt.AlignmentFlag.AlignCenter, self._text)

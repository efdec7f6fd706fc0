"""The running waveform: triggered, so that a held note stands still."""

import time

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.choice_box import ChoiceBox
from rtsynth_gui.widgets.plain import PlainLabel
from rtsynth_gui.widgets.trigger import find_start

Samples = NDArray[np.float32]

SPANS_MS = (5, 10, 20, 50, 100)
DEFAULT_SPAN_MS = 20
LOWEST_PERIOD_MS = 25
MAXIMUM_POINTS = 2048
ZOOMS = (1.0, 0.5, 0.2, 0.1, 0.05)
SILENCE = 0.002  # below, there is nothing to look at more closely
COMFORTABLE_HEIGHT = 190
LEAST_HEIGHT = 88
ZOOM_IN_AFTER_S = 1.0
HEADROOM = 0.92
STROKES_PIXELS = ((0.0, 0.0), (0.6, 0.0), (0.0, 0.6))


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
    """Draws at most `MAXIMUM_POINTS` points a frame; x is 0..1 of the span, y -1..1 of the zoom."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Waveform"))
        self.setMinimumHeight(LEAST_HEIGHT)
        self.rate_hz = 48_000.0
        self._history = History(1)
        self._zoom = Zoom()
        self._drawn: Samples | None = None
        self._dirty = False
        self.plot = self._build_plot()
        self._draw_grid()
        # Qt draws a smooth line one device pixel wide 20 times faster than a wider one, so the
        # line gets its weight from a few of them, a part of a pixel apart.
        self.strokes = [
            pg.PlotCurveItem(antialias=True, skipFiniteCheck=True) for _ in STROKES_PIXELS
        ]
        for stroke in self.strokes:
            self.plot.addItem(stroke)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self._build_overlays()
        self._dress()
        self._resize_history()

    def _build_plot(self) -> pg.PlotWidget:
        plot = pg.PlotWidget(self)
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.setFrameShape(QFrame.Shape.NoFrame)
        item = plot.getPlotItem()
        item.hideAxis("left")
        item.hideAxis("bottom")
        item.hideButtons()
        item.setMenuEnabled(False)
        item.setContentsMargins(0, 0, 0, 0)
        box = item.getViewBox()
        box.setMouseEnabled(False, False)
        box.disableAutoRange()
        box.setRange(xRange=(0, 1), yRange=(-1, 1), padding=0)
        return plot

    def _draw_grid(self) -> None:
        vertical = np.repeat(np.arange(1, 10) / 10, 2)
        horizontal = np.repeat(np.array([-0.75, -0.5, -0.25, 0.25, 0.5, 0.75]), 2)
        self._grid = pg.PlotCurveItem(
            np.concatenate([vertical, np.tile([0.0, 1.0], 6)]),
            np.concatenate([np.tile([-1.0, 1.0], 9), horizontal]),
            connect="pairs",
        )
        self._zero = pg.PlotCurveItem([0.0, 1.0], [0.0, 0.0])
        self.plot.addItem(self._grid)
        self.plot.addItem(self._zero)

    def _dress(self) -> None:
        """Colours of the theme in use: the plot keeps its own."""
        self.plot.setBackground(theme.WELL)
        self._grid.setPen(pg.mkPen(theme.GRID))
        self._zero.setPen(pg.mkPen(theme.LINE))
        for stroke in self.strokes:
            stroke.setPen(pg.mkPen(theme.TRACE, width=1))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _build_overlays(self) -> None:
        self.span = ChoiceBox(self)
        self.span.setAccessibleName(self.tr("Time span of the waveform"))
        self.span.setToolTip(self.tr("Time span of the waveform"))
        for span_ms in SPANS_MS:
            self.span.addItem(f"{span_ms} ms", span_ms)
        self.span.setCurrentIndex(SPANS_MS.index(DEFAULT_SPAN_MS))
        self.span.currentIndexChanged.connect(self._resize_history)
        self.range_label = PlainLabel("±1", self)
        self.range_label.setObjectName("dim")

    def sizeHint(self) -> QSize:
        return QSize(600, COMFORTABLE_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.span.adjustSize()
        self.span.move(self.width() - self.span.width() - 6, 6)
        self.range_label.setGeometry(8, 6, 80, self.span.height())

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
        self._drawn = None
        self._dirty = True

    def push(self, blocks: list[Samples]) -> None:
        """Append what arrived."""
        if blocks:
            self._history.append(blocks)
            self._dirty = True

    def show_live(self, live: bool) -> None:
        """Whether an engine is there; without one there is no line at all."""
        self._history.samples[:] = 0.0
        self._dirty = live
        for stroke in self.strokes:
            stroke.setVisible(live)

    def draw(self) -> None:
        """Once a frame: draw, if anything came."""
        if not self._dirty:
            return
        self._dirty = False
        window, samples = self._window(), self._history.samples
        start, fraction = find_start(samples, window, self._drawn)
        shown = samples[start : start + window]
        self._drawn = shown
        zoom = self._zoom.follow(float(np.abs(shown).max(initial=0.0)), time.monotonic())
        stride = -(-window // MAXIMUM_POINTS)
        x = (np.arange(0, window, stride, dtype=np.float64) - fraction) / (window - 1)
        y = shown[::stride] / np.float32(zoom)
        width, height = max(self.plot.width(), 1), max(self.plot.height(), 1)
        for stroke, (right, down) in zip(self.strokes, STROKES_PIXELS, strict=True):
            stroke.setData(x, y)
            stroke.setPos(right / width, -2 * down / height)
        text = f"±{zoom:.2g}"
        if text != self.range_label.text():
            self.range_label.setText(text)

"""A level as a low horizontal bar, for where there are many of them."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.meters import CEILING_DB, DIM_OPACITY, FLOOR_DB, SoundMeter
from rtsynth_gui.widgets.still import Still

HEIGHT = 8
LAMP = 6.0  # at the right end: red while it clips


def share(level_db: float) -> float:
    """How far along the bar a level is, 0..1."""
    return (min(max(level_db, FLOOR_DB), CEILING_DB) - FLOOR_DB) / (CEILING_DB - FLOOR_DB)


class BarMeter(SoundMeter):
    """RMS bright, peak dim, the held peak a line, a lamp for clipping; in dB full scale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTip(self.tr("Level in dBFS: peak, RMS (brighter), peak hold, clipping"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._still = Still(
            self,
            self._paint_track,
            lambda painter: self._paint_bar(painter, DIM_OPACITY),
            lambda painter: self._paint_bar(painter, 1.0),
        )

    def sizeHint(self) -> QSize:
        return QSize(120, HEIGHT)

    @property
    def _length(self) -> float:
        return self.width() - LAMP - 2

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        b, height = self.ballistics, self.height()
        self._still.show(painter, b.clipped)
        if self.isEnabled():
            for number, level_db in enumerate((b.level_db, b.rms_db), 1):
                if level_db > FLOOR_DB:
                    reached = round(share(level_db) * self._length)
                    self._still.show_part(painter, number, QRectF(0, 0, reached, height))
            if b.peak_db > FLOOR_DB:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                held = QRectF(share(b.peak_db) * self._length - 1, 0, 1.5, height)
                painter.fillRect(held, QColor(theme.HANDLE))
        painter.end()

    def _paint_track(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.TRACK))
        painter.drawRoundedRect(QRectF(0, 0, self._length, self.height()), 2, 2)
        painter.setBrush(QColor(theme.BAD if self.ballistics.clipped else theme.LINE))
        painter.drawRoundedRect(QRectF(self._length + 2, 0, LAMP, self.height()), 2, 2)

    def _paint_bar(self, painter: QPainter, opacity: float) -> None:
        """All of it, as if the level were at its end."""
        self._paint_track(painter)
        gradient = QLinearGradient(0, 0, self._length, 0)
        for level_db, colour in (
            (FLOOR_DB, theme.GOOD),
            (-18.0, theme.GOOD),
            (-6.0, theme.WARN),
            (0.0, theme.BAD),
        ):
            gradient.setColorAt(share(level_db), QColor(colour))
        painter.setBrush(gradient)
        painter.setOpacity(opacity)
        painter.drawRoundedRect(QRectF(0, 0, self._length, self.height()), 2, 2)

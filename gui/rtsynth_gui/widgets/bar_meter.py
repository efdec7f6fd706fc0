"""A level as a low horizontal bar, for where there are many of them."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.meters import CEILING_DB, FLOOR_DB, SoundMeter

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

    def sizeHint(self) -> QSize:
        return QSize(120, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        b, length, height = self.ballistics, self.width() - LAMP - 2, float(self.height())
        painter.setBrush(QColor(theme.TRACK))
        painter.drawRoundedRect(QRectF(0, 0, length, height), 2, 2)
        painter.setBrush(QColor(theme.BAD if b.clipped else theme.LINE))
        painter.drawRoundedRect(QRectF(length + 2, 0, LAMP, height), 2, 2)
        if self.isEnabled():
            gradient = QLinearGradient(0, 0, length, 0)
            for level_db, colour in (
                (FLOOR_DB, theme.GOOD),
                (-18.0, theme.GOOD),
                (-6.0, theme.WARN),
                (0.0, theme.BAD),
            ):
                gradient.setColorAt(share(level_db), QColor(colour))
            painter.setBrush(gradient)
            for level_db, opacity in ((b.level_db, 0.45), (b.rms_db, 1.0)):
                painter.setOpacity(opacity)
                painter.drawRoundedRect(QRectF(0, 0, share(level_db) * length, height), 2, 2)
            painter.setOpacity(1.0)
            if b.peak_db > FLOOR_DB:
                painter.setBrush(QColor(theme.HANDLE))
                painter.drawRect(QRectF(share(b.peak_db) * length - 1, 0, 1.5, height))
        painter.end()

"""Level and load meters."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.ground import paint_ground
from rtsynth_gui.widgets.still import Still

FLOOR_DB = -60.0
CEILING_DB = 3.0
TICKS_DB = (0, -6, -12, -24, -36, -48, -60)
FALL_DB_PER_S = 24.0
PEAK_HOLD_S = 1.5
CLIP_DB = -0.1
CLIP_SHOWN_S = 2.0
LOAD_WARN = 0.6
LOAD_BAD = 0.85
XRUN_SHOWN_S = 2.0
BAR_LENGTH = 80.0
BAR_LEFT, BAR_WIDTH = 2.0, 16.0  # of the vertical one
DIM_OPACITY = 0.45  # of what is above the RMS


class Ballistics:
    """A level that rises at once and falls slowly, and a peak that is held. Levels in dB."""

    def __init__(self) -> None:
        self.level_db = FLOOR_DB
        self.rms_db = FLOOR_DB
        self.peak_db = FLOOR_DB
        self.clipped = False
        self._peak_s = 0.0
        self._clip_s = float("-inf")
        self._now_s: float | None = None

    def advance(self, reading: tuple[float, float] | None, now_s: float) -> None:
        """One frame: (peak_db, rms_db) as reported since the last one, or None."""
        fall_db = FALL_DB_PER_S * (now_s - self._now_s) if self._now_s is not None else 0.0
        self._now_s = now_s
        peak_db, rms_db = reading if reading is not None else (FLOOR_DB, FLOOR_DB)
        self.level_db = max(peak_db, self.level_db - fall_db, FLOOR_DB)
        self.rms_db = max(rms_db, self.rms_db - fall_db, FLOOR_DB)
        if peak_db >= self.peak_db:
            self.peak_db, self._peak_s = peak_db, now_s
        elif now_s - self._peak_s > PEAK_HOLD_S:
            self.peak_db = max(self.level_db, self.peak_db - fall_db, FLOOR_DB)
        if peak_db >= CLIP_DB:
            self._clip_s = now_s
        self.clipped = now_s - self._clip_s < CLIP_SHOWN_S


class SoundMeter(QWidget):
    """What meters of a level have in common, whatever they look like."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Level"))
        self.ballistics = Ballistics()
        self._painted: tuple[float, ...] = ()
        self._spoken = ""

    def advance(self, reading: tuple[float, float] | None, now_s: float) -> None:
        """Once a frame: (peak_db, rms_db) since the last one, or None."""
        b = self.ballistics
        b.advance(reading, now_s)
        look = (round(b.level_db, 1), round(b.rms_db, 1), round(b.peak_db, 1), float(b.clipped))
        if look != self._painted:
            self._painted = look
            self.update()
        if (text := f"{b.level_db:.0f} dB") != self._spoken:
            self._spoken = text
            self.setAccessibleDescription(text)


class LevelMeter(SoundMeter):
    """A vertical bar: peak outside, RMS inside, held peak as a line, in dB full scale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTip(self.tr("Level in dBFS: peak, RMS (brighter) and peak hold"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._still = Still(
            self,
            self._paint_scale,
            lambda painter: self._paint_bar(painter, DIM_OPACITY),
            lambda painter: self._paint_bar(painter, 1.0),
        )

    def sizeHint(self) -> QSize:
        return QSize(22 + self.fontMetrics().horizontalAdvance("−60") + 10, 120)

    def _y(self, level_db: float) -> float:
        top, bottom = 14.0, self.height() - 8.0
        share = (min(max(level_db, FLOOR_DB), CEILING_DB) - FLOOR_DB) / (CEILING_DB - FLOOR_DB)
        return bottom - share * (bottom - top)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        b, bottom = self.ballistics, self._y(FLOOR_DB)
        self._still.show(painter, b.clipped)
        if self.isEnabled():
            for number, level_db in enumerate((b.level_db, b.rms_db), 1):
                if level_db > FLOOR_DB:
                    y = round(self._y(level_db))
                    part = QRectF(BAR_LEFT, y, BAR_WIDTH, bottom - y)
                    self._still.show_part(painter, number, part)
            if b.peak_db > FLOOR_DB:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                held = QRectF(BAR_LEFT, self._y(b.peak_db) - 0.75, BAR_WIDTH, 1.5)
                painter.fillRect(held, QColor(theme.HANDLE))
        painter.end()

    def _paint_bar(self, painter: QPainter, opacity: float) -> None:
        """All of it, as if the level were at its end."""
        self._paint_scale(painter)
        top, bottom = self._y(CEILING_DB), self._y(FLOOR_DB)
        gradient = QLinearGradient(0, top, 0, bottom)
        height = bottom - top
        gradient.setColorAt(0.0, QColor(theme.BAD))
        gradient.setColorAt((self._y(0) - top) / height, QColor(theme.BAD))
        gradient.setColorAt((self._y(-6) - top) / height, QColor(theme.WARN))
        gradient.setColorAt((self._y(-18) - top) / height, QColor(theme.GOOD))
        gradient.setColorAt(1.0, QColor(theme.GOOD))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.setOpacity(opacity)
        painter.drawRoundedRect(QRectF(BAR_LEFT, top, BAR_WIDTH, height), 2, 2)

    def _paint_scale(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top, bottom = self._y(CEILING_DB), self._y(FLOOR_DB)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.BAD if self.ballistics.clipped else theme.LINE))
        painter.drawRoundedRect(QRectF(BAR_LEFT, 3, BAR_WIDTH, 6), 2, 2)
        painter.setBrush(QColor(theme.TRACK))
        painter.drawRoundedRect(QRectF(BAR_LEFT, top, BAR_WIDTH, bottom - top), 2, 2)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 0.78)
        painter.setFont(font)
        painter.setPen(QColor(theme.DIM))
        ascent = painter.fontMetrics().ascent()
        last_y = float("-inf")
        for tick_db in TICKS_DB:
            y = self._y(tick_db)
            if y - last_y >= ascent + 2:
                painter.drawText(QPointF(24, y + ascent / 2 - 1), f"{tick_db}".replace("-", "−"))
                last_y = y


class LoadMeter(QWidget):
    """How much of its time the audio thread needs, and how often it was late (xruns)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Engine load"))
        self.setToolTip(
            self.tr(
                "Share of real time the engine needs to compute, and underruns since the last reset"
            )
        )
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.load = 0.0
        self.xruns = 0
        self._counted = self._reset_at = 0  # by the engine, since it started
        self._xrun_s = float("-inf")
        self._painted: tuple[object, ...] = ()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(
            metrics.horizontalAdvance(self._texts(1.0, 99_999)) + round(BAR_LENGTH) + 10, 22
        )

    def _texts(self, load: float, xruns: int) -> str:
        late = self.tr("1 xrun") if xruns == 1 else self.tr("{} xruns").format(xruns)
        return self.tr("load {} %").format(f"{load * 100:.0f}") + f"  ·  {late}"

    def report(self, load: float, xruns: int, now_s: float) -> None:
        """The engine's figures: load 0..1 (or beyond), underruns since it started."""
        if xruns < self._counted:
            self._reset_at = 0  # another engine, or it has begun anew
        if xruns > max(self._counted, self._reset_at):
            self._xrun_s = now_s
        self.load, self._counted = load, xruns
        self.xruns = xruns - self._reset_at

    def reset(self) -> None:
        """Count underruns from now on."""
        self._reset_at = self._counted
        self.xruns, self._xrun_s = 0, float("-inf")

    def forget(self) -> None:
        """The engine went away; the next one counts from where it says."""
        self.load, self.xruns, self._xrun_s = 0.0, 0, float("-inf")
        self._counted = self._reset_at = 0

    def advance(self, now_s: float) -> None:
        """Once a frame."""
        alarmed = now_s - self._xrun_s < XRUN_SHOWN_S
        look = (round(self.load, 2), self.xruns, alarmed)
        if look != self._painted:
            self._painted = look
            self.setAccessibleDescription(self._texts(self.load, self.xruns))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_ground(self, painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        alarmed = bool(self._painted and self._painted[2])
        painter.setPen(QColor(theme.BAD if alarmed else theme.DIM))
        if not self.isEnabled():
            painter.setPen(QColor(theme.FAINT))
        text = self._texts(self.load, self.xruns)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(self.rect()), right, text)

        left = self.width() - painter.fontMetrics().horizontalAdvance(text) - BAR_LENGTH - 10
        bar = QRectF(left, self.height() / 2 - 3, BAR_LENGTH, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.LINE))
        painter.drawRoundedRect(bar, 3, 3)
        if self.isEnabled() and self.load > 0:
            colour = theme.GOOD
            if self.load >= LOAD_WARN:
                colour = theme.BAD if self.load >= LOAD_BAD else theme.WARN
            bar.setWidth(max(6.0, BAR_LENGTH * min(self.load, 1.0)))
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(bar, 3, 3)
        painter.end()

"""Losses over the steps: trained on, and held out."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from rtsynth_gui.link.engine_words import in_own_language
from rtsynth_gui.train.progress import Curve
from rtsynth_gui.widgets import theme

MARGIN = 6.0
LEFT = 34.0
BOTTOM = 16.0
SMALLEST_SPAN = 0.1  # of the losses shown
LOUDEST_SHARE = 0.02  # of the first points, whose losses would flatten the rest


class Curves(QWidget):
    """The two curves, with the axis of losses on the left and the last step on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._train, self._held_out = Curve(), Curve()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Loss"))

    def sizeHint(self) -> QSize:
        return QSize(240, 120)

    def show_curves(self, train: Curve, held_out: Curve, unit: str) -> None:
        """Draw these from now on; they may grow."""
        self._train, self._held_out = train, held_out
        words = ""
        if train.points:
            words = self.tr("{loss:.3f} {unit} in training").format(
                loss=train.points[-1][1], unit=in_own_language(unit)
            )
        if held_out.points:
            words += self.tr(", {loss:.3f} held out").format(loss=held_out.points[-1][1])
        self.setAccessibleDescription(words)
        self.setToolTip(
            self.tr(
                "Loss by step; lower is better. Thin line: the training "
                "recordings. Thick dotted line: the recordings held out"
            )
        )
        self.update()

    def span(self) -> tuple[float, float]:
        """(lowest, highest) loss shown."""
        points = self._train.points
        skipped = int(len(points) * LOUDEST_SHARE)
        losses = [loss for _, loss in points[skipped:]]
        losses += [loss for _, loss in self._held_out.points]
        if not losses:
            return 0.0, 1.0
        low, high = min(losses), max(losses)
        wider = max(0.0, SMALLEST_SPAN - (high - low)) / 2
        return low - wider, high + wider

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.LINE), 1))
        painter.setBrush(QColor(theme.WELL))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        area = QRectF(self.rect()).adjusted(LEFT, MARGIN, -MARGIN, -BOTTOM)
        low, high = self.span()
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 0.8)
        painter.setFont(font)
        painter.setPen(QColor(theme.DIM))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if self._train.points or self._held_out.points:
            for loss, height in ((high, area.top()), (low, area.bottom())):
                place = QRectF(0, height - 8, LEFT - 4, 16)
                painter.drawText(place, right, f"{loss:.2f}")
        last = max((curve.points[-1][0] for curve in (self._train, self._held_out) if curve.points),
                   default=0.0)  # fmt: skip
        if last:
            below = QRectF(area.left(), area.bottom() + 1, area.width(), BOTTOM - 2)
            painter.drawText(below, right, self.tr("step {}").format(int(last)))
        painter.setClipRect(area.adjusted(0, -1, 0, 1))
        self._stroke(painter, area, self._train, last, QPen(QColor(theme.ACCENT), 1.2))
        dotted = QPen(QColor(theme.FOLLOW), 2.0, Qt.PenStyle.DotLine)
        self._stroke(painter, area, self._held_out, last, dotted)
        painter.end()

    def _stroke(
        self, painter: QPainter, area: QRectF, curve: Curve, last: float, pen: QPen
    ) -> None:
        if not curve.points:
            return
        low, high = self.span()
        places = [
            QPointF(
                area.left() + area.width() * step / max(last, 1.0),
                area.bottom() - area.height() * (loss - low) / (high - low),
            )
            for step, loss in curve.points
        ]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(places))
        if len(places) == 1:
            painter.drawEllipse(places[0], 2, 2)

"""A name with a lamp that is lit for a moment when something comes in; a click asks for more."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.ground import paint_ground

SIDE = 8.0
GAP = 6.0
LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class ActivityLamp(QAbstractButton):
    """`light(seconds)` lights it; `refresh` puts it out again."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(name)
        self.setAccessibleName(self.tr("{} activity").format(name))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.lit = False
        self._until_s = float("-inf")

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self.text()) + GAP + SIDE + 4
        return QSize(round(width), metrics.height() + 4)

    def light(self, now_s: float, seconds: float) -> None:
        """Something came in."""
        self._until_s = max(self._until_s, now_s + seconds)
        self.refresh(now_s)

    def refresh(self, now_s: float) -> None:
        """Once a frame."""
        lit = now_s < self._until_s
        if lit != self.lit:
            self.lit = lit
            self.setAccessibleDescription(self.tr("active") if lit else "")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_ground(self, painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pointed = self.isEnabled() and (self.underMouse() or self.hasFocus())
        colour = theme.TEXT if pointed else theme.DIM
        painter.setPen(QColor(colour if self.isEnabled() else theme.FAINT))
        words = QRectF(SIDE + GAP, 0, self.width() - SIDE - GAP, self.height())
        painter.drawText(
            words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text()
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.GOOD if self.lit else theme.LINE_STRONG))
        painter.drawEllipse(QRectF(1, (self.height() - SIDE) / 2, SIDE, SIDE))
        painter.end()

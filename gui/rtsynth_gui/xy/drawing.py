"""How the pad looks: a well with a grid, cross-hairs, a trail, and a lit point."""

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPen, QRadialGradient

from rtsynth_gui.widgets import theme
from rtsynth_gui.xy.corners import PLACES, Point, shares

if TYPE_CHECKING:
    from rtsynth_gui.xy.pad import XYPad

RADIUS = 8.0  # of the well's corners
DOT = 8.5
GLOW = 58.0
CELLS = 8
SMALL_PRINT = 0.85
TRAIL_S = 0.7  # that it is seen
GAP = 5.0


def faded(colour: str, alpha: float) -> QColor:
    """A colour of the theme, seen through."""
    result = QColor(colour)
    result.setAlphaF(min(max(alpha, 0.0), 1.0))
    return result


def paint_pad(painter: QPainter, pad: "XYPad") -> None:
    """Draw all of it."""
    well = QPainterPath()
    well.addRoundedRect(QRectF(pad.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    painter.fillPath(well, QColor(theme.WELL if pad.isEnabled() else theme.PANEL))
    painter.save()
    painter.setClipPath(well)
    if pad.look.corners:
        _corner_lights(painter, pad)
    _grid(painter, pad)
    if not pad.look.hint:
        _hairs(painter, pad)
    _words(painter, pad)
    if not pad.look.hint:
        _point(painter, pad)
    painter.restore()
    border = (
        theme.ACCENT if pad.hasFocus() else theme.LINE_STRONG if pad.underMouse() else theme.LINE
    )
    painter.setPen(QPen(QColor(border), 1.0))
    painter.drawPath(well)


def _light(painter: QPainter, at: QPointF, radius: float, colour: str, alpha: float) -> None:
    gradient = QRadialGradient(at, radius)
    gradient.setColorAt(0.0, faded(colour, alpha))
    gradient.setColorAt(1.0, faded(colour, 0.0))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(gradient)
    painter.drawEllipse(at, radius, radius)


def _corner_lights(painter: QPainter, pad: "XYPad") -> None:
    """Each corner is as bright as it counts."""
    if not pad.isEnabled() or pad.look.hint:
        return
    reach = 0.85 * min(pad.width(), pad.height())
    for place, name, weight in zip(
        PLACES, pad.look.corners, shares(pad.look.corners, pad.point), strict=True
    ):
        if name:
            _light(painter, pad.place(place), reach, theme.ACCENT, 0.06 + 0.26 * weight)


def _grid(painter: QPainter, pad: "XYPad") -> None:
    box = pad.box()
    for axis, ticks in enumerate(pad.look.ticks):
        waits = pad.look.waiting[axis]
        lines = ticks or tuple(n / CELLS for n in range(CELLS + 1))
        for share in lines:
            strong = bool(ticks) or share == 0.5
            painter.setPen(QPen(faded(theme.LINE_STRONG, 0.8 if strong else 0.35), 1.0))
            if waits:
                painter.setPen(QPen(faded(theme.LEARN, 0.7 if strong else 0.4), 1.0))
            x, y = pad.place((share, share)).toTuple()
            if axis == 0:
                painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            else:
                painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))


def beside(metrics: QFontMetrics, name: str, width: float) -> str:
    """A name of which two have room beside each other in a width."""
    return metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, int(width / 2 - 2 * GAP))


def _ground(painter: QPainter, place: QRectF) -> None:
    """No line of the grid, and no cross-hair, goes through what is written here."""
    painter.fillRect(place, faded(theme.WELL, 0.85))


def _words(painter: QPainter, pad: "XYPad") -> None:
    font = pad.font()
    font.setPointSizeF(font.pointSizeF() * SMALL_PRINT)
    painter.setFont(font)
    inner = pad.box().adjusted(GAP, 3, -GAP, -3)
    left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
    top, bottom = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
    dim = QColor(theme.DIM if pad.isEnabled() else theme.FAINT)
    if pad.look.hint:
        painter.setPen(dim)
        middle = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        place = inner.adjusted(12, 12, -12, -12)
        _ground(painter, painter.boundingRect(place, middle, pad.look.hint).adjusted(-6, -4, 6, 4))
        painter.drawText(place, middle, pad.look.hint)
        return
    if pad.look.corners:
        weights = shares(pad.look.corners, pad.point)
        for (x, y), name, weight in zip(PLACES, pad.look.corners, weights, strict=True):
            name = beside(painter.fontMetrics(), name, inner.width())
            text = f"{name}\n{100 * weight:.0f} %" if y else f"{100 * weight:.0f} %\n{name}"
            across, along = right if x else left, top if y else bottom
            painter.setPen(faded(theme.TEXT if pad.isEnabled() else theme.FAINT, 0.5 + weight / 2))
            text, flags = text if name else "–", int(across | along)
            _ground(painter, painter.boundingRect(inner, flags, text).adjusted(-2, 0, 2, 0))
            painter.drawText(inner, flags, text)
        return
    painter.setPen(dim)
    x_title, y_title = pad.look.titles
    painter.drawText(inner, int(right | bottom), f"{x_title}  →" if x_title else "")
    painter.drawText(inner, int(left | top), f"↑  {y_title}" if y_title else "")
    _class_names(painter, pad, inner)


def _class_names(painter: QPainter, pad: "XYPad", inner: QRectF) -> None:
    """Those of x along the bottom, from the left; those of y along the right, from the top.

    The title of the axis stands at the other end; what would touch it is left out.
    """
    metrics = painter.fontMetrics()
    painter.setPen(QColor(theme.TEXT if pad.isEnabled() else theme.FAINT))
    free_to = inner.right() - metrics.horizontalAdvance(f"{pad.look.titles[0]}  →") - 2 * GAP
    for tick, name in zip(pad.look.ticks[0], pad.look.names[0], strict=False):
        at = pad.place((tick, 0.0))
        width = metrics.horizontalAdvance(name)
        x = min(max(at.x() + GAP, inner.left()), inner.right() - width)
        top = inner.bottom() - metrics.height() * (2.2 if x + width > free_to else 1.0)
        painter.drawText(QPointF(x, top + metrics.ascent()), name)
    for tick, name in zip(pad.look.ticks[1], pad.look.names[1], strict=False):
        at = pad.place((0.0, tick))
        y = min(
            max(at.y() - GAP, inner.top() + metrics.ascent()),
            inner.bottom() - 2.4 * metrics.height(),
        )
        painter.drawText(QPointF(inner.right() - metrics.horizontalAdvance(name), y), name)


def _trail(painter: QPainter, pad: "XYPad", colour: str) -> None:
    points = [*pad.trail, (pad.point, pad.now_s)]
    for (start, left_s), (end, _) in pairwise(points):
        fresh = 1.0 - (pad.now_s - left_s) / TRAIL_S
        if fresh > 0:
            pen = QPen(faded(colour, 0.55 * fresh), 1.0 + 3.0 * fresh)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLine(pad.place(start), pad.place(end))


def _hairs(painter: QPainter, pad: "XYPad") -> None:
    box, at = pad.box(), pad.place(pad.point)
    colour = theme.FOLLOW if pad.look.hollow else theme.ACCENT
    painter.setPen(QPen(faded(colour if pad.isEnabled() else theme.LINE_STRONG, 0.55), 1.0))
    painter.drawLine(QPointF(at.x(), box.top()), QPointF(at.x(), box.bottom()))
    painter.drawLine(QPointF(box.left(), at.y()), QPointF(box.right(), at.y()))


def _point(painter: QPainter, pad: "XYPad") -> None:
    enabled, at = pad.isEnabled(), pad.place(pad.point)
    hollow = pad.look.hollow
    colour = theme.FOLLOW if hollow else theme.ACCENT
    if enabled:
        _light(painter, at, GLOW, colour, 0.38 if pad.held else 0.24)
        _trail(painter, pad, colour)
    _modulation(painter, pad, at)
    painter.setPen(QPen(QColor(colour if enabled else theme.LINE_STRONG), 2.5))
    fill = theme.PANEL if hollow or not enabled else theme.HANDLE
    painter.setBrush(QColor(fill))
    painter.drawEllipse(at, DOT if pad.held else DOT - 1, DOT if pad.held else DOT - 1)


def _modulation(painter: QPainter, pad: "XYPad", at: QPointF) -> None:
    """Where the engine moves it now: a second dot, tied to the first."""
    x, y = pad.look.modulated
    if (x is None and y is None) or not pad.isEnabled():
        return
    moved: Point = (pad.point[0] if x is None else x, pad.point[1] if y is None else y)
    to = pad.place(moved)
    painter.setPen(QPen(QColor(theme.MODULATION), 2.0))
    painter.drawLine(at, to)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.MODULATION))
    painter.drawEllipse(to, 4.0, 4.0)

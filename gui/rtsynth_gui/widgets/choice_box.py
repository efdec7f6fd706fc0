"""A small menu of which one thing is chosen."""

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QToolTip

from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.plain import plain_tip

POPUP_EDGE = 8
RICH, RICH_END = "<qt>", "</qt>"  # of what `plain_tip` makes
TEXT_EDGE = 2  # before and behind the text, as Qt has it


class ChoiceBox(QComboBox):
    """A small menu: what is chosen, and an arrow that says that it can be changed. What there is no
    room for ends in "…", and is in the tool-tip."""

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(10, 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """It turns what is chosen for who is here, and scrolls the page for everybody else."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def showPopup(self) -> None:
        """The menu is as wide as its longest line, however narrow the box."""
        view = self.view()
        bar = view.verticalScrollBar()
        wide = view.sizeHintForColumn(0) + bar.sizeHint().width() + POPUP_EDGE
        view.setMinimumWidth(min(wide, self.screen().availableGeometry().width()))
        super().showPopup()

    def _option(self) -> QStyleOptionComboBox:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        return option

    @property
    def shown(self) -> str:
        """The text as far as there is room for it."""
        style, option = self.style(), self._option()
        control, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = style.subControlRect(control, option, field, self).width() - TEXT_EDGE
        return self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            whole = self.currentText()
            if self.shown != whole:
                own = self.toolTip()
                own = own if own.startswith(RICH) else plain_tip(own)
                tip = plain_tip(whole)
                if own:
                    tip = tip.removesuffix(RICH_END) + "<br>" + own.removeprefix(RICH)
                QToolTip.showText(event.globalPos(), tip, self)
                return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        option = self._option()
        option.currentText = self.shown
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lively = self.underMouse() or self.hasFocus()
        pen = QPen(QColor(theme.TEXT if lively else theme.DIM), 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.translate(self.width() - 13, self.height() / 2)
        painter.drawPolyline([QPointF(-3.6, -1.8), QPointF(0, 1.8), QPointF(3.6, -1.8)])
        painter.end()

"""A menu whose lines may have tool-tips, for why they cannot be chosen."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction, QHelpEvent
from PySide6.QtWidgets import QMenu, QToolTip

from rtsynth_gui.widgets.plain import plain_tip


class TippedMenu(QMenu):
    """Qt's own would show every line's text again where there is no tool-tip."""

    def tip(self, action: QAction, text: str) -> None:
        """Give a line a tool-tip; "" for none."""
        action.setToolTip(plain_tip(text))
        action.setStatusTip(text)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            action = self.actionAt(event.pos())
            tip = action.toolTip() if action is not None and action.statusTip() else ""
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

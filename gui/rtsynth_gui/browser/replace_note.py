"""Says that the plugin which is opened next replaces that of a slot."""

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from rtsynth_gui.widgets.plain import PlainLabel


class ReplaceNote(PlainLabel):
    """`slot` is the one, 0 for none: then it is hidden. Turning the page away takes it back."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", parent)
        self.slot = 0
        self.setWordWrap(True)
        self.hide()

    def show_slot(self, slot: int) -> None:
        """From now on it is this slot's."""
        self.slot = slot
        text = self.tr("The plugin you open (double-click, or Enter) replaces that of slot {}.")
        self.setText(text.format(slot))
        self.setVisible(slot > 0)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.slot = 0
        self.setVisible(False)

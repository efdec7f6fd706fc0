"""The knobs of an LFO: those without effect at present are grey."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from rtsynth_gui.panels.dial_cell import DialCell
from rtsynth_gui.panels.dial_line import DialLine
from rtsynth_gui.widgets.plain import plain_tip

RATE, BEATS = "_rate", "_beats"


class LfoLine(DialLine):
    """While its cycle lasts beats, its rate counts for nothing."""

    def __init__(self, cells: Sequence[DialCell], parent: QWidget | None = None) -> None:
        super().__init__(cells, parent)
        by_end = {cell.control.name[cell.control.name.rfind("_") :]: cell for cell in cells}
        self._rate, self._beats = by_end.get(RATE), by_end.get(BEATS)
        self.refresh(0.0)

    def refresh(self, now_s: float) -> None:
        super().refresh(now_s)
        if self._rate is None or self._beats is None:
            return
        counts = self._beats.shown_value == 0
        if self._rate.slider.isEnabled() == counts:
            return
        tip = plain_tip(self._rate.control.tip)
        if not counts:
            tip = plain_tip(self.tr("Beats decide how long a cycle is. At 0 beats the rate does."))
        for widget in self._rate.widgets:
            widget.setToolTip(tip)
        self._rate.slider.setEnabled(counts)
        self._rate.entry.setEnabled(counts)

"""The envelope: its shape with handles, and a knob for each stage."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from rtsynth_gui.edit.history import new_gesture
from rtsynth_gui.panels.dial_cell import DialCell
from rtsynth_gui.panels.dial_line import DialLine
from rtsynth_gui.widgets.envelope import EnvelopeCurve
from rtsynth_gui.widgets.plain import plain_tip


class EnvelopeLine(DialLine):
    """Dials of attack, decay, sustain, release and what else is in the group (glide)."""

    def __init__(self, cells: Sequence[DialCell], parent: QWidget | None = None) -> None:
        super().__init__(cells, parent)
        self._stages = {cell.control.name: cell for cell in cells}
        self.curve = EnvelopeCurve(self)
        self.curve.setAccessibleName(self.tr("Shape of the envelope"))
        self.curve.setToolTip(
            plain_tip(self.tr("Drag a corner (Shift or Ctrl: fine); double-click: reset"))
        )
        self.line.insertWidget(0, self.curve, 1)
        self.curve.grabbed.connect(self._begin)
        self.curve.let_go.connect(self._end)
        self.curve.dragged.connect(lambda name, position: self._stages[name].slide(position))
        self.curve.default_wanted.connect(lambda name: self._stages[name].to_default())
        self.refresh(0.0)

    def _begin(self) -> None:
        gesture = new_gesture()  # a corner may move two stages
        for stage in self._stages.values():
            stage.begin(gesture)

    def _end(self) -> None:
        for stage in self._stages.values():
            stage.end()

    def refresh(self, now_s: float) -> None:
        super().refresh(now_s)
        stages = self._stages.items()
        self.curve.show_positions({n: s.control.position_of(s.shown_value) for n, s in stages})

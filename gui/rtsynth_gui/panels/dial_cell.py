"""A control as a knob: its name above, its number below."""

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rtsynth.common.control_info import Owner
from rtsynth_gui.link.control import Control
from rtsynth_gui.panels.control_view import ControlView
from rtsynth_gui.widgets.dial import Dial

CELL_WIDTH = 62
SMALL = 0.84
GROUPED = ("lfo1", "lfo2", "follow")
_HIDDEN = re.compile(r"(\w+)\.(layer\d+_(scale|noise)|(frame\d+_)?(freeze|loop))")


def tier_of(name: str) -> str | None:
    """The tier whose hidden layers a control reaches into; None for another control."""
    found = _HIDDEN.fullmatch(name)
    return found and found.group(1)


def short_title(control: Control) -> str:
    """The name where it stands below what it belongs to."""
    if control.owner is Owner.TIER and control.leaf == "beta":
        return f"{control.stem.capitalize()} β"
    if tier_of(control.name):
        return control.leaf.removeprefix("layer").replace("_", " ").capitalize()
    head, _, tail = control.name.partition("_")
    return tail.capitalize() if head in GROUPED and tail else control.title


class DialCell(ControlView):
    """`box` is the widget to be laid out: name, knob and number below each other."""

    def __init__(self, control: Control, value: float, parent: QWidget | None = None) -> None:
        self.box = QWidget(parent)
        super().__init__(control, value, Dial(self.box), self.box)
        small: tuple[QWidget, ...] = (self.name, self.entry)
        for widget in small:
            font = widget.font()
            font.setPointSizeF(font.pointSizeF() * SMALL)
            widget.setFont(font)
        self.name.setText(short_title(control))
        self.unit.hide()  # the number says it
        self.entry.with_unit = True
        self.entry.setObjectName("small")
        self.entry.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.entry.setFixedWidth(CELL_WIDTH)
        column = QVBoxLayout(self.box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for each in (self.name, self.slider, self.entry):
            column.addWidget(each, alignment=Qt.AlignmentFlag.AlignHCenter)
        self.show_now()

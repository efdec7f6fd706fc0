"""One axis of the pad: a control with its fader, number and unit below the pad."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from rtsynth_gui.link.control import Control
from rtsynth_gui.panels.control_view import ControlView
from rtsynth_gui.panels.generated_row import RELEASE_SIDE, GeneratedRow
from rtsynth_gui.panels.row import ControlRow
from rtsynth_gui.widgets.fader import COMPACT

MODULATED_S = 0.4  # of several reports
CENTRE = 0.5
BETWEEN = 10.0  # fine steps, of a hundredth of the way to the next class


class Axis(QObject):
    """A row in a grid, and its place among what the engine reports.

    `moved`, `edited` and `menu_wanted` are those of the control's row.
    """

    moved = Signal(str, float)
    edited = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(
        self,
        control: Control,
        values: Mapping[str, float],
        followed: Mapping[str, float],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.control = control
        self.box = QWidget(parent)
        grid = self._grid = QGridLayout(self.box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        address, take = control.address, control.take_address
        value = values.get(control.address, control.default)
        self.view: ControlView
        self._reports: dict[str, Callable[[float], None]]
        self._puts: dict[str, Callable[[float], None]]
        if control.generation is None:
            self.view = ControlRow(control, value, grid, self.box, COMPACT)
            self._reports, self._puts = {}, {}
        else:
            now = followed.get(address, value)
            row = GeneratedRow(control, value, now, values.get(take, 0.0) > 0, grid, self.box)
            self.view = row
            self._reports, self._puts = {take: row.report_take}, {take: row.put_take}
        self._reports[address] = self.view.report
        self._puts[address] = self.view.put
        self.view.name.hide()  # what is chosen above it says so
        self.view.unit.setHidden(control.is_class)  # their names are on the pad
        unit = self.view.unit
        widest = max(unit.minimumSizeHint().width(), unit.minimumWidth())
        self._widths = self.view.entry.width(), 0 if control.is_class else widest
        self.view.moved.connect(self.moved)
        self.view.edited.connect(self.edited)
        self.view.menu_wanted.connect(self.menu_wanted)
        self._modulated_s: float | None = None

    @property
    def widths(self) -> tuple[int, int]:
        """How wide the number and its unit want to be, in pixels."""
        return self._widths

    def align(self, number: int, unit: int, *, behind: bool) -> None:
        """As wide as those of the other axis; `behind`: one of them can be released."""
        self.view.entry.setFixedWidth(number)
        self._grid.setColumnMinimumWidth(3, unit)
        self._grid.setColumnMinimumWidth(4, RELEASE_SIDE if behind else 0)

    @property
    def position(self) -> float:
        """Where it is, 0..1."""
        return self.control.position_of(self.view.shown_value)

    @property
    def text(self) -> str:
        """The value with its unit."""
        value = self.view.shown_value
        return f"{self.control.text(value)} {self.control.unit_text(value)}".strip()

    @property
    def modulated(self) -> float | None:
        """Where modulation moves it now, 0..1."""
        return self.view.slider.modulated

    def nudge(self, steps: float, fine: bool) -> None:
        """Move by steps of a key; what lies between two classes is reached, too."""
        if self.control.is_class and not self.control.is_whole:
            steps, fine = steps * (1.0 if fine else BETWEEN), True
        if steps:
            self.view.slider.nudged.emit(steps, fine)

    def report(self, address: str, value: float) -> None:
        """The engine says where something is."""
        if (report := self._reports.get(address)) is not None:
            report(value)

    def put(self, address: str, value: float) -> None:
        """Something was sent to the engine."""
        if (put := self._puts.get(address)) is not None:
            put(value)

    def follow(self, value: float) -> None:
        """The engine reports what a tier generates."""
        if isinstance(self.view, GeneratedRow):
            self.view.follow(value)

    def modulate(self, value: float, now_s: float) -> None:
        """The engine reports where modulation moves it."""
        self._modulated_s = now_s
        self.view.modulate(value)

    def refresh(self, now_s: float) -> None:
        """Once a frame."""
        self.view.refresh(now_s)
        if self._modulated_s is not None and now_s - self._modulated_s > MODULATED_S:
            self._modulated_s = None
            self.view.modulate(None)

    def remove(self) -> None:
        """Another one takes its place."""
        self.box.hide()
        self.box.deleteLater()
        self.deleteLater()

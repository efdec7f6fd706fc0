"""A parameter that a tier of the plugin generates, and that a hand can override."""

import time
from collections.abc import Mapping

from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from rtsynth_gui.edit.history import Step
from rtsynth_gui.edit.titles import change_of
from rtsynth_gui.link.control import Control
from rtsynth_gui.link.takeover import Takeover
from rtsynth_gui.panels.row import ControlRow
from rtsynth_gui.widgets.disclosure import Disclosure
from rtsynth_gui.widgets.fader import COMPACT
from rtsynth_gui.widgets.plain import plain_tip

INDENT = 14
RELEASE_SIDE = 20


class GeneratedRow(ControlRow):
    """A compact row that shows what the tier generates until a hand moves it.

    Then it is held: `value` is where the hand put it, and the engine takes that instead. Its
    button, or asking for the default, releases it.
    """

    taken = False
    followed = 0.0

    def __init__(
        self,
        control: Control,
        value: float,
        followed: float,
        taken: bool,
        grid: QGridLayout,
        parent: QWidget,
    ) -> None:
        super().__init__(control, value, grid, parent, COMPACT)
        self.followed = followed
        self._takes = Takeover()
        tier = control.generation.tier if control.generation is not None else ""
        self.release_button = QPushButton("×", parent)
        self.release_button.setObjectName("held")
        tip = self.tr("Overridden by hand. Release it to let {} control it again").format(tier)
        self.release_button.setToolTip(plain_tip(tip))
        self.release_button.setAccessibleName(self.tr("Release {}").format(control.title))
        self.release_button.clicked.connect(self.release)
        self.release_button.setFixedSize(RELEASE_SIDE, RELEASE_SIDE)
        policy = self.release_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.release_button.setSizePolicy(policy)
        grid.addWidget(self.release_button, grid.rowCount() - 1, 4)
        self.slider.default = None
        self._set_taken(taken)
        self.show_now()

    @property
    def shown_value(self) -> float:
        return self.value if self.taken else self.followed

    @property
    def at_default(self) -> bool:
        return not self.taken

    def to_default(self) -> None:
        """Left alone, it follows."""
        if self.taken:
            self.release()

    def release(self) -> None:
        """Let the tier move it again."""
        take = self.control.take_address
        self.edited.emit(Step(change_of(self.control.title), self._before(), {take: 0.0}))
        self.put_take(0.0)
        self.moved.emit(take, 0.0)

    def put_take(self, take: float) -> None:
        """Show whether the engine was asked to override it, without asking."""
        self._takes.touch(time.monotonic())
        self._set_taken(take > 0)
        self.show_now()

    def follow(self, value: float) -> None:
        """The engine reports what the tiers below receive now."""
        self.followed = value

    def report_take(self, take: float) -> None:
        """The engine says whether it is overridden (in part: above 0)."""
        self._takes.report(take)

    def refresh(self, now_s: float) -> None:
        take, value = self._takes.due(now_s), self.takeover.due(now_s)
        if value is not None:
            self.value = value
        if take is not None and (take > 0) != self.taken:
            self._set_taken(take > 0)
            self.show_now()
        elif not self.takeover.held:
            self.catch_up(now_s)
        if self.waiting:
            self.blink(now_s)

    def put(self, value: float) -> None:
        # The engine overrides it by itself when it receives the value.
        self._takes.touch(time.monotonic())
        self._set_taken(True)
        super().put(value)

    def _before(self) -> dict[str, float]:
        return super()._before() if self.taken else {self.control.take_address: 0.0}

    def _set_taken(self, taken: bool) -> None:
        self.taken = taken
        self.slider.set_following(not taken)
        if not taken and self.release_button.hasFocus():
            self.slider.setFocus()
        self.release_button.setVisible(taken)


class GeneratedBox(QWidget):
    """The row of a generated parameter and, folded away under it, its offset and scale."""

    def __init__(
        self,
        control: Control,
        adjustments: list[Control],
        values: Mapping[str, float],
        followed: Mapping[str, float],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        value = values.get(control.address, control.default)
        self.row = GeneratedRow(
            control,
            value,
            followed.get(control.address, value),
            values.get(control.take_address, 0.0) > 0,
            grid,
            self,
        )
        self.disclosure = Disclosure(self)
        self.disclosure.setToolTip(self.tr("Offset and scale"))
        self.disclosure.setAccessibleName(self.tr("{}, offset and scale").format(control.title))
        self.disclosure.setVisible(bool(adjustments))
        self.disclosure.toggled.connect(self._unfold)
        grid.addWidget(self.disclosure, grid.rowCount() - 1, 5)
        self.adjustments: dict[str, ControlRow] = {}
        for each in adjustments:
            self._adjust_by(each, values.get(each.address, each.default), grid)
        self._unfold(False)
        self.refresh(time.monotonic())

    def _adjust_by(self, control: Control, value: float, grid: QGridLayout) -> None:
        row = ControlRow(control, value, grid, self, COMPACT)
        row.name.setText(control.leaf)
        row.name_style = "dim"
        row.name.setObjectName("dim")
        row.name.setIndent(INDENT)
        row.slider.origin = control.position_of(control.default)  # what changes nothing
        self.adjustments[control.address] = row

    def _unfold(self, unfolded: bool) -> None:
        for row in self.adjustments.values():
            for widget in (row.name, row.slider, row.entry, row.unit):
                widget.setVisible(unfolded)

    def refresh(self, now_s: float) -> None:
        """Once a frame."""
        self.row.refresh(now_s)
        for row in self.adjustments.values():
            row.refresh(now_s)
        self.disclosure.set_marked(
            any(row.value != row.control.default for row in self.adjustments.values())
        )

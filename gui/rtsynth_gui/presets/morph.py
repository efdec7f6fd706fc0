"""A fader between two presets, or two states."""

import time

from PySide6.QtCore import QT_TRANSLATE_NOOP, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from rtsynth_gui.edit.acts import NUDGED_S, SETTLED_S
from rtsynth_gui.widgets.choice_box import ChoiceBox
from rtsynth_gui.widgets.fader import REGULAR, Fader
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

STEP = 0.01  # of a notch
# Of what it is between: its share, its ends, what it waits for, what it does.
TEXTS = {
    "preset": (
        str(QT_TRANSLATE_NOOP("Morph", "Share of the preset at the right end")),
        str(QT_TRANSLATE_NOOP("Morph", "Preset at the left end")),
        str(QT_TRANSLATE_NOOP("Morph", "Preset at the right end")),
        str(QT_TRANSLATE_NOOP("Morph", "Save two presets first")),
        str(QT_TRANSLATE_NOOP("Morph", "Moves all controls from one preset to the other")),
    ),
    "state": (
        str(QT_TRANSLATE_NOOP("Morph", "Share of the state at the right end")),
        str(QT_TRANSLATE_NOOP("Morph", "State at the left end")),
        str(QT_TRANSLATE_NOOP("Morph", "State at the right end")),
        str(QT_TRANSLATE_NOOP("Morph", "Save two states first")),
        str(QT_TRANSLATE_NOOP("Morph", "Puts back what is between the two states")),
    ),
}


def ends_of(names: list[str], left: str, right: str) -> tuple[str, str]:
    """Two different names for the ends: those that are wanted, as far as there are such; else
    the first, and the next one behind it. "" where there are not so many."""
    left = left if left in names else next((each for each in names if each != right), "")
    if right not in names:
        place = names.index(left) + 1 if left else 0
        right = next((each for each in names[place:] + names[:place] if each != left), "")
    return left, right


class Morph(QWidget):
    """`morphed(a, b, position)`: from a (0) to b (1), at most once a frame; `kind` says of what.

    A gesture is between `began()`, a frame before it moves anything, and `ended()`. `chosen()`:
    there are others at its ends, by hand.
    """

    morphed = Signal(str, str, float)
    began = Signal()
    ended = Signal()
    chosen = Signal()

    def __init__(self, parent: QWidget | None = None, kind: str = "preset") -> None:
        super().__init__(parent)
        share, left, right, self._lacking, self._doing = (self.tr(text) for text in TEXTS[kind])
        self.fader = Fader(self, REGULAR)
        self.fader.setAccessibleName(self.tr("Morph"))
        self.fader.dragged.connect(self._move)
        self.fader.nudged.connect(
            lambda steps, fine: self._nudge(steps * STEP * (0.1 if fine else 1.0))
        )
        self.fader.let_go.connect(lambda: self._end_in(SETTLED_S))
        self.fader.default_wanted.connect(lambda: self._nudge(-1.0))
        self.share = PlainLabel("", self)
        self.share.setObjectName("dim")
        self.share.setMinimumWidth(self.share.fontMetrics().horizontalAdvance("100 %"))
        self.share.setAccessibleName(share)
        self._show_share()
        self._wanted: float | None = None
        self._begun = self._waits = False
        self._end_s = float("inf")
        self.is_chosen = False  # what is at its ends, by a hand, now or before
        self.ends: list[QComboBox] = []
        ends = QHBoxLayout()
        ends.setSpacing(6)
        for name in (left, right):
            box = ChoiceBox(self)
            box.setAccessibleName(name)
            box.activated.connect(self._choose)
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            ends.addWidget(box, 1)
            self.ends.append(box)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(ends)
        moving = QHBoxLayout()
        moving.addWidget(self.fader, 1)
        moving.addWidget(self.share)
        layout.addLayout(moving)
        self.show_names([])

    @property
    def sides(self) -> tuple[str, str]:
        """What is at its ends."""
        return self.ends[0].currentText(), self.ends[1].currentText()

    def show_names(
        self, names: list[str], sides: tuple[str, str] = ("", ""), current: str = ""
    ) -> None:
        """The names there are; what was chosen stays chosen, also under another name. `sides`
        are chosen where nothing was, and where there are none `current` and the next one."""
        before = [self.ends[0].itemText(row) for row in range(self.ends[0].count())]
        if names == before and names:
            return
        gone, new = set(before) - set(names), set(names) - set(before)
        renamed = dict(zip(gone, new, strict=True)) if len(gone) == len(new) == 1 else {}
        shown = [renamed.get(side, side) for side in self.sides]
        was = tuple(shown)
        self.is_chosen = (self.is_chosen and shown != ["", ""]) or any(s in names for s in sides)
        wanted = [each or side for each, side in zip(shown, sides, strict=True)]
        if not self.is_chosen and current:
            wanted = [current, ""]
        for box, name in zip(self.ends, ends_of(names, *wanted), strict=True):
            box.clear()
            box.addItems(names)
            box.setCurrentIndex(names.index(name) if name else -1)
        if self.sides != was:
            self.rest()
        enough = len(names) > 1
        self.setEnabled(enough)
        self.fader.setToolTip(plain_tip(self._doing if enough else self._lacking))

    def start_at(self, current: str) -> None:
        """Be between this and the next one, where no hand has chosen anything."""
        names = [self.ends[0].itemText(row) for row in range(self.ends[0].count())]
        if not self.is_chosen and current in names:
            self._put(ends_of(names, current, ""))

    def choose(self, sides: tuple[str, str]) -> None:
        """Choose these, as far as there are such."""
        self.is_chosen = self._put(sides) or self.is_chosen

    def _put(self, sides: tuple[str, str]) -> bool:
        """Show these at the ends, as far as there are such; whether there was any."""
        rows = [box.findText(name) for box, name in zip(self.ends, sides, strict=True)]
        was = self.sides
        for box, row in zip(self.ends, rows, strict=True):
            if row >= 0:
                box.setCurrentIndex(row)
        if self.sides != was:
            self.rest()
        return max(rows) >= 0

    def rest(self) -> None:
        """The morph is over, or will be another one: back to the start, if no hand holds it."""
        is_held = self._begun and self._end_s == float("inf")
        if not is_held:
            self.fader.show_position(0.0)
            self._show_share()

    def _choose(self) -> None:
        self.is_chosen = True
        self.rest()
        self.chosen.emit()

    def take_move(self) -> None:
        """Once a frame: say where the hand is."""
        if self._waits:
            self._waits = False
            return
        first, second = (box.currentText() for box in self.ends)
        if self._wanted is not None and first and second:
            self.morphed.emit(first, second, self._wanted)
        self._wanted = None
        if self._begun and time.monotonic() >= self._end_s:
            self._begun = False
            self.ended.emit()

    def _end_in(self, seconds: float) -> None:
        self._end_s = time.monotonic() + seconds

    def _nudge(self, by: float) -> None:
        self.fader.show_position(self.fader.position + by)
        self._move(self.fader.position)
        self._end_in(NUDGED_S)

    def _move(self, position: float) -> None:
        if not self._begun:
            self._begun = self._waits = True
            self.began.emit()
        self._end_s = float("inf")
        self._wanted = position
        self._show_share()

    def _show_share(self) -> None:
        self.share.setText(f"{self.fader.position * 100:.0f} %")

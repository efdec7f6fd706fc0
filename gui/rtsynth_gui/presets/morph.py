"""A fader between two presets."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from rtsynth_gui.widgets.fader import REGULAR, Fader
from rtsynth_gui.widgets.plain import plain_tip

STEP = 0.01  # of a notch


class Morph(QWidget):
    """`morphed(a, b, position)`: from preset a (0) to preset b (1), at most once a frame."""

    morphed = Signal(str, str, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fader = Fader(self, REGULAR)
        self.fader.setAccessibleName(self.tr("Morph"))
        self.fader.dragged.connect(self._move)
        self.fader.nudged.connect(
            lambda steps, fine: self._nudge(steps * STEP * (0.1 if fine else 1.0))
        )
        self.fader.default_wanted.connect(lambda: self._nudge(-1.0))
        self._wanted: float | None = None
        self.ends: list[QComboBox] = []
        ends = QHBoxLayout()
        ends.setSpacing(6)
        for name in (self.tr("Preset at the left end"), self.tr("Preset at the right end")):
            box = QComboBox(self)
            box.setAccessibleName(name)
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            ends.addWidget(box, 1)
            self.ends.append(box)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(ends)
        layout.addWidget(self.fader)
        self.show_names([])

    def show_names(self, names: list[str]) -> None:
        """The presets there are; what was chosen stays chosen."""
        if names == [self.ends[0].itemText(row) for row in range(self.ends[0].count())] and names:
            return
        for place, box in enumerate(self.ends):
            chosen = box.currentText()
            box.clear()
            box.addItems(names)
            box.setCurrentIndex(names.index(chosen) if chosen in names else place)
        enough = len(names) > 1
        self.setEnabled(enough)
        tip = self.tr("Save two presets")
        if enough:
            tip = self.tr("Moves all controls from one preset to the other")
        self.fader.setToolTip(plain_tip(tip))

    def take_move(self) -> None:
        """Once a frame: say where the hand is."""
        first, second = (box.currentText() for box in self.ends)
        if self._wanted is not None and first and second:
            self.morphed.emit(first, second, self._wanted)
        self._wanted = None

    def _nudge(self, by: float) -> None:
        self.fader.show_position(self.fader.position + by)
        self._move(self.fader.position)

    def _move(self, position: float) -> None:
        self._wanted = position

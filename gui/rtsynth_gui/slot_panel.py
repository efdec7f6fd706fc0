"""Everything that moves on one slot: parameters, sampling and output, and a keyboard."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from rtsynth_gui.description import Control, Slot
from rtsynth_gui.keyboard import Keyboard
from rtsynth_gui.row import ControlRow


class Card(QFrame):
    """A titled box with a grid of control rows."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        caption = QLabel(title, self)
        caption.setObjectName("caption")
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(12)
        self.grid.setVerticalSpacing(8)
        self.grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(caption)
        layout.addLayout(self.grid)
        layout.addStretch(1)


class SlotPanel(QWidget):
    """Built from the engine's description of one slot.

    `moved(address, value)`: the performer moved a control. `note_on(note, velocity)` and
    `note_off(note)`: the keyboard was played.
    """

    moved = Signal(str, float)
    note_on = Signal(int, float)
    note_off = Signal(int)

    def __init__(self, slot: Slot, values: dict[str, float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slot = slot
        self.rows: dict[str, ControlRow] = {}
        self.keyboard: Keyboard | None = None
        cards = QWidget()
        columns = QHBoxLayout(cards)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(10)
        for title, controls, stretch in (
            ("Parameters", slot.parameters, 3),
            ("Sampling and output", slot.controls, 2),
        ):
            if controls:
                columns.addWidget(self._card(title, controls, values), stretch)
        area = QScrollArea(self)
        area.setWidget(cards)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setMinimumHeight(min(cards.sizeHint().height(), 260) + 2)
        area.setMinimumWidth(cards.minimumSizeHint().width())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(area, 1)
        if slot.pitch is not None:
            layout.addLayout(self._keyboard_line(slot.pitch))
            self._follow_pitch()

    def _card(self, title: str, controls: tuple[Control, ...], values: dict[str, float]) -> Card:
        card = Card(title)
        for control in controls:
            value = values.get(control.address, control.default)
            row = ControlRow(control, value, card.grid, card)
            row.moved.connect(self.moved)
            self.rows[control.address] = row
        return card

    def _keyboard_line(self, pitch: Control) -> QHBoxLayout:
        self.keyboard = Keyboard(pitch, self)
        self.keyboard.note_on.connect(self.note_on)
        self.keyboard.note_off.connect(self.note_off)
        hold = QPushButton("Hold", self)
        hold.setCheckable(True)
        hold.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        hold.setToolTip("A key sounds until the next one is played")
        hold.setChecked(True)
        hold.toggled.connect(self.keyboard.set_hold)
        self.keyboard.set_hold(True)
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self.keyboard, 1)
        line.addWidget(hold)
        return line

    def report(self, address: str, value: float) -> None:
        """The engine says where a control is."""
        row = self.rows.get(address)
        if row is not None:
            row.report(value)

    def refresh(self, now_s: float) -> None:
        """Once a frame."""
        for row in self.rows.values():
            row.refresh(now_s)
        self._follow_pitch()

    def _follow_pitch(self) -> None:
        if self.keyboard is not None and self.slot.pitch is not None:
            self.keyboard.show_pitch(self.rows[self.slot.pitch.address].value)

"""Everything that moves on one slot: parameters, sampling and output, and a keyboard."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from rtsynth.common.control_info import Generation
from rtsynth.common.control_names import ENVELOPE_CONTROLS, MODULATION_CONTROLS
from rtsynth_gui.link.control import Control
from rtsynth_gui.link.description import Slot
from rtsynth_gui.panels.card import Card, TierCard
from rtsynth_gui.panels.card_area import CardArea
from rtsynth_gui.panels.generated_row import GeneratedRow
from rtsynth_gui.panels.row import ControlRow
from rtsynth_gui.widgets.keyboard import Keyboard


class SlotPanel(QWidget):
    """Built from the engine's description of one slot: knobs, sampling, and what tiers make.

    `moved(address, value)`: the performer moved a control. `note_on(note, velocity)` and
    `note_off(note)`: the keyboard was played.
    """

    moved = Signal(str, float)
    note_on = Signal(int, float)
    note_off = Signal(int)

    def __init__(
        self,
        slot: Slot,
        values: dict[str, float],
        followed: dict[str, float],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.slot = slot
        self.rows: dict[str, ControlRow] = {}
        self.tiers: list[TierCard] = []
        self.keyboard: Keyboard | None = None
        self._plain: list[ControlRow] = []
        self._reports: dict[str, Callable[[float], None]] = {}
        self._followers: dict[str, GeneratedRow] = {}
        envelope = tuple(c for c in slot.built_in if c.name in ENVELOPE_CONTROLS)
        elsewhere = (*ENVELOPE_CONTROLS, *MODULATION_CONTROLS)
        others = tuple(c for c in slot.built_in if c.name not in elsewhere)
        area = CardArea(
            self._card("Parameters", slot.knobs, values) if slot.knobs else None,
            [
                self._card(title, controls, values)
                for title, controls in (("Envelope", envelope), ("Sampling and output", others))
                if controls
            ],
            [
                self._tier_card(generation, made, values, followed)
                for generation, made in slot.generated.items()
            ],
            self,
        )
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
            self._add(row)
            self._plain.append(row)
            if self.slot.generated and row.control in self.slot.knobs:
                card.print_small(row)
        return card

    def _tier_card(
        self,
        generation: Generation,
        made: tuple[Control, ...],
        values: dict[str, float],
        followed: dict[str, float],
    ) -> TierCard:
        tier = TierCard(self.slot, generation, made, values, followed)
        tier.moved.connect(self.moved)
        self.tiers.append(tier)
        for box in tier.boxes:
            self._add(box.row)
            self._reports[box.row.control.take_address] = box.row.report_take
            self._followers[box.row.control.address] = box.row
            for row in box.adjustments.values():
                self._add(row)
        return tier

    def _add(self, row: ControlRow) -> None:
        self.rows[row.control.address] = row
        self._reports[row.control.address] = row.report

    def _keyboard_line(self, pitch: Control) -> QHBoxLayout:
        self.keyboard = Keyboard(pitch, self)
        self.keyboard.note_on.connect(self.note_on)
        self.keyboard.note_off.connect(self.note_off)
        hold = QPushButton(self)
        hold.setCheckable(True)
        hold.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        hold.setToolTip("On: a key sounds until the next one is played. Off: until it is released")
        hold.toggled.connect(self.keyboard.set_hold)
        hold.toggled.connect(lambda on: hold.setText(f"Hold\n{'on' if on else 'off'}"))
        hold.setChecked(True)
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self.keyboard, 1)
        line.addWidget(hold)
        return line

    def report(self, address: str, value: float) -> None:
        """The engine says where a control is."""
        report = self._reports.get(address)
        if report is not None:
            report(value)

    def follow(self, address: str, value: float) -> None:
        """The engine reports what a tier generates."""
        row = self._followers.get(address)
        if row is not None:
            row.follow(value)

    def refresh(self, now_s: float) -> None:
        """Once a frame."""
        for row in self._plain:
            row.refresh(now_s)
        for tier in self.tiers:
            tier.refresh(now_s)
        self._follow_pitch()

    def _follow_pitch(self) -> None:
        if self.keyboard is not None and self.slot.pitch is not None:
            self.keyboard.show_pitch(self.rows[self.slot.pitch.address].shown_value)

"""Titled boxes of control rows."""

import math
from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from rtsynth.common.control_info import Generation
from rtsynth_gui.link.control import Control, duration_text, tier_text
from rtsynth_gui.link.description import Slot
from rtsynth_gui.panels.generated_row import GeneratedBox
from rtsynth_gui.panels.row import ControlRow
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

SMALL_PRINT = 0.85


def small_print(text: str, parent: QWidget) -> PlainLabel:
    """A dim label in a smaller size."""
    label = PlainLabel(text, parent)
    label.setObjectName("dim")
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * SMALL_PRINT)
    label.setFont(font)
    return label


class Card(QFrame):
    """A titled box with a grid of control rows."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        caption = PlainLabel(title, self)
        caption.setObjectName("caption")
        self.heading = QHBoxLayout()
        self.heading.addWidget(caption)
        self.heading.addStretch(1)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(12)
        self.grid.setVerticalSpacing(8)
        self.grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 14)
        layout.setSpacing(10)
        layout.addLayout(self.heading)
        layout.addLayout(self.grid)
        layout.addStretch(1)

    def print_small(self, row: ControlRow) -> None:
        """Put behind the last row how soon it is heard, where the engine tells."""
        if row.control.reaction_ms is not None:
            note = small_print(f"≤ {duration_text(row.control.reaction_ms)}", self)
            note.setToolTip(plain_tip(row.control.tip))
            self.grid.addWidget(note, row.grid_row, 4, Qt.AlignmentFlag.AlignRight)


class TierCard(Card):
    """What one tier makes: compact rows in columns, to be read downwards."""

    moved = Signal(str, float)

    def __init__(
        self,
        slot: Slot,
        generation: Generation,
        controls: tuple[Control, ...],
        values: Mapping[str, float],
        followed: Mapping[str, float],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(f"Made by {tier_text(generation)}", parent)
        reactions_ms = [c.reaction_ms for c in controls if c.reaction_ms is not None]
        if reactions_ms:
            text = f"reacts within {duration_text(max(reactions_ms))}"
            self.heading.addWidget(small_print(text, self))
        self.boxes: list[GeneratedBox] = []
        for control in controls:
            adjustments = [slot.adjustment(control, leaf) for leaf in ("offset", "scale")]
            found = [each for each in adjustments if each is not None]
            box = GeneratedBox(control, found, values, followed, self)
            box.moved.connect(self.moved)
            self.boxes.append(box)
        self._align()
        self.grid.setHorizontalSpacing(28)
        self.grid.setVerticalSpacing(3)
        self.grid.setColumnStretch(1, 0)
        self.arrange(1)

    def arrange(self, columns: int) -> None:
        """Lay the rows out anew."""
        lines = math.ceil(len(self.boxes) / columns)
        for box in self.boxes:
            self.grid.removeWidget(box)
        for index, box in enumerate(self.boxes):
            self.grid.addWidget(box, index % lines, index // lines, Qt.AlignmentFlag.AlignTop)
        for column in range(columns):
            self.grid.setColumnStretch(column, 1)

    def _align(self) -> None:
        """Give the names, and what stands behind the numbers, the same width in every row."""
        for part in ("name", "unit"):
            labels = [getattr(box.row, part) for box in self.boxes]
            width = max(max(each.sizeHint().width(), each.minimumWidth()) for each in labels)
            for label in labels:
                label.setMinimumWidth(width)

    def refresh(self, now_s: float) -> None:
        """Once a frame."""
        for box in self.boxes:
            box.refresh(now_s)

"""A box of all controls there are, by slot: what an axis of the pad moves, or a MIDI control."""

from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QSizePolicy, QWidget

from rtsynth_gui.link.control import Control
from rtsynth_gui.link.description import Description
from rtsynth_gui.widgets.choice_box import ChoiceBox

TAKE = "take"


class Group(NamedTuple):
    """The controls of a slot, or of the master, under its name. `short` stands before each."""

    title: str
    short: str
    controls: tuple[Control, ...]


def _movable(controls: Iterable[Control]) -> tuple[Control, ...]:
    """Those that have something between their ends."""
    return tuple(c for c in controls if not (c.is_switch or c.leaf == TAKE))


def every_group(description: Description) -> list[Group]:
    """All controls, in the order of the rack; the master's at the end."""
    found = [
        Group(f"{slot.number}  {slot.title}".strip(), str(slot.number), slot.every_control)
        for slot in description.arranged
    ]
    master = QCoreApplication.translate("ControlChoice", "Master")
    found.append(Group(master, master, description.master))
    return [group for group in found if group.controls]


def groups(description: Description) -> list[Group]:
    """The same, as far as they have something between their ends: what an axis may move."""
    found = [g._replace(controls=_movable(g.controls)) for g in every_group(description)]
    return [group for group in found if group.controls]


class ControlChoice(ChoiceBox):
    """`picked(address)`: the performer chose a control."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(20)
        self.activated.connect(self._activated)

    def _activated(self, row: int) -> None:
        if address := self.itemData(row):
            self.picked.emit(address)

    def show_groups(self, found: list[Group]) -> None:
        """The controls there are, under headings that cannot be chosen."""
        model = QStandardItemModel(self)
        for group in found:
            heading = QStandardItem(group.title)
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            font = heading.font()
            font.setBold(True)
            heading.setFont(font)
            model.appendRow(heading)
            for control in group.controls:
                item = QStandardItem(f"{group.short} · {control.title}")
                item.setData(control.address, Qt.ItemDataRole.UserRole)
                model.appendRow(item)
        self.setModel(model)
        self.setCurrentIndex(-1)

    def show_choice(self, address: str) -> None:
        """Show what is chosen; nothing for what is not there."""
        self.setCurrentIndex(self.findData(address) if address else -1)

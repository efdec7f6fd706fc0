"""A list of kept names with a field that saves one more: of presets, sets or states."""

from collections.abc import Sequence

from PySide6.QtCore import QT_TRANSLATE_NOOP, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from rtsynth.common.names import LONGEST, composed
from rtsynth.control.osc.packet import Argument
from rtsynth_gui.edit.name_rule import name_problem
from rtsynth_gui.presets.name_list import NameList
from rtsynth_gui.widgets.plain import plain_tip

# Of what is kept: in general, a new one, its name, how it is saved, and what to do where there is
# none.
TEXTS = {
    "preset": (
        str(QT_TRANSLATE_NOOP("Keeper", "Presets")),
        str(QT_TRANSLATE_NOOP("Keeper", "New preset")),
        str(QT_TRANSLATE_NOOP("Keeper", "Name of a new preset")),
        str(
            QT_TRANSLATE_NOOP("Keeper", "Save as a preset; without a name it gets the next number")
        ),
        str(QT_TRANSLATE_NOOP("Keeper", "No presets yet. Type a name below and press Enter.")),
    ),
    "set": (
        str(QT_TRANSLATE_NOOP("Keeper", "Sets")),
        str(QT_TRANSLATE_NOOP("Keeper", "New set")),
        str(QT_TRANSLATE_NOOP("Keeper", "Name of a new set")),
        str(QT_TRANSLATE_NOOP("Keeper", "Save as a set; without a name it gets the next number")),
        str(
            QT_TRANSLATE_NOOP(
                "Keeper",
                "A set keeps everything: plugins, values, mixer, mappings. Type "
                "a name below and press Enter.",
            )
        ),
    ),
    "state": (
        str(QT_TRANSLATE_NOOP("Keeper", "States")),
        str(QT_TRANSLATE_NOOP("Keeper", "New state")),
        str(QT_TRANSLATE_NOOP("Keeper", "Name of a new state")),
        str(
            QT_TRANSLATE_NOOP(
                "Keeper",
                "Keep what the network is now; without a name it gets the next number",
            )
        ),
        str(
            QT_TRANSLATE_NOOP(
                "Keeper",
                "A state is what the network is at a moment; no control is part of it. Save one "
                "below, and click it to return there.",
            )
        ),
    ),
}


def free_name(kind: str, names: Sequence[str]) -> str:
    """A name that is not taken: "preset 1", "preset 2" ..."""
    number = 1
    while f"{kind} {number}" in names:
        number += 1
    return f"{kind} {number}"


def copy_name(name: str, names: Sequence[str]) -> str:
    """A name for a copy that is not taken: "dark 2", "dark 3" ..."""
    number = 2
    while (new := f"{name[: LONGEST - 4]} {number}") in names:
        number += 1
    return new


class Keeper(QWidget):
    """`asked(command, arguments)`: "list", "save", "recall", "rename", "delete", for what is kept.
    `refused(text)`: nothing can be called as it was typed; why.

    Args:
        kind: "preset", "set" or "state".
        at_once: whether a click recalls; otherwise a double-click.
    """

    asked = Signal(str, object)
    refused = Signal(str)

    def __init__(self, kind: str, *, at_once: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        title, new, name, self._saving, note = (self.tr(text) for text in TEXTS[kind])
        self._typed = ""  # what is being saved
        self.list = NameList(title, at_once=at_once, parent=self)
        self.list.show_note(note)
        self.list.chosen.connect(lambda name: self.ask("recall", name))
        self.list.renamed.connect(self._rename)
        self.list.removed.connect(lambda name: self.ask("delete", name))
        self.name = QLineEdit(self)
        self.name.setPlaceholderText(new)
        self.name.setMaxLength(LONGEST)
        self.name.setAccessibleName(name)
        self.name.returnPressed.connect(self.save)
        self.button = QPushButton(self.tr("Save"), self)
        self.button.clicked.connect(self.save)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.name, 1)
        line.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.list, 1)
        layout.addLayout(line)

    def ask(self, command: str, *arguments: Argument) -> None:
        """Ask the engine for something; names as it lists them."""
        names = tuple(composed(each) if isinstance(each, str) else each for each in arguments)
        self.asked.emit(command, names)

    def _rename(self, old: str, new: str) -> None:
        if problem := name_problem(new):
            self.refused.emit(problem)
        else:
            self.ask("rename", old, new)

    def save(self) -> None:
        """Save under the name that was typed, or one that is free."""
        self._typed = self.name.text()
        name = self._typed.strip() or free_name(self.kind, self.list.names)
        if problem := name_problem(name):
            self.refused.emit(problem)
            return
        self.ask("save", name)
        self.name.setText("")  # with nothing to undo in the field: Ctrl+Z undoes the saving

    def refuse(self) -> None:
        """It was not saved: what was typed is there again, to be corrected."""
        if not self.name.text():
            self.name.setText(self._typed)

    def allow(self, *, there: bool, local: bool) -> None:
        """Whether the engine keeps such things, and whether it may be asked to write them."""
        self.setEnabled(there)
        self.list.writable = local
        about = self._saving
        if not local:
            about = self.tr("{}: only on the machine that runs the engine").format(about)
        for widget in (self.name, self.button):
            widget.setEnabled(there and local)
            widget.setToolTip(plain_tip(about))
        missing = self.tr("this engine has none; it is a different version")
        self.setToolTip("" if there else plain_tip(missing))

"""The dialog of files: begins where it was used last, and is legible in each theme."""

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QFileDialog,
    QHeaderView,
    QSplitter,
    QToolButton,
    QTreeView,
    QWidget,
)

from rtsynth_gui.link.folders import folder_memory
from rtsynth_gui.widgets.icons import set_icon

USUAL_SIZE = QSize(860, 500)
SIDEBAR = 150  # wide
NAME, SIZE, TYPE, CHANGED = range(4)  # the columns
SYMBOLS = {"backButton": "left", "forwardButton": "right", "toParentButton": "up"}


class FileDialog(QFileDialog):
    """Begins where files of its kind (`rtsynth_gui.link.folders.KINDS`) were chosen last in the
    window of `parent`, or else in `usual`, or where the window says; and remembers.

    A desktop may have a dialog of its own in place of Qt's: that one keeps its look.
    """

    def __init__(
        self, parent: QWidget | None, title: str, kind: str, usual: Path | None = None
    ) -> None:
        super().__init__(parent, title)
        self._kind = kind
        self._memory = folder_memory(self if parent is None else parent.window())
        self.setDirectory(str(self._memory.where(kind, usual)))
        self.accepted.connect(self._remember)
        for name, symbol in SYMBOLS.items():
            if (button := self.findChild(QToolButton, name)) is not None:
                set_icon(button, symbol)
        if (table := self.findChild(QTreeView, "treeView")) is not None:
            self._widen(table)

    def _widen(self, table: QTreeView) -> None:
        """Names have the room that the rest leaves."""
        self.resize(USUAL_SIZE.boundedTo(self.screen().availableGeometry().size()))
        header = table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        table.setColumnHidden(TYPE, True)  # names end in it
        if (splitter := self.findChild(QSplitter, "splitter")) is not None:
            splitter.setSizes([SIDEBAR, self.width() - SIDEBAR])

    def _remember(self) -> None:
        """Where the chosen file lies, or the folder."""
        if chosen := self.selectedFiles():
            self._memory.keep(self._kind, Path(chosen[0]).parent)

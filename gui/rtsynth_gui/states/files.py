"""States in files: the buttons, and the dialogs that ask for one."""

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from rtsynth_gui.link.folders import STATES
from rtsynth_gui.widgets.file_dialog import FileDialog
from rtsynth_gui.widgets.plain import plain_tip

SUFFIX = "safetensors"  # of a file of states; see `rtsynth.host.bank_file`


def asked_file(parent: QWidget, title: str, *, write: bool) -> str:
    """The path that is chosen; "" for none."""
    dialog = FileDialog(parent, title, STATES)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile if write else QFileDialog.FileMode.ExistingFile)
    if write:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX)
    name_filter = QCoreApplication.translate("StatesPage", "States ({})")
    dialog.setNameFilter(name_filter.format(f"*.{SUFFIX}"))
    return dialog.selectedFiles()[0] if dialog.exec() else ""


class FileRow(QWidget):
    """`written(path)`, `wanted(path)`: the file that states are written to, or read from."""

    written = Signal(str)
    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons = {
            "write": QPushButton(self.tr("Write to file…"), self),
            "read": QPushButton(self.tr("Read from file…"), self),
        }
        self.buttons["write"].clicked.connect(lambda: self._ask(write=True))
        self.buttons["read"].clicked.connect(lambda: self._ask(write=False))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        for button in self.buttons.values():
            line.addWidget(button, 1)

    def _ask(self, *, write: bool) -> None:
        title = (
            self.tr("File that the states are written to") if write else self.tr("File of states")
        )
        if path := asked_file(self, title, write=write):
            (self.written if write else self.wanted).emit(path)

    def allow(self, *, there: bool, local: bool) -> None:
        """Whether there are states; and files: only an engine on this machine reads them for us."""
        about = "" if local else self.tr("only on the machine that runs the engine")
        for button in self.buttons.values():
            button.setEnabled(there and local)
            button.setToolTip(plain_tip(about))

"""States in files: the dialogs that ask for one."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from rtsynth_gui.link.folders import STATES
from rtsynth_gui.widgets.file_dialog import FileDialog

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

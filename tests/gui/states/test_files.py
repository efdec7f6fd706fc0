"""The dialogs that ask for a file of states."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget

from rtsynth_gui.states.files import asked_file

pytestmark = [pytest.mark.system, pytest.mark.measure]


@pytest.mark.parametrize("write", [True, False])
def test_a_file_is_named(
    qt: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: bool
) -> None:
    answers = [QDialog.DialogCode.Accepted, QDialog.DialogCode.Rejected]
    shown: list[QFileDialog] = []
    file = tmp_path / "two.safetensors"
    file.write_bytes(b"")

    def answer(dialog: QFileDialog) -> QDialog.DialogCode:
        dialog.selectFile(str(file))
        shown.append(dialog)
        return answers[len(shown) - 1]

    monkeypatch.setattr(QFileDialog, "exec", answer)
    parent = QWidget()
    assert asked_file(parent, "States", write=write) == str(file)
    assert asked_file(parent, "States", write=write) == ""
    dialog = shown[0]
    assert dialog.nameFilters() == ["States (*.safetensors)"]
    saves = dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    assert (saves, dialog.defaultSuffix()) == (write, "safetensors" if write else "")

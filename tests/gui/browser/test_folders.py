"""The button of the library's folders."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

from rtsynth_gui.browser.folders import FoldersButton
from rtsynth_gui.browser.library import Library
from rtsynth_gui.link.inbox import Batch
from tests.gui.conftest import Spin
from tests.gui.line import Line


@pytest.fixture
def line(qt: QApplication) -> Iterator[Line]:
    line = Line()
    yield line
    line.close()


@pytest.mark.system
def test_folders_are_removed_and_added(
    line: Line, tmp_path: Path, spin: Spin, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library(line)
    library.folders = ["/a/b & c"]
    menu = FoldersButton(library).fill()
    add, remove = menu.actions()
    assert remove.text() == "Remove /a/b && c"
    remove.trigger()
    assert line.sent == [("/plugins/folder/remove", "/a/b & c")]
    answers = [QDialog.DialogCode.Rejected, QDialog.DialogCode.Accepted]
    monkeypatch.setattr(QFileDialog, "exec", lambda _: answers.pop(0))
    monkeypatch.setattr(QFileDialog, "selectedFiles", lambda _: [str(tmp_path)])
    add.trigger()
    assert len(line.sent) == 1
    add.trigger()
    spin(lambda: library.take(Batch()) or len(line.sent) == 2)  # looked at in a thread
    assert line.sent[1:] == [("/plugins/presets/import", str(tmp_path))]

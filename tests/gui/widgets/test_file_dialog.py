"""The dialog of files: where it begins, and that what is in it can be read."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QHeaderView,
    QToolButton,
    QTreeView,
    QWidget,
)

from rtsynth_gui.link.folders import LIBRARY, RECORDINGS
from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.file_dialog import NAME, SYMBOLS, FileDialog
from rtsynth_gui.widgets.palettes import PALETTES
from tests.gui.conftest import Spin

pytestmark = pytest.mark.system
LONG = "recordings of rain on a tin roof, second evening, microphone two.wav"


def folder_of(dialog: QFileDialog) -> Path:
    return Path(dialog.directory().absolutePath())


@pytest.mark.parametrize("folders", [True, False])
def test_the_next_one_of_its_kind_begins_where_this_one_ended(
    qt: QApplication, tmp_path: Path, folders: bool
) -> None:
    chosen = tmp_path / "chosen"
    chosen.mkdir() if folders else chosen.write_bytes(b"")
    parent = QWidget()
    mode = QFileDialog.FileMode.Directory if folders else QFileDialog.FileMode.ExistingFile
    for code in (QDialog.DialogCode.Rejected, QDialog.DialogCode.Accepted):
        dialog = FileDialog(parent, "Recordings", RECORDINGS)
        dialog.setFileMode(mode)
        assert folder_of(dialog) == Path.home()
        dialog.selectFile(str(chosen))
        dialog.done(code)
    assert folder_of(FileDialog(parent, "Recordings", RECORDINGS)) == tmp_path
    assert folder_of(FileDialog(parent, "Folders", LIBRARY)) == Path.home()


def test_long_names_have_room(qt: QApplication, spin: Spin, tmp_path: Path) -> None:
    (tmp_path / LONG).write_bytes(b"")
    dialog = FileDialog(None, "Recordings", RECORDINGS, tmp_path)
    dialog.show()
    table = dialog.findChild(QTreeView, "treeView")
    assert isinstance(table, QTreeView)
    model = table.model()
    spin(lambda: model.rowCount(table.rootIndex()) == 1)
    qt.processEvents()
    assert table.header().sectionResizeMode(NAME) == QHeaderView.ResizeMode.Stretch
    assert table.columnWidth(NAME) >= table.fontMetrics().horizontalAdvance(LONG)
    dialog.close()


def test_arrows_are_seen_in_each_theme(qt: QApplication) -> None:
    before = theme.current_theme(qt)
    for name, palette in PALETTES.items():
        theme.apply_theme(qt, name)
        dialog = FileDialog(None, "Recordings", RECORDINGS)
        for button in SYMBOLS:
            arrow = dialog.findChild(QToolButton, button)
            assert isinstance(arrow, QToolButton)
            image = arrow.icon().pixmap(QSize(16, 16), 1).toImage()
            colours = {
                image.pixelColor(x, y).name()
                for x in range(16)
                for y in range(16)
                if image.pixelColor(x, y).alpha() > 250
            }
            assert palette["TEXT"].lower() in colours, (name, button)
    theme.apply_theme(qt, before)

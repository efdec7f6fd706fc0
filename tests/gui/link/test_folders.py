"""Where dialogs begin: where something was chosen last, on this machine, or the usual place."""

from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from rtsynth.common.errors import InputError
from rtsynth_gui.link.folders import (
    PLUGINS,
    RECORDINGS,
    RUNS,
    FolderMemory,
    folder_memory,
    folders_file,
    keep_folder,
    read_folders,
)
from rtsynth_gui.link.worker import KEPT
from tests.gui.conftest import TIMEOUT_S, Spin

pytestmark = pytest.mark.system


def test_each_kind_begins_where_it_was_used_last(qt: QApplication, tmp_path: Path) -> None:
    memory = FolderMemory()
    assert memory.where(PLUGINS) == Path.home()
    usual, other = tmp_path / "usual", tmp_path / "other"
    for folder in (usual, other):
        folder.mkdir()
    memory.usual[RECORDINGS] = lambda: usual
    assert memory.where(RECORDINGS) == usual
    assert memory.where(PLUGINS, other) == other
    memory.keep(PLUGINS, tmp_path)
    assert memory.where(PLUGINS, other) == tmp_path
    assert memory.where(RECORDINGS) == usual


def test_it_is_kept_for_the_next_window(qt: QApplication, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    first, second = FolderMemory(), FolderMemory()
    first.keep(RUNS, gone)
    second.keep(PLUGINS, tmp_path)  # two windows take nothing from each other
    assert KEPT.settle(TIMEOUT_S)
    assert read_folders(folders_file()) == {RUNS: str(gone), PLUGINS: str(tmp_path)}
    third = FolderMemory()
    assert (third.where(RUNS), third.where(PLUGINS)) == (gone, tmp_path)
    gone.rmdir()
    assert third.where(RUNS) == Path.home()


@pytest.mark.parametrize("folders", ["[]", '{"runs": 3}'])
def test_a_damaged_file_is_named_and_left_alone(
    qt: QApplication, spin: Spin, tmp_path: Path, folders: str
) -> None:
    path = folders_file()
    path.parent.mkdir(parents=True)
    text = f'{{"format": 1, "folders": {folders}}}'
    path.write_text(text)
    with pytest.raises(InputError, match="folders: not a table of texts"):
        read_folders(path)
    with pytest.raises(InputError):
        keep_folder(path, RUNS, "/")
    memory, said = FolderMemory(), list[str]()
    memory.said.connect(said.append)
    assert memory.where(RUNS) == Path.home()
    assert len(said) == 1
    memory.keep(RUNS, tmp_path)
    spin(lambda: len(said) == 2)
    assert path.read_text() == text
    assert memory.where(RUNS) == tmp_path  # as long as this window is there


def test_a_window_has_one(qt: QApplication) -> None:
    window = QObject()
    assert folder_memory(window) is folder_memory(window)
    assert folder_memory(window) is not folder_memory(QObject())

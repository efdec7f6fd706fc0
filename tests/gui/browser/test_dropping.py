"""What belongs to the library is taken wherever it is dropped, if the engine can take it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from rtsynth_gui.browser.dropping import LibraryDropped
from tests.gui.line import Line
from tests.gui.train.test_dropping import drop


@pytest.fixture
def line(qt: QApplication) -> Iterator[Line]:
    line = Line()
    line.answering = True
    yield line
    line.close()


@pytest.fixture
def window(qt: QApplication) -> Iterator[QWidget]:
    window = QWidget()
    window.setAcceptDrops(True)
    yield window
    window.deleteLater()


def test_folders_of_plugins_and_presets(line: Line, window: QWidget, tmp_path: Path) -> None:
    taken: list[list[str]] = []
    watch = LibraryDropped(line, window)
    watch.dropped.connect(taken.append)
    plugins, sounds = tmp_path / "plugins", tmp_path / "sounds"
    for folder, name in ((plugins, "a.safetensors"), (sounds, "a.wav")):
        folder.mkdir()
        (folder / name).write_bytes(b"")
    assert drop(window, plugins)
    assert drop(window, tmp_path / "dark.json")
    assert taken == [[str(plugins)], [str(tmp_path / "dark.json")]]
    assert not drop(window, sounds)
    assert not drop(window, plugins / "a.safetensors")  # the window loads it
    line.is_local = False
    assert not drop(window, plugins)
    line.is_local, line.answering = True, False
    assert not drop(window, plugins)
    assert len(taken) == 2

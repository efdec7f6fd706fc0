"""What is dropped on a window is taken if it is a recording, and otherwise left to the window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from rtsynth_gui.train.dropping import RecordingsDropped

COPY, LEFT = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier


def drop(window: QWidget, path: Path) -> bool:
    """Drag it in and drop it; whether it was taken both times."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    entering = QDragEnterEvent(QPoint(5, 5), COPY, data, LEFT, NO_KEY)
    entering.ignore()
    QCoreApplication.sendEvent(window, entering)
    dropping = QDropEvent(QPointF(5, 5), COPY, data, LEFT, NO_KEY)
    dropping.ignore()
    QCoreApplication.sendEvent(window, dropping)
    return entering.isAccepted() and dropping.isAccepted()


@pytest.fixture
def window(qt: QApplication) -> Iterator[QWidget]:
    window = QWidget()
    window.setAcceptDrops(True)
    yield window
    window.deleteLater()


def test_recordings_are_taken_once(window: QWidget, tmp_path: Path) -> None:
    taken: list[Path] = []
    watch = RecordingsDropped(window)
    watch.dropped.connect(taken.append)
    (tmp_path / "a.wav").write_bytes(b"")
    assert drop(window, tmp_path / "a.wav")
    assert drop(window, tmp_path)  # in which it is
    assert taken == [tmp_path / "a.wav", tmp_path]


def test_everything_else_is_left(window: QWidget, tmp_path: Path) -> None:
    taken: list[Path] = []
    watch = RecordingsDropped(window)
    watch.dropped.connect(taken.append)
    (tmp_path / "a.safetensors").write_bytes(b"")
    assert not drop(window, tmp_path / "a.safetensors")
    assert not drop(window, tmp_path)  # a folder of plugins
    assert taken == []

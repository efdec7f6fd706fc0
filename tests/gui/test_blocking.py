"""What blocks the thread of the window is found, and nothing else."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from tests.gui.blocking import ALLOWED, ROOT, watched

PROGRAM = """
import subprocess, time

def read(path):
    return path.read_text()

class Room(QObject):
    def read(self, path):
        return read(path)

    def look(self, path):
        return path.is_file()

    def list(self, path):
        return list(path.parent.iterdir())

    def run(self, path):
        subprocess.run(["true"])

    def rest(self, path):
        time.sleep(0.001)
"""


@pytest.fixture
def names(qt: QApplication) -> dict[str, type]:
    """What a module has that lies among those of the window."""
    names: dict[str, type] = {"QObject": QObject}
    exec(compile(PROGRAM, str(ROOT / "room.py"), "exec"), names)
    return names


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("")
    return tmp_path / "file"


@pytest.mark.system
@pytest.mark.parametrize(
    ("act", "event"),
    [("read", "open"), ("look", "Path.stat"), ("list", "os.listdir"), ("run", "subprocess.Popen"),
     ("rest", "time.sleep")],
)  # fmt: skip
def test_what_blocks_is_found(
    names: dict[str, type], act: str, event: str, file: Path, qt: QApplication
) -> None:
    room = names["Room"]()
    with watched() as found:
        QTimer.singleShot(0, lambda: getattr(room, act)(file))
        qt.processEvents()
    assert found[0].startswith(event)
    assert f"room.py:{act}" in found[0]


def test_what_a_test_or_a_thread_does_is_not(names: dict[str, type], file: Path) -> None:
    room = names["Room"]()
    read: Callable[[Path], str] = names["read"]
    with watched() as found:
        assert file.read_text() == ""
        assert read(file) == ""  # no widget has asked for it
        thread = threading.Thread(target=room.read, args=(file,))
        thread.start()
        thread.join()
    assert found == []


def test_what_is_allowed_is_there() -> None:
    for file, function in ALLOWED:
        assert f"def {function}(" in (ROOT / file).read_text()

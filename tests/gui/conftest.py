"""Qt without a screen, and windows that talk to a peer over UDP."""

import itertools
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["RTSYNTH_LANGUAGE"] = "en"

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from rtsynth_gui.app import application
from rtsynth_gui.link import link
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.panels.control_view import ControlView
from rtsynth_gui.window import Window
from tests.gui.blocking import watched
from tests.gui.peer import Peer

TIMEOUT_S = 60.0
TESTS = itertools.count(1)

Spin = Callable[[Callable[[], object]], None]


def row(window: Window, address: str) -> ControlView:
    """A control of the slot in front."""
    panel = window.current
    assert panel is not None
    return panel.rows[address]


def delete_what_waits() -> None:
    """What is to be deleted later is: outside of a loop that runs, Qt would keep it for ever."""
    if QApplication.instance() is not None:
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown() -> None:
    """While what it belongs to is still there: widgets whose parents Python has dropped crash."""
    delete_what_waits()


@pytest.fixture(scope="session", autouse=True)
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What windows remember is not the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RTSYNTH_WINDOW", str(tmp_path_factory.mktemp("window")))
        yield


@pytest.fixture(autouse=True)
def new_folder(own_folder: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is it what the windows of another test left: the engine of a module is the same one."""
    folder = Path(os.environ["RTSYNTH_WINDOW"]) / str(next(TESTS))
    monkeypatch.setenv("RTSYNTH_WINDOW", str(folder))


@pytest.fixture
def own_presets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of this test's presets, beside which are its sets and the library's folders."""
    monkeypatch.setenv("RTSYNTH_PRESETS", str(tmp_path / "presets"))
    monkeypatch.setenv("RTSYNTH_SETS", str(tmp_path / "sets"))
    monkeypatch.setenv("RTSYNTH_LIBRARY", str(tmp_path / "library.json"))
    return tmp_path / "presets"


@pytest.fixture(autouse=True)
def nothing_blocks() -> Iterator[None]:
    """Whatever a test does in the window: its thread waits for no disk, process or network."""
    with watched() as found:
        yield
    assert not found, "on the thread of the window: " + "; ".join(dict.fromkeys(found))


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """A menu or dialog left open, or a mouse button left down, takes the clicks of later tests."""
    yield
    if QApplication.instance() is None:
        return
    left = [QApplication.activePopupWidget(), QApplication.activeModalWidget()]
    for widget in filter(None, left):
        widget.close()
    assert left == [None, None], f"left open: {left}"
    # A test may end in the middle of a drag, and QTest's double click has no release.
    for button in Qt.MouseButton:
        if button in QApplication.mouseButtons():
            QTest.mouseRelease(QWidget(), button)
    assert QApplication.mouseButtons() == Qt.MouseButton.NoButton


@pytest.fixture(scope="session")
def qt(own_folder: None) -> QApplication:
    return application()


@pytest.fixture
def spin(qt: QApplication) -> Spin:
    """Run the event loop until a condition holds; fail if it never does."""

    def run(condition: Callable[[], object]) -> None:
        end_s = time.monotonic() + TIMEOUT_S
        while not condition():
            assert time.monotonic() < end_s, "the condition was not reached"
            qt.processEvents()
            time.sleep(0.001)

    return run


@pytest.fixture
def rest(qt: QApplication) -> Callable[[float], None]:
    """Run the event loop for a time."""

    def run(seconds: float) -> None:
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            qt.processEvents()
            time.sleep(0.001)

    return run


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links that ask again, and notice silence, sooner than a performer needs."""
    monkeypatch.setattr(link, "BEAT_MS", 50)
    monkeypatch.setattr(link, "NOTIFY_EVERY_S", 0.2)
    monkeypatch.setattr(link, "SILENT_AFTER_S", 0.4)


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as started:
        yield started


@pytest.fixture
def open_window(qt: QApplication, spin: Spin) -> Iterator[Callable[[int], Window]]:
    """Open windows on a port; they are closed at the end."""
    windows: list[Window] = []

    def open_on(port: int) -> Window:
        window = Window(EngineLink("127.0.0.1", port))
        windows.append(window)
        window.show()
        window.start()
        return window

    yield open_on
    for window in windows:
        window.close()
        window.deleteLater()
    qt.processEvents()
    delete_what_waits()


@pytest.fixture
def window(
    qt: QApplication, peer: Peer, open_window: Callable[[int], Window], spin: Spin
) -> Window:
    """A window that has been described to and is subscribed."""
    opened = open_window(peer.port)
    spin(lambda: opened.panels and peer.clients)
    qt.processEvents()  # lay out the new panel
    return opened

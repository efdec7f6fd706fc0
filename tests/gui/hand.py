"""What a performer does to a window or types in a terminal, done and counted.

An action is a command in a terminal, a click (with the line of the menu that it opens), a
double-click, a choice in a file dialog, a drop of files, or a movement of a MIDI control.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QMenu,
    QWidget,
)

from rtsynth_gui.window import Window
from tests.gui.gestures import LEFT, NO_KEYS, drop

PATIENCE_S = 60.0


def wait(condition: Callable[[], object], seconds: float = PATIENCE_S) -> None:
    """Run the event loop until a condition holds."""
    end_s = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end_s:
            raise TimeoutError("it did not happen")
        QApplication.processEvents()
        time.sleep(0.002)


def rest(seconds: float) -> None:
    """Run the event loop for a time."""
    end_s = time.monotonic() + seconds
    wait(lambda: time.monotonic() > end_s)


class Terminal:
    """Commands that are typed, counted; they end with it."""

    def __init__(self) -> None:
        self.actions = 0
        self._running: list[subprocess.Popen[bytes]] = []

    def run(self, *words: str | Path) -> None:
        """`rtsynth WORDS`."""
        command = [sys.executable, "-m", "rtsynth", *map(str, words)]
        self._running.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        self.actions += 1

    def close(self) -> None:
        for process in self._running:
            process.terminate()
        for process in self._running:
            process.wait(PATIENCE_S)


class Hand:
    """Does what a performer does to a window, and counts it. `moved` moves a MIDI control."""

    def __init__(self, window: Window, moved: Callable[[], None]) -> None:
        self.window, self.moved = window, moved
        self.actions = 0

    def _at(self, widget: QWidget, point: QPoint | None = None) -> QPoint:
        QApplication.processEvents()
        return widget.mapTo(self.window, point if point is not None else widget.rect().center())

    def click(self, widget: QWidget) -> None:
        QTest.mouseClick(self.window.windowHandle(), LEFT, NO_KEYS, self._at(widget))
        self.actions += 1

    def choose(self, widget: QWidget, name: str) -> None:
        """A right-click, and the line of its menu with that name."""
        right = Qt.MouseButton.RightButton
        QTest.mouseClick(self.window.windowHandle(), right, NO_KEYS, self._at(widget))
        wait(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        action = next(each for each in menu.actions() if each.objectName() == name)
        QTest.mouseClick(menu, LEFT, NO_KEYS, menu.actionGeometry(action).center())
        self.actions += 1

    def double_click(self, view: QAbstractItemView, row: int) -> None:
        """On a line of a list."""
        point = view.visualRect(view.model().index(row, 0)).center()
        at = self._at(view.viewport(), QPoint(min(point.x(), 40), point.y()))
        QTest.mouseClick(self.window.windowHandle(), LEFT, NO_KEYS, at)
        QTest.mouseDClick(self.window.windowHandle(), LEFT, NO_KEYS, at)
        self.actions += 1

    def move_control(self) -> None:
        self.moved()
        self.actions += 1

    def drop(self, path: Path) -> None:
        """A file or folder, on the window."""
        assert drop(self.window, path)
        self.actions += 1

    def choose_folder(self, button: QWidget, path: Path) -> None:
        """In the dialog that a button opens; two actions."""
        watch = QTimer(interval=20)

        def choose() -> None:
            dialog = QApplication.activeModalWidget()
            if not isinstance(dialog, QFileDialog):
                return
            watch.stop()
            name = dialog.findChild(QLineEdit)
            assert name is not None
            name.setText(str(path))  # the list may not have been read yet
            assert dialog.selectedFiles() == [str(path)]
            box = dialog.findChild(QDialogButtonBox)
            assert box is not None
            choice = box.button(QDialogButtonBox.StandardButton.Open)
            wait(choice.isEnabled)
            self.actions += 1
            QTest.mouseClick(choice, LEFT)

        watch.timeout.connect(choose)
        watch.start()
        self.click(button)  # returns when the dialog is closed

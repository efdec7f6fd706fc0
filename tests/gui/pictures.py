"""The first minutes with the window, step by step, and a picture of each in both themes:

    python -m tests.gui.pictures docs/images

makes the pictures of docs/how-to/first-minutes.md. What a performer does is done with the mouse
and counted; `tests/gui/test_pictures.py` does the same and asserts the counts.

An action is a click (with the line of the menu that it opens), a double-click, a drop of files, or
a movement of a MIDI control.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu, QWidget

from rtsynth import Host
from rtsynth.control.midi.router import MidiRouter
from rtsynth_gui.app import application
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.widgets.theme import apply_theme
from rtsynth_gui.window import Window
from tests.gui.live import Live, live
from tests.gui.own_folders import own_folders
from tests.rtsynth.control.midi.messages import cc, play

SIZE = QSize(1280, 720)
THEMES = ("dark", "light")
# Each step, and how many actions it may take.
COUNTS = {"sound": 1, "mapped": 2, "recording": 1, "second": 2, "preset": 2}
PATIENCE_S = 60.0
SETTLE_S = 0.7  # of what is shown, before its picture is taken
LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


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


def controller(host: Host) -> Callable[[], None]:
    """What moves a knob of a MIDI controller."""
    router = MidiRouter(host, mappings=host.mappings, port="keys")
    return lambda: play(router, cc(21, 3))


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
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        middle = QPointF(self.window.rect().center())
        copy = Qt.DropAction.CopyAction
        QApplication.sendEvent(self.window, QDropEvent(middle, copy, data, LEFT, NO_KEYS))
        self.actions += 1


def first_minutes(hand: Hand, engine: Live) -> Iterator[str]:
    """Do the steps of `COUNTS`; each is named once it is done, with its actions in `hand`."""
    window, host = hand.window, engine.host
    hand.actions = 1  # rtsynth play
    wait(lambda: window.deck.level.ballistics.level_db > -50)
    yield "sound"
    panel = window.current
    assert panel is not None
    knob = next(iter(panel.rows.values()))
    hand.actions = 0
    hand.choose(knob.slider, "learn")
    wait(lambda: host.mappings.learning == knob.control.address)
    hand.move_control()
    wait(lambda: host.mappings.learned)
    yield "mapped"
    hand.actions = 0
    hand.click(window.transport.buttons["record"])
    wait(lambda: host.recordings.path is not None and window.recorder.path is not None)
    yield "recording"
    window.transport.buttons["record"].click()
    wait(lambda: host.recordings.path is None)
    hand.actions = 0
    hand.click(window.rack.add)
    wait(lambda: window.side.page == "Browser" and window.browser.list.count())
    hand.double_click(window.browser.list, 0)
    wait(lambda: len(host.slots) == 2 and len(window.panels) == 2)
    yield "second"
    hand.actions = 0
    hand.click(window.transport.views["Presets"])
    wait(window.presets.isVisible)
    hand.click(window.presets.presets.button)
    front = window.rack.front
    wait(lambda: host.presets.list(front))
    yield "preset"


@contextmanager
def opened(engine: Live, theme: str) -> Iterator[Window]:
    """A window on it, in a theme."""
    apply_theme(application(), theme)
    window = Window(EngineLink("127.0.0.1", engine.server.port), SIZE)
    window.show()
    window.start()
    window.activateWindow()
    try:
        wait(lambda: len(window.panels) == len(engine.host.slots))
        yield window
    finally:
        window.close()
        window.deleteLater()
        apply_theme(application(), THEMES[0])


def take_pictures(folder: Path) -> None:
    """Of each step, in each theme."""
    for theme in THEMES:
        with live() as engine:
            engine.host.load("clarinet-trumpet")
            with opened(engine, theme) as window:
                hand = Hand(window, controller(engine.host))
                for step in first_minutes(hand, engine):
                    rest(SETTLE_S)
                    path = folder / f"first-{step}-{theme}.png"
                    window.grab().save(str(path))
                    print(f"{path}: {hand.actions}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.gui.pictures", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with own_folders():
        take_pictures(options.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())

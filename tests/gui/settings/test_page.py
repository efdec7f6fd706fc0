"""The page opens from the top line and by its key, and says what cannot be kept."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rtsynth_gui.window import Window
from tests.gui.conftest import Spin

pytestmark = pytest.mark.system


def test_it_opens_and_closes(window: Window, spin: Spin) -> None:
    window.header.settings.click()
    assert window.settings.isVisible()
    assert window.side.page == "Settings"
    QTest.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    spin(lambda: not window.settings.isVisible())


def test_what_goes_wrong_is_shown_below(window: Window) -> None:
    window.settings.window_section.said.emit("the disk is full")
    assert window.transport.message.toolTip() == "<qt>the disk is full</qt>"


def test_what_goes_on_is_no_failure(window: Window) -> None:
    said: list[tuple[str, bool]] = []
    window.settings.said.connect(lambda text, failure: said.append((text, failure)))
    window.settings.engine_section.said.emit("Starting the engine again", False)
    window.settings.window_section.said.emit("the disk is full")
    assert said == [("Starting the engine again", False), ("the disk is full", True)]

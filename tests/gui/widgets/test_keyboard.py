"""The keyboard of the window: mouse, keys, held notes."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from rtsynth_gui.widgets.keyboard import Keyboard
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.gestures import LEFT, NO_KEYS
from tests.gui.peer import Peer

pytestmark = pytest.mark.system


def keyboard_of(window: Window) -> Keyboard:
    panel = window.current
    assert panel is not None
    assert panel.keyboard is not None
    return panel.keyboard


def test_the_keyboard_plays(window: Window, peer: Peer, spin: Spin) -> None:
    keyboard = keyboard_of(window)
    assert (keyboard.first, keyboard.last) == (60, 83)
    keyboard.set_hold(False)
    point = keyboard.key_rect(69).center().toPoint()
    assert keyboard.note_at(keyboard.key_rect(70).center()) == 70
    QTest.mousePress(keyboard, LEFT, NO_KEYS, QPoint(point.x(), keyboard.height() - 2))
    QTest.mouseRelease(keyboard, LEFT, NO_KEYS, point)
    spin(lambda: peer.values("/slot/1/note/off") == [69.0])
    assert peer.values("/slot/1/note/on") == [69.0]


def test_held_notes_sound_until_the_next(window: Window, peer: Peer, spin: Spin) -> None:
    keyboard = keyboard_of(window)
    keyboard.set_hold(True)
    keyboard.setFocus()
    for key in (Qt.Key.Key_A, Qt.Key.Key_D):
        QTest.keyClick(keyboard, key)
    spin(lambda: len(peer.values("/slot/1/note/on")) == 2)
    first, second = peer.values("/slot/1/note/on")
    spin(lambda: peer.values("/slot/1/note/off") == [first])
    keyboard.set_hold(False)
    spin(lambda: peer.values("/slot/1/note/off") == [first, second])

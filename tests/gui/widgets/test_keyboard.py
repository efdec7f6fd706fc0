"""The keyboard of the window: mouse, keys, held notes."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.link.control import Control
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
    for key in (Qt.Key.Key_A, Qt.Key.Key_D):
        QTest.keyClick(window.windowHandle(), key)
    spin(lambda: len(peer.values("/slot/1/note/on")) == 2)
    first, second = peer.values("/slot/1/note/on")
    spin(lambda: peer.values("/slot/1/note/off") == [first])
    keyboard.set_hold(False)
    spin(lambda: peer.values("/slot/1/note/off") == [first, second])


@pytest.fixture
def keyboard(qt: QApplication) -> Keyboard:
    shown = Keyboard(Control("pitch", 64, 76, 69, unit="MIDI", role="pitch"))
    shown.resize(600, 76)
    return shown


def test_octave_keys_move_the_letters(keyboard: Keyboard) -> None:
    played: list[int] = []
    keyboard.note_on.connect(lambda note, velocity: played.append(note))
    for text in ("a", "x", "a", "x", "z", "<", "a", ">"):
        assert keyboard.press_key(text, ord(text) + 100 * len(played))
    assert played == [60, 72, 60]
    assert keyboard.typed_base == 72
    assert not keyboard.press_key("q", 1)
    assert not keyboard.press_key("", 2)
    assert not keyboard.press_key(";", 3), "there is no key so high"


def test_a_key_that_repeats_sounds_once(keyboard: Keyboard) -> None:
    played: list[int] = []
    keyboard.note_on.connect(lambda note, velocity: played.append(note))
    assert keyboard.press_key("a", 65)
    assert keyboard.press_key("a", 65)
    assert played == [60]
    assert keyboard.release_key(65)
    assert not keyboard.release_key(65)


def test_an_octave_moved_while_a_key_is_down_ends_the_note_that_it_began(
    keyboard: Keyboard,
) -> None:
    ended: list[int] = []
    keyboard.note_off.connect(ended.append)
    keyboard.press_key("a", 65)
    keyboard.press_key("x", 88)
    keyboard.release_key(65)
    assert ended == [60]


def test_a_note_that_is_held_and_that_somebody_else_ends_is_held_no_more(
    keyboard: Keyboard,
) -> None:
    keyboard.set_hold(True)
    ended: list[int] = []
    keyboard.note_off.connect(ended.append)
    for _ in range(2):  # the second one ends the first, of which the engine tells late
        keyboard.press_key("f", 70)
        keyboard.release_key(70)
    assert keyboard.down == {65}
    keyboard.show_note(65.0, True)
    keyboard.show_note(65.0, False)
    assert keyboard.down == {65}, "the engine speaks of the first one"
    keyboard.show_note(65.0, True)
    keyboard.show_note(67.0, True)  # somebody else's
    assert keyboard.down == {65}
    keyboard.show_note(65.0, False)
    assert keyboard.down == set()
    assert ended == [65], "the engine keeps the note of each client: ours would sound on"
    keyboard.press_key("g", 71)
    assert ended == [65]
    keyboard.release_key(71)
    keyboard.silence()
    assert keyboard.down == {67}  # as after a reset, where it sounds on
    keyboard.silence(held=True)
    assert keyboard.down == set()


def test_notes_from_elsewhere_are_lit(keyboard: Keyboard) -> None:
    keyboard.grab()  # from the first time on it is opaque
    dark = keyboard.grab().toImage()
    keyboard.show_note(66.3, True)
    keyboard.show_note(999.0, True)  # off the keyboard
    assert keyboard.sounding == {66, 999}
    lit = keyboard.grab().toImage()
    assert lit != dark
    keyboard.show_note(66.0, False)
    keyboard.silence()
    assert keyboard.grab().toImage() == dark

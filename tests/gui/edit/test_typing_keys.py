"""Letters go to the keyboard, text to fields; Escape once and twice."""

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QVBoxLayout, QWidget
from shiboken6 import delete, isValid

from rtsynth_gui.edit.typing_keys import TypingKeys, is_typed_into
from rtsynth_gui.widgets import key_layout


class Played:
    """Takes a and b."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def press_key(self, text: str, key: int) -> bool:
        self.log.append(f"+{text}")
        return text in "ab"

    def release_key(self, key: int) -> bool:
        self.log.append(f"-{chr(key).lower()}")
        return True

    def let_go(self) -> None:
        self.log.append("let go")


class Place(QWidget):
    """A window with a button and a field."""

    def __init__(self, played: Played) -> None:
        super().__init__()
        self.button, self.field = QPushButton("b", self), QLineEdit(self)
        layout = QVBoxLayout(self)
        layout.addWidget(self.button)
        layout.addWidget(self.field)
        self.keys = TypingKeys(self, lambda: played)
        self.escapes: list[int] = []
        self.keys.escaped.connect(lambda: self.escapes.append(1))
        self.keys.escaped_twice.connect(lambda: self.escapes.append(2))


@pytest.fixture
def played() -> Played:
    return Played()


@pytest.fixture
def place(qt: QApplication, played: Played) -> Place:
    shown = Place(played)
    shown.show()
    shown.activateWindow()
    qt.processEvents()
    shown.button.setFocus()
    return shown


def test_letters_play_while_a_button_has_the_focus(place: Place, played: Played) -> None:
    QTest.keyClick(place.windowHandle(), Qt.Key.Key_A)
    assert played.log == ["+a", "-a"]


def test_undo_is_the_windows_where_a_field_has_nothing_to_undo(place: Place) -> None:
    done: list[str] = []
    for name, key in (("undo", "Ctrl+Z"), ("redo", "Ctrl+Shift+Z")):
        action = QAction(name, place)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _=False, name=name: done.append(name))
        place.addAction(action)
    control = Qt.KeyboardModifier.ControlModifier
    shifted = control | Qt.KeyboardModifier.ShiftModifier
    handle, key = place.windowHandle(), Qt.Key.Key_Z
    place.field.setText("as it was")
    place.field.setFocus()
    QTest.keyClick(handle, key, control)
    QTest.keyClick(handle, key, shifted)
    assert done == ["undo", "redo"]
    QTest.keyClick(handle, Qt.Key.Key_X)
    assert place.field.text() == "as it wasx"
    QTest.keyClick(handle, key, control)  # what was typed is the field's
    assert (place.field.text(), done) == ("as it was", ["undo", "redo"])
    QTest.keyClick(handle, key, shifted)
    assert (place.field.text(), done) == ("as it wasx", ["undo", "redo"])
    place.button.setFocus()
    QTest.keyClick(handle, key, control)
    assert done == ["undo", "redo", "undo"]


def test_a_field_keeps_its_letters(place: Place, played: Played) -> None:
    place.field.setFocus()
    QTest.keyClick(place.windowHandle(), Qt.Key.Key_A)
    assert played.log == []
    assert place.field.text() == "a"
    QTest.keyClick(place.windowHandle(), Qt.Key.Key_Escape)
    assert place.escapes == []


@pytest.mark.parametrize(
    "keys", [Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier]
)
def test_shortcuts_are_no_notes(place: Place, played: Played, keys: Qt.KeyboardModifier) -> None:
    QTest.keyClick(place.windowHandle(), Qt.Key.Key_A, keys)
    assert "+a" not in played.log


def test_escape_twice_in_time_is_another_thing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [10.0]
    monkeypatch.setattr("rtsynth_gui.edit.typing_keys.time.monotonic", lambda: now_s[0])
    for wait_s in (0.0, 0.3, 0.3, 5.0, 0.2):
        now_s[0] += wait_s
        QTest.keyClick(place.windowHandle(), Qt.Key.Key_Escape)
    assert place.escapes == [1, 2, 1, 1, 2]


def test_a_window_that_others_cover_lets_go(place: Place, played: Played) -> None:
    QTest.keyPress(place.windowHandle(), Qt.Key.Key_B)
    QApplication.sendEvent(place, QEvent(QEvent.Type.WindowDeactivate))
    assert played.log == ["+b", "let go"]


class Panel(QObject):
    """What letters play, until it is deleted."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed: list[int] = []

    def press_key(self, text: str, key: int) -> bool:
        self.pressed.append(key)
        return True

    def release_key(self, key: int) -> bool:
        return isValid(self)

    def let_go(self) -> None:
        assert isValid(self)


def test_a_keyboard_may_go_while_its_keys_are_down(place: Place) -> None:
    panels = [Panel()]
    keys = TypingKeys(place, lambda: panels[-1])
    place.windowHandle().removeEventFilter(place.keys)
    place.windowHandle().installEventFilter(keys)
    QTest.keyPress(place.windowHandle(), Qt.Key.Key_A)
    panels.append(Panel())
    delete(panels[0])
    QTest.keyRelease(place.windowHandle(), Qt.Key.Key_A)
    QTest.keyClick(place.windowHandle(), Qt.Key.Key_B)
    assert panels[-1].pressed == [Qt.Key.Key_B]


def test_a_release_that_nothing_was_pressed_for_is_not_taken(place: Place, played: Played) -> None:
    event = QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
    QApplication.sendEvent(place.windowHandle(), event)
    assert played.log == []


def test_what_is_typed_into(qt: QApplication) -> None:
    editable = QComboBox()
    editable.setEditable(True)
    assert is_typed_into(QLineEdit())
    assert is_typed_into(editable)
    assert not any(map(is_typed_into, (QComboBox(), QPushButton(), None)))


@pytest.mark.parametrize(
    ("scan_code", "text", "played_as"),
    [
        (29, "z", "y"),  # QWERTZ: where a QWERTY keyboard has Y
        (52, "y", "z"),  # an octave down
        (38, "q", "a"),  # AZERTY
        (24, "a", ""),  # above it: no key of the piano
        (59, "<", "<"),
        (0, "s", "s"),  # a program's
    ],
)
def test_keys_play_by_their_place(
    place: Place,
    played: Played,
    monkeypatch: pytest.MonkeyPatch,
    scan_code: int,
    text: str,
    played_as: str,
) -> None:
    monkeypatch.setattr(key_layout, "_here", [key_layout.KeyLayout("en_US")])
    monkeypatch.setattr(key_layout.QGuiApplication, "platformName", lambda: "xcb")
    none = Qt.KeyboardModifier.NoModifier
    key = ord(text.upper())
    event = QKeyEvent(QEvent.Type.KeyPress, key, none, scan_code, 0, 0, text)
    QApplication.sendEvent(place.windowHandle(), event)
    assert played.log == [f"+{played_as}"]
    if played_as and scan_code not in (0, 59):
        assert key_layout.here().letter(played_as) == text


def test_what_shift_types_is_not_the_letter_of_a_key(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = key_layout.KeyLayout("en_US")
    monkeypatch.setattr(key_layout, "_here", [layout])
    monkeypatch.setattr(key_layout.QGuiApplication, "platformName", lambda: "xcb")
    place.button.setFocus()
    for modifier, text, letter in (
        (Qt.KeyboardModifier.ShiftModifier, ":", ";"),
        (Qt.KeyboardModifier.NoModifier, "é", "é"),
    ):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Semicolon, modifier, 47, 0, 0, text)
        QApplication.sendEvent(place.windowHandle(), event)
        assert layout.letter(";") == letter

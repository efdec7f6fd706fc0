"""Keys are known by their place; the letters on them by language, then by what is typed."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from rtsynth_gui.widgets.key_layout import (
    LAYOUTS,
    MAC_CODES,
    PLACES,
    SCAN_CODES,
    KeyLayout,
    guess,
    place_of,
)


def pressed(scan_code: int, virtual_key: int, text: str) -> QKeyEvent:
    none = Qt.KeyboardModifier.NoModifier
    return QKeyEvent(QEvent.Type.KeyPress, 0, none, scan_code, virtual_key, 0, text)


def test_every_place_has_its_code() -> None:
    assert "".join(SCAN_CODES.values()) == "".join(MAC_CODES.values()) == PLACES
    assert len(set(SCAN_CODES)) == len(set(MAC_CODES)) == len(PLACES) == 19


@pytest.mark.parametrize(
    ("platform", "scan_code", "virtual_key", "place"),
    [
        ("xcb", 38, 0, "a"),
        ("wayland", 52, 0, "z"),
        ("windows", 30, 0, "a"),
        ("cocoa", 0, 6, "z"),
        ("xcb", 24, 0, ""),  # Q: no note
        ("cocoa", 0, 12, ""),
        ("xcb", 0, 0, None),  # sent by a program
        ("xcb", 250, 0, None),
        ("offscreen", 38, 0, None),
        ("cocoa", 0, 0, "a"),
        ("cocoa", 0, 126, None),
    ],
)
def test_places(platform: str, scan_code: int, virtual_key: int, place: str | None) -> None:
    assert place_of(pressed(scan_code, virtual_key, "?"), platform) == place


@pytest.mark.parametrize(
    ("language", "name"),
    [("de_DE", "QWERTZ"), ("fr-FR", "AZERTY"), ("en_US", "QWERTY"), ("C", "QWERTY")],
)
def test_the_first_guess_is_by_language(language: str, name: str) -> None:
    assert guess(language) == name


def letters(layout: KeyLayout) -> str:
    return "".join(map(layout.letter, PLACES))


def test_what_is_typed_corrects_the_guess() -> None:
    layout = KeyLayout("en_US")
    assert letters(layout) == PLACES
    assert not layout.learn("a", "A")
    assert layout.learn("z", "y")
    assert layout.name == "QWERTZ"
    assert letters(layout) == "awsedftgzhujkolpöyx"
    assert layout.learn(";", "é")  # Swiss, in French
    assert layout.name == "QWERTZ"
    assert letters(layout) == "awsedftgzhujkolpéyx"
    french = KeyLayout("en_US")
    assert french.learn("a", "q")
    assert letters(french) == "qzsedftgyhujkolpmwx"


@pytest.mark.parametrize("text", ["", " ", "\r", "ab"])
def test_what_is_no_letter_teaches_nothing(text: str) -> None:
    layout = KeyLayout("en_US")
    assert not layout.learn("a", text)
    assert letters(layout) == PLACES


def test_layouts_name_places() -> None:
    assert all(set(differs) <= set(PLACES) for differs in LAYOUTS.values())

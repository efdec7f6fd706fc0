"""The computer keyboard plays, whatever has the focus; Escape lets go; Ctrl+Z gets through."""

import time
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from rtsynth_gui.widgets.key_layout import here, place_of

TWICE_S = 0.6
TYPED_INTO = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
BY_TEXT = ("<", ">")
BARE = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.KeypadModifier,
)


class Played(Protocol):
    """What letters play."""

    def press_key(self, text: str, key: int) -> bool: ...
    def release_key(self, key: int) -> bool: ...
    def let_go(self) -> None: ...


def is_typed_into(widget: QWidget | None) -> bool:
    """Whether letters are text there."""
    editable = isinstance(widget, QComboBox) and widget.isEditable()
    return editable or isinstance(widget, TYPED_INTO)


def has_nothing_to_undo(event: QKeyEvent) -> bool:
    """Whether it is the key of undo or redo, and a field has the focus where nothing was typed."""
    field = QApplication.focusWidget()
    if not isinstance(field, QLineEdit):
        return False
    if event.matches(QKeySequence.StandardKey.Undo):
        return not field.isUndoAvailable()
    return event.matches(QKeySequence.StandardKey.Redo) and not field.isRedoAvailable()


class TypingKeys(QObject):
    """Takes the letters that a window receives, unless they are typed into a field.

    It listens where the desktop delivers them, before any button or list: `played()` is the
    keyboard in front, if there is one. `escaped()`: Escape; `escaped_twice()`: soon again.
    """

    escaped = Signal()
    escaped_twice = Signal()

    def __init__(self, window: QWidget, played: Callable[[], Played | None]) -> None:
        super().__init__(window)
        self._window = window
        self._played = played
        self._pressed: Played | None = None
        self._escaped_s = float("-inf")
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._window:
            handle = self._window.windowHandle()
            if kind == QEvent.Type.Show and handle is not None:
                handle.installEventFilter(self)
            elif kind in (QEvent.Type.WindowDeactivate, QEvent.Type.Hide):
                self._let_go()
        elif isinstance(event, QKeyEvent):
            if kind == QEvent.Type.ShortcutOverride and has_nothing_to_undo(event):
                event.ignore()
                return True  # the field would take it, and do nothing
            if kind == QEvent.Type.KeyPress:
                return self._press(event)
            if kind == QEvent.Type.KeyRelease:
                return self._release(event)
        return False

    def _press(self, event: QKeyEvent) -> bool:
        if is_typed_into(QApplication.focusWidget()):
            return False
        if event.key() == Qt.Key.Key_Escape:
            if not event.isAutoRepeat():
                self._escape(time.monotonic())
            return True
        played = self._played()
        if played is None or event.modifiers() not in BARE:
            return False
        text = self._text(event)
        if event.isAutoRepeat():
            return self._pressed is played and played.press_key(text, event.key())
        if self._pressed is not None and self._pressed is not played:
            self._let_go()
        self._pressed = played
        return played.press_key(text, event.key())

    def _text(self, event: QKeyEvent) -> str:
        """The place of the key, as a text, or its own text where the place is not known."""
        place = place_of(event)
        if place is None:
            return event.text()
        plain = not event.modifiers() & Qt.KeyboardModifier.ShiftModifier  # with it ";" types ":"
        if place and plain and here().learn(place, event.text()):
            self._window.update()  # the letters on the keys
        # Octaves have < and > too, wherever they are; no other letter is played by its text.
        return place or (event.text() if event.text() in BY_TEXT else "")

    def _release(self, event: QKeyEvent) -> bool:
        if event.isAutoRepeat() or self._pressed is None or not self._is_there():
            return False
        return self._pressed.release_key(event.key())

    def _is_there(self) -> bool:
        """Whether the keyboard whose keys are down is still one: with other slots there are other
        keyboards."""
        return isValid(self._pressed)

    def _let_go(self) -> None:
        if self._pressed is not None and self._is_there():
            self._pressed.let_go()
        self._pressed = None

    def _escape(self, now_s: float) -> None:
        twice = now_s - self._escaped_s < TWICE_S
        self._escaped_s = float("-inf") if twice else now_s
        (self.escaped_twice if twice else self.escaped).emit()

"""A language in which every translatable text is in brackets, and the texts of a window in it."""

import re
from collections.abc import Iterator
from html import unescape

from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QTabBar,
    QWidget,
)

from rtsynth_gui.settings.language import languages

WRAPPED = re.compile(r"⟦[^⟦⟧]*(⟧|…$)")  # or cut short
WORD = re.compile(r"[^\W\d_]{3,}")
# Addresses of OSC, paths; shortcuts, behind a tab in menus.
NO_WORDS = re.compile(r"/\S+|\b(Ctrl|Shift|Alt|Meta)\+\S+|\t.*$")
# The same in every language.
NAMES = {"rtsynth", "midi", "osc", "lfo", "flac", "wav", "khz"}
# Languages are called as those call them who speak them.
NAMES |= {
    word.casefold() for code in languages() for word in QLocale(code).nativeLanguageName().split()
}


class Pseudo(QTranslator):
    """Translates "Save" into "⟦Save⟧"."""

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        return f"⟦{source}⟧"


def untranslated(text: str) -> set[str]:
    """Words outside of the brackets, in lower case."""
    text = unescape(re.sub(r"<[^>]*>", " ", text))
    while (shorter := WRAPPED.sub(" ", text)) != text:
        text = shorter
    return {word.casefold() for word in WORD.findall(NO_WORDS.sub(" ", text))} - NAMES


def texts(top: QWidget) -> Iterator[tuple[str, str]]:
    """(where, text) of everything that people read in a window, or hear from a screen reader."""
    for widget in (top, *top.findChildren(QWidget)):
        where = f"{type(widget).__name__} {widget.objectName()}"
        yield f"{where} tool-tip", widget.toolTip()
        yield f"{where} accessible name", widget.accessibleName()
        yield f"{where} accessible description", widget.accessibleDescription()
        yield f"{where} title", widget.windowTitle()
        match widget:
            case QLabel() | QAbstractButton():
                yield f"{where} text", widget.text()
            case QLineEdit():
                yield f"{where} placeholder", widget.placeholderText()
            case QComboBox():
                for row in range(widget.count()):
                    yield f"{where} item", widget.itemText(row)
            case QTabBar():
                for tab in range(widget.count()):
                    yield f"{where} tab", widget.tabText(tab)
            case QMenu():
                yield f"{where} menu", widget.title()
    for action in top.findChildren(QAction):
        where = f"action of {type(action.parent()).__name__}"
        yield where, action.text()
        yield f"{where}, tool-tip", action.toolTip()

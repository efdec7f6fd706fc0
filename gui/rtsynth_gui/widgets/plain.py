"""Texts from an engine, shown as they are.

Qt takes a text that looks like HTML for HTML, and HTML may name files to be read. What the window
shows comes from plugins, file names and an engine that may be on another machine.
"""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget


class PlainLabel(QLabel):
    """A label that shows its text letter by letter."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)


def plain_tip(text: str) -> str:
    """A tool-tip that shows `text` letter by letter, wrapped where it is long."""
    return f"<qt>{escape(text, quote=False)}</qt>".replace("\n", "<br>") if text else ""

"""The context menu of what is listed: its lines press the buttons of the page."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget


def button_menu(lines: Iterable[tuple[str, QAbstractButton]], parent: QWidget) -> QMenu:
    """A menu of (text, the button that does it); what a button does not do now is grey. It is gone
    once it was closed."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for text, button in lines:
        action = menu.addAction(text)
        action.setCheckable(button.isCheckable())
        action.setChecked(button.isChecked())
        action.setEnabled(button.isEnabled())
        action.triggered.connect(lambda _checked=False, button=button: button.click())
    return menu

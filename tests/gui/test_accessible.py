"""Everything that has the focus can be named by a screen reader, and be reached by Tab."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget

from rtsynth_gui.settings.trouble import HIDE, SETTINGS, SILENT, Trouble, texts
from rtsynth_gui.window import Window

pytestmark = pytest.mark.system

TROUBLE = Trouble("silent", texts()["silent"], (SETTINGS, SILENT, HIDE))
REACHED = 30  # of the widgets without a page, at least


def focusable(window: Window) -> list[QWidget]:
    """What Tab or a click gives the focus to, Qt's own parts of other widgets excepted."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.objectName().startswith("qt_")
        and widget.focusProxy() is None
        and not is_list_of_menu(widget)
    ]


def is_list_of_menu(widget: QWidget) -> bool:
    """Whether it is what a combo box opens: that has the name."""
    above = widget.parentWidget()
    return above is not None and isinstance(above.parentWidget(), QComboBox)


def by_tab(widget: QWidget) -> bool:
    """Whether Tab is to reach it; of buttons of which one is on, it is that one."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    if group is not None and group.exclusive():
        return group.checkedButton() is widget
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def described(widget: QWidget) -> str:
    above = widget
    names = []
    while above is not None:
        names.append(type(above).__name__)
        above = above.parentWidget()
    return " < ".join(names[:4])


def test_everything_has_a_name(window: Window) -> None:
    for page in window.side.pages:
        window.side.turn_to(page)
        QApplication.processEvents()
    nameless = []
    for widget in focusable(window):
        interface = QAccessible.queryAccessibleInterface(widget)
        if interface is None or not interface.text(QAccessible.Text.Name).strip():
            nameless.append(described(widget))
    assert len(focusable(window)) > REACHED
    assert not nameless


def test_tab_goes_through_everything_and_comes_back(window: Window) -> None:
    window.activateWindow()
    wanted = {
        widget
        for widget in focusable(window)
        if widget.isVisible() and widget.isEnabled() and by_tab(widget)
    }
    seen: list[QWidget] = []
    for _ in range(4 * len(wanted)):
        QTest.keyClick(window, Qt.Key.Key_Tab)
        widget = QApplication.focusWidget()
        if widget is None or widget in seen:
            break
        seen.append(widget)
    assert len(seen) > REACHED
    missed = {each for each in wanted if each not in seen}
    assert not {described(each) for each in missed}


@pytest.mark.parametrize("trouble", [None, TROUBLE], ids=["well", "trouble"])
def test_everything_fits_a_small_screen(window: Window, trouble: Trouble | None) -> None:
    """No text of a button is cut on 1280 x 720, whatever page is shown."""
    for page in ("", *window.side.pages):
        window.side.turn_to(page)
        window.watch.banner.show_trouble(trouble)
        window.resize(1280, 720)
        QApplication.processEvents()
        assert (window.width(), window.height()) == (1280, 720), page
        cut = [
            f"{page}: {button.text()}"
            for button in window.findChildren(QAbstractButton)
            if button.isVisible() and button.text() and button.width() < button.sizeHint().width()
        ]
        assert not cut

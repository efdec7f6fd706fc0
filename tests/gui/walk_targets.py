"""What there is to operate in a window, found in its tree of widgets."""

from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QScrollBar,
    QStackedWidget,
    QTabBar,
    QWidget,
)

from rtsynth_gui.panels.slot_panel import SlotPanel
from rtsynth_gui.panels.status_line import StatusLine
from rtsynth_gui.rack.rack import MasterStrip
from rtsynth_gui.rack.slot_strip import SlotStrip

KINDS = (
    QAbstractButton,
    QAbstractSlider,
    QLineEdit,
    QComboBox,
    QAbstractSpinBox,
    QTabBar,
    QAbstractItemView,
)
# What Qt builds such widgets from; it is operated as a part of them.
WHOLES = (QComboBox, QAbstractItemView, QLineEdit, QAbstractSpinBox, QTabBar, QMenu)
HANDLERS = ("mousePressEvent", "mouseDoubleClickEvent", "keyPressEvent")
OWN = "rtsynth_gui."
PLACE = "place in the walk"


class Target(NamedTuple):
    """A widget, and which of its tabs or menu lines, from 0."""

    widget: QWidget
    part: int = 0


def has_handlers(widget: QWidget) -> bool:
    """Whether one of our classes does something of its own with mouse or keys."""
    ours = [each for each in type(widget).__mro__ if each.__module__.startswith(OWN)]
    return any(name in vars(each) for each in ours for name in HANDLERS)


def is_interactive(widget: QWidget) -> bool:
    """Whether there is something to be done with it."""
    if isinstance(widget, QScrollBar) or isinstance(widget.parentWidget(), WHOLES):
        return False
    if isinstance(widget, StatusLine):  # there is something where a message was too long
        return False
    return isinstance(widget, KINDS) or has_handlers(widget)


def parts_of(widget: QWidget) -> int:
    """How many things there are to be done with it."""
    if isinstance(widget, QTabBar):
        return widget.count()
    menu = menu_of(widget)
    return len(lines_of(menu)) if menu is not None else 1


def lines_of(menu: QMenu) -> list[QAction]:
    """What can be chosen, also in the menus that it opens."""
    found = []
    for each in menu.actions():
        below = each.menu()
        if isinstance(below, QMenu) and each.isEnabled():
            found += lines_of(below)
        elif each.isEnabled() and not each.isSeparator():
            found.append(each)
    return found


def menu_below(line: QAction) -> QMenu | None:
    """The menu that a line of a menu opens."""
    below = line.menu()
    return below if isinstance(below, QMenu) else None


def way_to(line: QAction, menu: QMenu) -> QAction:
    """What of a menu is to be chosen next, so that a line is; it may open another menu."""
    for each in menu.actions():
        below = each.menu()
        if each is line or (isinstance(below, QMenu) and line in lines_of(below)):
            return each
    raise AssertionError(f"{line.text()} is not in {menu.title()}")


def menu_of(widget: QWidget) -> QMenu | None:
    """What its click opens."""
    found = getattr(widget, "menu", None)
    menu = found() if callable(found) and isinstance(widget, QAbstractButton) else None
    return menu if isinstance(menu, QMenu) else None


def name_of(widget: QWidget) -> str:
    """What it is called, or what is on it."""
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def last_row(view: QAbstractItemView) -> QModelIndex:
    """Of a tree the last leaf; not valid where there is none."""
    model, row = view.model(), QModelIndex()
    while (count := model.rowCount(row)) > 0:
        row = model.index(count - 1, 0, row)
    return row


def place_of(widget: QWidget) -> str:
    """Where it is in the tree: the same when the tree has been built again."""
    kept = widget.property(PLACE)
    if kept is None:
        parent = widget.parentWidget()
        # Of a strip both change: with its plugin, and when it is in front.
        names = (
            () if isinstance(widget, SlotStrip) else (widget.accessibleName(), widget.objectName())
        )
        name = next(filter(None, names), "")
        above = "" if parent is None else f" < {place_of(parent)}"
        kept = f"{type(widget).__name__} {number_of(widget)} {name}{above}"
        widget.setProperty(PLACE, kept)
    return str(kept)


def number_of(widget: QWidget) -> int:
    """Which one it is of those like it beside it."""
    parent = widget.parentWidget()
    if isinstance(widget, SlotPanel | SlotStrip):
        return widget.slot.number
    if isinstance(widget, MasterStrip):
        return 0
    if isinstance(parent, QStackedWidget):
        return parent.indexOf(widget)  # what is in front is the last child
    alike = [] if parent is None else [c for c in parent.children() if type(c) is type(widget)]
    return alike.index(widget) if widget in alike else 0


def is_on(widget: QWidget) -> bool:
    """Whether it is a button that stays down."""
    return isinstance(widget, QAbstractButton) and widget.isChecked()


def focused() -> str:
    """Where keys go."""
    widget = QApplication.focusWidget()
    return place_of(widget) if widget is not None else "nothing"


def own_point(widget: QWidget) -> QPoint:
    """A point of a widget where no other lies on it."""
    for x in range(2, widget.width() - 2, 4):
        for y in range(2, widget.height() - 2, 4):
            if widget.childAt(x, y) is None:
                return QPoint(x, y)
    return widget.rect().center()

"""A list of names that the engine keeps: chosen, renamed in place, deleted."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidgetItem, QMenu, QWidget

from rtsynth_gui.widgets.noted_list import NotedList
from rtsynth_gui.widgets.row_edit import RowEdit

OWN = Qt.ItemDataRole.UserRole  # the name as the engine has it
LEAST_HEIGHT = 72


class NameList(NotedList):
    """`chosen(name)`: clicked, or Enter. `renamed(old, new)` and `removed(name)`: asked for.

    What was renamed shows its old name until the engine lists the new one.

    `more`: what else its menu has for the chosen names: a text, how many it is for at least, and
    what it does.

    Args:
        at_once: whether a click chooses; otherwise it marks, and a double-click chooses.
    """

    chosen = Signal(str)
    renamed = Signal(str, str)
    removed = Signal(str)

    def __init__(self, title: str, *, at_once: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.setItemDelegate(RowEdit(self))
        self._showing = False
        self._next = ""  # to be marked when it is listed
        self._coming: list[str] = []
        self.more: list[tuple[str, int, Callable[[list[str]], None]]] = []
        self.writable = True
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setMinimumHeight(LEAST_HEIGHT)
        self.customContextMenuRequested.connect(self._open_menu)
        chosen = self.itemClicked if at_once else self.itemDoubleClicked
        chosen.connect(self._choose)
        self.itemChanged.connect(self._changed)

    def choose_several(self) -> None:
        """Ctrl and Shift add names to those that are marked, and choose none."""
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)

    def _choose(self, item: QListWidgetItem) -> None:
        several = self.selectionMode() == QAbstractItemView.SelectionMode.ExtendedSelection
        adding = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if not (several and QGuiApplication.keyboardModifiers() & adding):
            self.chosen.emit(item.data(OWN))

    @property
    def marked(self) -> list[str]:
        """The names that are marked, as they are listed."""
        items = (self.item(row) for row in range(self.count()))
        return [str(item.data(OWN)) for item in items if item.isSelected()]

    def sizeHint(self) -> QSize:
        return QSize(120, 2 * LEAST_HEIGHT)

    @property
    def names(self) -> list[str]:
        """What is listed."""
        return [self.item(row).data(OWN) for row in range(self.count())]

    def collect(self, first: int, count: int, names: list[str]) -> None:
        """Part of the engine's list: its first name's place, and how many there are in all."""
        self._coming = [*self._coming[:first], *names]
        if len(self._coming) >= count:
            self.show_names(self._coming)

    def show_names(self, names: list[str]) -> None:
        """List these; what was current stays so, if it is there."""
        if names == self.names:
            return
        current = self.current
        self._showing = True
        self.clear()
        for name in names:
            item = QListWidgetItem(name)
            item.setData(OWN, name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            self.addItem(item)
        self._showing = False
        if self._next in names:
            current, self._next = self._next, ""
        self.show_current(current)

    def mark(self, name: str) -> None:
        """Mark a name, now or when it is listed."""
        self._next = "" if name in self.names else name
        self.show_current(name)

    @property
    def current(self) -> str:
        """The name that is marked; "" for none."""
        item = self.currentItem()
        return str(item.data(OWN)) if item is not None else ""

    def show_current(self, name: str) -> None:
        """Mark a name; "" for none."""
        self.setCurrentRow(self.names.index(name) if name in self.names else -1)

    def show_lit(self, name: str, why: str) -> None:
        """Write a name in bold, and say why; "" for none."""
        self._showing = True
        for row in range(self.count()):
            item, lit = self.item(row), self.names[row] == name
            font = self.font()
            font.setBold(lit)
            item.setFont(font)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, why if lit else "")
        self._showing = False

    def menu_of(self, item: QListWidgetItem) -> QMenu:
        """What can be done with a name; gone once it was closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = str(item.data(OWN))
        menu.addAction(self.tr("Recall")).triggered.connect(lambda: self.chosen.emit(name))
        rename = menu.addAction(self.tr("Rename"))
        rename.triggered.connect(lambda: self._edit(name))  # it may be listed anew by then
        rename.setEnabled(self.writable)
        delete = menu.addAction(self.tr("Delete"))
        delete.triggered.connect(lambda: self.removed.emit(name))
        delete.setEnabled(self.writable)
        marked = self.marked if item.isSelected() else [name]
        for text, least, do in self.more:
            action = menu.addAction(text)
            action.triggered.connect(partial(self._do_more, do, marked))
            action.setEnabled(self.writable and len(marked) >= least)
        return menu

    def _do_more(
        self, do: Callable[[list[str]], None], names: list[str], _checked: bool = False
    ) -> None:
        do(names)

    def _edit(self, name: str) -> None:
        if name in self.names:
            self.editItem(self.item(self.names.index(name)))

    def _open_menu(self, point: QPoint) -> None:
        item = self.itemAt(point)
        if item is not None:
            self.menu_of(item).popup(self.viewport().mapToGlobal(point))

    def _changed(self, item: QListWidgetItem) -> None:
        if self._showing:
            return
        old, new = str(item.data(OWN)), item.text().strip()
        self._showing = True
        item.setText(old)
        self._showing = False
        if new and new != old:
            self.renamed.emit(old, new)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        key = Qt.Key(event.key())
        if item is None or self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(str(item.data(OWN)))
        elif key == Qt.Key.Key_F2 and self.writable:
            self.editItem(item)
        elif key == Qt.Key.Key_Delete and self.writable:
            self.removed.emit(str(item.data(OWN)))
        else:
            super().keyPressEvent(event)

"""The browser's list of plugins and presets: dragged from, chosen by a double-click or Enter."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidgetItem, QWidget

from rtsynth_gui.browser.entry import Listed
from rtsynth_gui.widgets.dragged import plugin_data, with_preset
from rtsynth_gui.widgets.noted_list import NotedList
from rtsynth_gui.widgets.plain import plain_tip

SOURCE = Qt.ItemDataRole.UserRole
BELOW = "      "  # a preset is written below its plugin


class PluginList(NotedList):
    """`opened(source)`: wanted in the rack. `pointed(source)`: to be read about, "" for none.
    `heard()`: how the marked one sounds is wanted, by the space bar. `menu_wanted(point)`: its
    menu, at a point of the screen."""

    menu_wanted = Signal(QPoint)
    heard = Signal()
    opened = Signal(str)
    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Plugins"))
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemDoubleClicked.connect(lambda item: self.opened.emit(item.data(SOURCE)))
        self.currentItemChanged.connect(lambda *_: self.pointed.emit(self.source))

    @property
    def source(self) -> str:
        """What the marked plugin is loaded by; "" for none."""
        item = self.currentItem()
        return str(item.data(SOURCE)) if item is not None else ""

    @property
    def sources(self) -> list[str]:
        """What is listed."""
        return [str(self.item(row).data(SOURCE)) for row in range(self.count())]

    def show_plugins(
        self,
        plugins: Sequence[Listed],
        favourites: Sequence[str],
        presets: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """List these, each with the presets of its source; the marked one stays so, if it is
        there."""
        marked = self.source
        self.blockSignals(True)
        self.clear()
        for plugin in plugins:
            self._add(plugin, plugin.source, plugin.entry.name, favourites)
            for preset in (presets or {}).get(plugin.source, ()):
                self._add(plugin, with_preset(plugin.source, preset), preset, favourites)
        self.blockSignals(False)
        self.mark(marked)

    def _add(self, plugin: Listed, source: str, text: str, favourites: Sequence[str]) -> None:
        below = "" if source == plugin.source else BELOW
        sign = "⚠ " if plugin.entry.problem else "★ " if source in favourites else ""
        item = QListWidgetItem(f"{below}{sign}{text}")
        item.setData(SOURCE, source)
        item.setToolTip(plain_tip(plugin.entry.problem or plugin.entry.description))
        if plugin.entry.problem:
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDragEnabled)
        self.addItem(item)

    def mark(self, source: str) -> None:
        """Mark a plugin, and have it read about."""
        sources = self.sources
        self.setCurrentRow(sources.index(source) if source in sources else -1)
        self.pointed.emit(self.source)

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        return plugin_data([str(item.data(SOURCE)) for item in items])

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Of what is under the mouse, which its press has marked; by key, of what is marked."""
        point = event.globalPos()
        item = self.itemAt(event.pos())
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            item = self.currentItem()
            middle = self.visualItemRect(item).center() if item is not None else QPoint()
            point = self.viewport().mapToGlobal(middle)
        if item is not None:
            self.setCurrentItem(item)
            self.menu_wanted.emit(point)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.source and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.source)
        elif event.key() == Qt.Key.Key_Space:
            self.heard.emit()
        else:
            super().keyPressEvent(event)

"""The browser's list: dragged from, chosen by a double-click or Enter."""

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from rtsynth_gui.browser.entry import Listed
from rtsynth_gui.widgets.dragged import plugin_data
from rtsynth_gui.widgets.plain import plain_tip

SOURCE = Qt.ItemDataRole.UserRole


class PluginList(QListWidget):
    """`opened(source)`: wanted in the rack. `pointed(source)`: to be read about, "" for none."""

    opened = Signal(str)
    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Plugins")
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

    def show_plugins(self, plugins: Sequence[Listed], favourites: Sequence[str]) -> None:
        """List these; the marked one stays so, if it is there."""
        marked = self.source
        self.blockSignals(True)
        self.clear()
        for plugin in plugins:
            star = "★ " if plugin.source in favourites else ""
            item = QListWidgetItem(f"{star}{plugin.entry.name}")
            item.setData(SOURCE, plugin.source)
            item.setToolTip(plain_tip(plugin.entry.problem or plugin.entry.description))
            if plugin.entry.problem:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDragEnabled)
            self.addItem(item)
        self.blockSignals(False)
        self.mark(marked)

    def mark(self, source: str) -> None:
        """Mark a plugin, and have it read about."""
        sources = self.sources
        self.setCurrentRow(sources.index(source) if source in sources else -1)
        self.pointed.emit(self.source)

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        return plugin_data([str(item.data(SOURCE)) for item in items])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.source and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.source)
        else:
            super().keyPressEvent(event)

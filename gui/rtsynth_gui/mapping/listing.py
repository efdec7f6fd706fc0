"""All mappings of the engine, by where they are from."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from rtsynth_gui.link.control import Control
from rtsynth_gui.mapping.entry import DEFAULT, FILE, LEARNED, ORIGINS, Entry, translated
from rtsynth_gui.widgets.plain import plain_tip

TITLES = {
    LEARNED: str(QT_TRANSLATE_NOOP("Mapping", "Learned")),
    FILE: str(QT_TRANSLATE_NOOP("Mapping", "From the map file")),
    DEFAULT: str(QT_TRANSLATE_NOOP("Mapping", "Default")),
}
OWN = Qt.ItemDataRole.UserRole  # the index of an entry


def place_of(address: str, controls: Mapping[str, Control]) -> str:
    """What an address is, in words: "1 · Pitch", "1 · bank/recall dark"; the address itself where
    nobody knows it."""
    control = controls.get(address)
    words = address.strip("/").split("/", 2)
    if control is None and len(words) == 3 and words[2].startswith("bank/"):
        return f"{words[1]} · {words[2]}"
    if control is None:
        return address
    return f"{words[1] if words[0] == 'slot' else translated('Master')} · {control.title}"


class Listing(QTreeWidget):
    """`turned(entry)`: another one is marked, None for none; `deleted(entry)`: Delete."""

    turned = Signal(object)
    deleted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []
        self._items: list[QTreeWidgetItem] = []  # of entries, in their order on the screen
        self._showing = False
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setObjectName("well")
        self.setStyleSheet("QTreeView::item { padding: 2px 6px 2px 0; }")
        self.setRootIsDecorated(False)
        self.setIndentation(10)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("MIDI mappings"))
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.currentItemChanged.connect(lambda *_: self._turned())

    def show_entries(self, entries: Iterable[Entry], controls: Mapping[str, Control]) -> None:
        """List these; the one that was marked stays so, if its control still has one."""
        marked = self.current
        self.entries = list(entries)
        self._showing = True
        self.clear()
        self._items.clear()
        for origin in ORIGINS:
            rows = [n for n, each in enumerate(self.entries) if each.origin == origin]
            if not rows:
                continue
            heading = QTreeWidgetItem(self, [translated(TITLES[origin])])
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
            heading.setFirstColumnSpanned(True)
            font = heading.font(0)
            font.setBold(True)
            heading.setFont(0, font)
            for n in rows:
                entry = self.entries[n]
                place = place_of(entry.address, controls)
                item = QTreeWidgetItem(heading, [entry.source, place])
                item.setData(0, OWN, n)
                self._items.append(item)
                tip = "\n".join(filter(None, (entry.source, entry.port, place, entry.file)))
                for column in (0, 1):
                    item.setToolTip(column, plain_tip(tip))
        self.expandAll()
        self._showing = False
        if marked is not None and not self.mark(marked.address, marked.origin):
            self.mark(marked.address)
        self._turned()

    @property
    def current(self) -> Entry | None:
        """The one that is marked."""
        item = self.currentItem()
        number = None if item is None else item.data(0, OWN)
        return None if number is None else self.entries[number]

    def mark(self, address: str, origin: str = "") -> bool:
        """Mark the first mapping of a control, or its first from somewhere; was there one?"""
        for item in self._items:
            entry = self.entries[item.data(0, OWN)]
            if entry.address == address and origin in ("", entry.origin):
                self.setCurrentItem(item)
                self.scrollToItem(item)
                return True
        return False

    def _turned(self) -> None:
        if not self._showing:
            self.turned.emit(self.current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.current is not None:
            self.deleted.emit(self.current)
        else:
            super().keyPressEvent(event)

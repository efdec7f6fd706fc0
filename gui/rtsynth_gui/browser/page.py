"""The page of the browser: search, list, and what there is to read about a plugin."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rtsynth.common.errors import InputError, RtsynthError
from rtsynth.plugin.catalogue import Entry, entry_of
from rtsynth_gui.browser.entry import Listed, parse_entry
from rtsynth_gui.browser.plugin_list import PluginList
from rtsynth_gui.browser.shelf import Shelf, read_shelf, shelf_file
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.widgets.dragged import dragged_is_file
from rtsynth_gui.widgets.icons import icon
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

LIST = "/plugins/list"
MOST_PLUGINS = 1000
NO_LIST = "This engine does not list its plugins: it is of another version. Open a file instead."


class BrowserPage(QWidget):
    """`chosen(source, slot)`: a plugin, by what it is loaded by, for a slot; 0 for a new one.
    `open_wanted()`: a file is to be chosen. `said(text)`: something is wrong on this machine."""

    chosen = Signal(str, int)
    open_wanted = Signal()
    said = Signal(str)

    def __init__(self, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._front = 0
        self._plugins: dict[str, Listed] = {}
        self._coming: dict[str, Listed] = {}
        self._damaged = False
        self._shelf_read = False
        self.shelf = Shelf()
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Search plugins")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search plugins")
        self.search.textChanged.connect(lambda _: self._list())
        self.only = QToolButton(self)
        self.only.setText("★")
        self.only.setCheckable(True)
        self.only.setToolTip("Favourites only")
        self.only.setAccessibleName("Favourites only")
        self.only.toggled.connect(lambda _: self._list())
        self.list = PluginList(self)
        self.list.opened.connect(lambda source: self.chosen.emit(source, 0))
        self.list.pointed.connect(self._show_details)
        self.details = PlainLabel("", self)
        self.details.setWordWrap(True)
        self.details.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details.setAccessibleName("About the plugin")
        self.add = QPushButton(icon("add"), "Add", self)
        self.add.setToolTip("Add it to the rack (double-click, or Enter)")
        self.add.clicked.connect(lambda: self.chosen.emit(self.list.source, 0))
        self.replace = QPushButton("Replace", self)
        self.replace.clicked.connect(lambda: self.chosen.emit(self.list.source, self._front))
        self.star = QPushButton("★", self)
        self.star.setCheckable(True)
        self.star.setToolTip("A favourite")
        self.star.setAccessibleName("A favourite")
        self.star.clicked.connect(self._set_favourite)
        self.open = QPushButton(icon("folder"), "Open file…", self)
        self.open.clicked.connect(self.open_wanted)
        self._arrange()
        self.show_front(0)

    def _arrange(self) -> None:
        finding = QHBoxLayout()
        finding.addWidget(self.search, 1)
        finding.addWidget(self.only)
        doing = QHBoxLayout()
        doing.setSpacing(6)
        doing.addWidget(self.add, 1)
        doing.addWidget(self.replace, 1)
        doing.addWidget(self.star)
        self.star.setFixedWidth(36)
        area = QScrollArea(self)
        area.setWidget(self.details)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumHeight(90)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(finding)
        layout.addWidget(self.list, 3)
        layout.addWidget(area, 2)
        layout.addLayout(doing)
        layout.addWidget(self.open)

    # --- from the engine ---------------------------------------------------------------------

    def ask(self) -> None:
        """Ask the engine for its plugins."""
        if not self._shelf_read:
            self._shelf_read = True
            self._read_shelf()
        self.open.setEnabled(self._link.is_local)
        tip = "Choose a plugin file of this machine"
        elsewhere = ": the engine is on another one, and loads plugins of its own library"
        self.open.setToolTip(plain_tip(tip if self._link.is_local else tip + elsewhere))
        self._link.send(LIST)

    def take(self, batch: Batch) -> None:
        """One frame: list what arrived."""
        if LIST in batch.unknown:
            self._plugins.clear()
            self._list()
            self.details.setText(NO_LIST)
        for address, arguments, _ in batch.answers:
            match address, arguments:
                case "/plugins/plugin", [int(index), int(count), str(text)]:
                    self._collect(index, count, parse_entry(text))
                case "/done", [str(done), int(count)] if done == LIST and count == 0:
                    self._plugins.clear()
                    self._list()
                case "/done", [str(done), str(source)] if done.endswith("/load"):
                    if dragged_is_file(source) and self._link.is_local:
                        self._keep(self.shelf.with_opened(source))

    def _collect(self, index: int, count: int, entry: Entry | None) -> None:
        if index == 1:
            self._coming = {}
        if entry is not None and len(self._coming) < MOST_PLUGINS:
            self._coming[entry.name] = Listed(entry, entry.name)
        if index == count:
            self._plugins = self._coming
            self._list()

    def show_front(self, slot: int) -> None:
        """Another slot is in front: the one whose plugin is replaced."""
        self._front = slot
        self.replace.setToolTip(f"Load it into slot {slot}, the one in front")
        self._allow()

    # --- shown ---------------------------------------------------------------------------------

    @property
    def listed(self) -> dict[str, Listed]:
        """What there is: the engine's library, then files that were opened on this machine."""
        files = {}
        for text in self.shelf.opened if self._link.is_local else ():
            path = Path(text)
            if path.is_file():
                files[text] = Listed(entry_of(path.stem, path), text)
        return self._plugins | files

    def _list(self) -> None:
        words = self.search.text().casefold().split()
        wanted = [
            each
            for each in self.listed.values()
            if each.matches(words)
            and (not self.only.isChecked() or each.source in self.shelf.favourites)
        ]
        self.list.show_plugins(wanted, self.shelf.favourites)

    def _show_details(self, source: str) -> None:
        plugin = self.listed.get(source)
        self._allow()
        if plugin is None:
            self.details.setText("")
            return
        lines = [plugin.entry.description] if plugin.entry.description else []
        lines += [f"{title}: {text}" for title, text in plugin.details]
        self.details.setText("\n".join(lines))
        self.star.setChecked(source in self.shelf.favourites)

    def _allow(self) -> None:
        plugin = self.listed.get(self.list.source)
        usable = plugin is not None and not plugin.entry.problem
        self.add.setEnabled(usable)
        self.replace.setEnabled(usable and self._front > 0)
        self.star.setEnabled(plugin is not None)

    # --- kept ----------------------------------------------------------------------------------

    def _read_shelf(self) -> None:
        try:
            self.shelf = read_shelf(shelf_file())
        except InputError as error:
            self._damaged = True  # it is left alone
            self.said.emit(str(error))

    def _keep(self, shelf: Shelf) -> None:
        self.shelf = shelf
        if not self._damaged:
            try:
                shelf.write(shelf_file())
            except RtsynthError as error:
                self.said.emit(str(error))
        self._list()

    def _set_favourite(self, favourite: bool) -> None:
        self._keep(self.shelf.with_favourite(self.list.source, favourite))

"""The page of the browser: search, list, and what there is to read about a plugin or preset."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rtsynth.common.errors import InputError
from rtsynth_gui.browser.entry import Listed, opened_files
from rtsynth_gui.browser.favourites import Favourites
from rtsynth_gui.browser.folders import FoldersButton
from rtsynth_gui.browser.library import LIST, Library
from rtsynth_gui.browser.listen import WIDTH, ListenButton
from rtsynth_gui.browser.plugin_list import PluginList
from rtsynth_gui.browser.preview import RENDERING
from rtsynth_gui.browser.replace_note import ReplaceNote
from rtsynth_gui.browser.search_field import SearchField
from rtsynth_gui.browser.shelf import Shelf, read_shelf, shelf_file
from rtsynth_gui.edit.desk import Desk
from rtsynth_gui.link.description import Description
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.link.worker import KEPT, Worker
from rtsynth_gui.panels.header import ElidedLabel
from rtsynth_gui.widgets.button_menu import button_menu
from rtsynth_gui.widgets.dragged import (
    dragged_is_file,
    dragged_places,
    dragged_plugins,
    with_preset,
    without_preset,
)
from rtsynth_gui.widgets.icons import set_icon
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip


class BrowserPage(QWidget):
    """`chosen(source, slot)`: a plugin, by what it is loaded by, for a slot; 0 for a new one.
    `recalled(slot, preset)`: a preset of the plugin that is there.
    `wanted()`: the page is to be seen. `open_wanted()`: a file is to be chosen. `said(text)`:
    something is wrong on this machine."""

    chosen = Signal(str, int)
    recalled = Signal(int, str)
    wanted = Signal()
    open_wanted = Signal()
    said = Signal(str)

    def __init__(self, link: EngineLink, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link, self._front = link, 0
        self._playing: dict[int, str] = {}  # what each slot's plugin calls itself
        self.library = Library(link, self, act=desk.acts.do)
        self.library.changed.connect(self._list)
        self.library.said.connect(self.said)
        self._keeper, self._reader = Worker("shelf", self, KEPT), Worker("opened files", self)
        self._keeper.failed.connect(self.said)
        self._files: dict[str, Listed] = {}  # that were opened, and are still there
        self._shelf_file = shelf_file()
        self._damage = self._unsaid = ""
        self.shelf = Shelf()
        try:
            self.shelf = read_shelf(self._shelf_file)
        except InputError as error:
            self._damage = self._unsaid = str(error)  # the file is left alone
        self.search = SearchField(self)
        self.search.textChanged.connect(lambda _: self._list())
        self.only = QToolButton(self)
        self.only.setText("★")
        self.only.setCheckable(True)
        self.only.setToolTip(self.tr("Favourites only"))
        self.only.setAccessibleName(self.tr("Favourites only"))
        self.only.toggled.connect(lambda _: self._list())
        self.replacing = ReplaceNote(self)
        self.chosen.connect(lambda *_: self.replacing.show_slot(0))
        self.list = PluginList(self)
        self.list.opened.connect(self._opened)
        self.list.pointed.connect(self._show_details)
        self.list.menu_wanted.connect(lambda point: self.menu().popup(point))
        self.search.left.connect(self._to_list)
        self.heading = ElidedLabel(self)
        self.heading.setObjectName("caption")
        self.details = PlainLabel("", self)
        self.details.setWordWrap(True)
        self.details.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details.setAccessibleName(self.tr("About the plugin"))
        self.add = QPushButton(self.tr("Add"), self)
        set_icon(self.add, "add")
        self.add.setToolTip(self.tr("Add it to the rack (double-click, or Enter)"))
        self.add.clicked.connect(lambda: self.chosen.emit(self.list.source, 0))
        self.replace = QPushButton(self.tr("Replace"), self)
        self.replace.clicked.connect(lambda: self.chosen.emit(self.list.source, self._front))
        favourites = Favourites(desk, lambda it: it in self.shelf.favourites, self._set_favourite)
        self.star = QPushButton("★", self)
        self.star.setCheckable(True)
        self.star.setObjectName("small")
        self.star.setFixedWidth(WIDTH)
        self.star.setToolTip(self.tr("Favourite"))
        self.star.setAccessibleName(self.tr("Favourite"))
        self.star.clicked.connect(lambda on: favourites.choose(self.list.source, on))
        self.listen = ListenButton(self)
        self.listen.said.connect(self.said)
        self.list.heard.connect(self.listen.animateClick)
        self.rendering = PlainLabel(
            self.tr("Rendering the preview; it plays when it is ready"), self
        )
        self.rendering.setObjectName("dim")
        self.rendering.setWordWrap(True)
        self.rendering.hide()
        self.listen.preview.changed.connect(
            lambda what: self.rendering.setVisible(what == RENDERING)
        )
        self.open = QPushButton(self.tr("Open file…"), self)
        set_icon(self.open, "folder")
        self.open.clicked.connect(self.open_wanted)
        self.folders = FoldersButton(self.library, self)
        self.setAcceptDrops(True)
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
        heading = QHBoxLayout()
        heading.setSpacing(6)
        heading.addWidget(self.heading, 1)
        heading.addWidget(self.listen)
        heading.addWidget(self.star)
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
        layout.addWidget(self.replacing)
        layout.addWidget(self.list, 3)
        layout.addLayout(heading)
        layout.addWidget(self.rendering)
        layout.addWidget(area, 2)
        layout.addLayout(doing)
        opening = QHBoxLayout()
        opening.setSpacing(6)
        opening.addWidget(self.open, 1)
        opening.addWidget(self.folders, 1)
        layout.addLayout(opening)

    # --- from the engine ---------------------------------------------------------------------

    def ask(self) -> None:
        """Ask the engine for its plugins."""
        if self._unsaid:
            self.said.emit(self._unsaid)
            self._unsaid = ""
        self._look_at_files()
        self.open.setEnabled(self._link.is_local)
        tip = self.tr("Choose a plugin file on this machine")
        if not self._link.is_local:
            tip = self.tr("The engine is on another machine; it loads plugins from its own library")
        self.open.setToolTip(plain_tip(tip))
        self.folders.setEnabled(self._link.is_local)
        self.library.ask()

    def take(self, batch: Batch) -> None:
        """One frame: list what arrived."""
        if batch.description is not None:
            self._know(batch.description)
        if LIST in batch.unknown:
            self.library.forget()
            self.details.setText(
                self.tr(
                    "This engine does not list its plugins; it is a different "
                    "version. Open a file instead."
                )
            )
        self.library.take(batch)
        for address, arguments, _ in batch.answers:
            match address, arguments:
                case "/done", [str(done), str(source), *_] if done.endswith("/load"):
                    if dragged_is_file(source) and self._link.is_local:
                        self._keep(self.shelf.with_opened(source))

    def _know(self, description: Description) -> None:
        self._playing = {slot.number: slot.plugin for slot in description.slots}

    def show_front(self, slot: int) -> None:
        """Another slot is in front: the one whose plugin is replaced."""
        self._front = slot
        tip = self.tr("Load it into slot {slot}, the selected one").format(slot=slot)
        self.replace.setToolTip(tip)
        self._allow()

    # --- shown ---------------------------------------------------------------------------------

    @property
    def listed(self) -> dict[str, Listed]:
        """What there is: the engine's library, then files that were opened on this machine and
        are not in it."""
        library, files = self.library.plugins, self._files if self._link.is_local else {}
        others = {path: each for path, each in files.items() if each.twin not in library}
        return library | others | self.library.problems

    def _presets(self, plugin: Listed, words: list[str]) -> list[str]:
        presets, favourites = self.library.presets.get(plugin.source, []), self.shelf.favourites
        if self.only.isChecked() and plugin.source not in favourites:
            presets = [p for p in presets if with_preset(plugin.source, p) in favourites]
        return [preset for preset in presets if plugin.matches(words, preset)]

    def _list(self) -> None:
        words = self.search.words
        favourites, only = self.shelf.favourites, self.only.isChecked()
        listed = list(self.listed.values())
        presets = {each.source: self._presets(each, words) for each in listed}
        wanted = [
            each
            for each in listed
            if presets[each.source]
            or (each.matches(words) and (not only or each.source in favourites))
        ]
        self.list.show_plugins(wanted, favourites, presets)
        note = ""
        if words:
            note = self.tr("Nothing found for {}").format(f"“{self.search.text().strip()}”")
        elif only:
            note = self.tr("No favourites yet: mark a plugin and click ★ below")
        self.list.show_note(note)

    def _to_list(self) -> None:
        """By keyboard, to what was found."""
        if self.list.count():
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            self.list.setCurrentRow(max(self.list.currentRow(), 0))

    def menu(self) -> QMenu:
        """What can be done with what is marked."""
        lines = (
            (self.tr("Add to rack"), self.add),
            (self.tr("Replace the plugin in slot {}").format(self._front or 1), self.replace),
            (self.tr("Favourite"), self.star),
            (self.tr("Preview"), self.listen),
        )
        return button_menu(lines, self)

    def look_for(self, replaced: int) -> None:
        """Ready to find a plugin; the one that is opened then replaces that of a slot; 0: none."""
        self.replacing.show_slot(replaced)
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _opened(self, source: str) -> None:
        """Into a new slot, or the one it was looked for; a preset of the plugin in front, there."""
        name, preset = without_preset(source)
        plugin = self.listed.get(name)
        if plugin is None or plugin.entry.problem:
            return
        if preset and self._front and self._playing.get(self._front) == plugin.own_name:
            self.recalled.emit(self._front, preset)
        else:
            self.chosen.emit(source, self.replacing.slot)

    def drop(self, paths: list[str]) -> None:
        """Take in what was dropped anywhere on the window."""
        self.wanted.emit()
        self.take_in(paths)

    def take_in(self, paths: list[str]) -> None:
        """Files and folders that were dropped: they belong to the library from now on."""
        for path in paths:
            if dragged_is_file(path):
                self._keep(self.shelf.with_opened(path))
            else:
                self.library.take_in(path)

    def _show_details(self, source: str) -> None:
        name, preset = without_preset(source)
        plugin = self.listed.get(name)
        self._allow()
        self.heading.show_text(preset or (plugin.entry.name if plugin is not None else ""))
        self.details.setText(plugin.about(preset) if plugin is not None else "")
        self.star.setChecked(source in self.shelf.favourites)

    def _allow(self) -> None:
        plugin = self.listed.get(without_preset(self.list.source)[0])
        usable = plugin is not None and not plugin.entry.problem
        self.add.setEnabled(usable)
        self.replace.setEnabled(usable and self._front > 0)
        self.star.setEnabled(usable)
        source = plugin.source if plugin is not None and usable else ""
        self.listen.offer(source if self._link.is_local else "")

    # --- kept ----------------------------------------------------------------------------------

    def _keep(self, shelf: Shelf) -> None:
        self.shelf = shelf
        if not self._damage:
            path = self._shelf_file
            self._keeper.do(partial(shelf.write, path), key=str(path))
        self._look_at_files()
        self._list()

    def _look_at_files(self) -> None:
        """See which of the files that were opened are still there, and what they are."""
        if self._link.is_local and self.shelf.opened:
            opened = partial(opened_files, self.shelf.opened)
            self._reader.do(opened, self._show_files, key="opened")

    def _show_files(self, files: dict[str, Listed]) -> None:
        if files != self._files:
            self._files = files
            self._list()

    def _set_favourite(self, source: str, favourite: bool) -> None:
        self._keep(self.shelf.with_favourite(source, favourite))
        self.star.setChecked(self.list.source in self.shelf.favourites)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look_at_files()

    # --- dropped -------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        if self._link.is_local and data.hasUrls() and dragged_plugins(data) + dragged_places(data):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.take_in(dragged_plugins(event.mimeData()) + dragged_places(event.mimeData()))

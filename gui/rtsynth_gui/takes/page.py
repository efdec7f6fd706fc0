"""The page of takes: they are listed, played, shown in their folder, renamed, deleted."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from rtsynth_gui.edit.desk import Desk
from rtsynth_gui.edit.history import Step
from rtsynth_gui.link.window_folder import Choices
from rtsynth_gui.link.worker import Worker
from rtsynth_gui.takes.buttons import BUTTONS
from rtsynth_gui.takes.files import Look, Moved, TakeFiles
from rtsynth_gui.takes.folder import FORMATS
from rtsynth_gui.takes.listing import MOST_TAKES, Take, names_of
from rtsynth_gui.takes.opener import Opener
from rtsynth_gui.takes.recorder import Recorder
from rtsynth_gui.takes.whereabouts import KEY, TRASH
from rtsynth_gui.widgets.button_menu import button_menu
from rtsynth_gui.widgets.choice_box import ChoiceBox
from rtsynth_gui.widgets.noted_list import NotedList
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip
from rtsynth_gui.widgets.row_edit import RowEdit

PATH = Qt.ItemDataRole.UserRole
FORM = "format of takes"  # what is remembered
STEM = PATH + 1  # what is typed when it is renamed


class TakesPage(QWidget):
    """Installs itself at the desk: renaming and deleting can be undone there.

    `said(text, failure)`: a line for the performer. `open_path` is what opens files and folders:
    the desktop.
    """

    said = Signal(str, bool)

    def __init__(
        self,
        recorder: Recorder,
        desk: Desk,
        parent: QWidget | None = None,
        choices: Choices | None = None,
    ) -> None:
        super().__init__(parent)
        self._recorder, self._desk = recorder, desk
        self.worker, self._files = Worker("takes", self), TakeFiles()
        self.worker.failed.connect(lambda text: self._show_problem(text))
        self._look: Look | None = None  # what is listed
        self._places: dict[str, float] = {}  # by what stands for a take; as they soon will be
        self._paths: dict[str, Path] = {}
        self._moving = 0  # takes whose files are being moved
        self._marked: Path | None = None  # what is to be marked
        self._problem = ""  # what could not be done last
        self._recorded: list[Path] = []  # in this session, in whatever folder
        self._showing = False
        opener = Opener(self)
        opener.failed.connect(self._say_not_opened)
        self.open_path: Callable[[Path], object] = opener.open
        self.form = ChoiceBox(self)
        self.form.addItems([form.upper() for form in FORMATS])
        self.form.setAccessibleName(self.tr("Format of takes"))
        self.form.setToolTip(
            self.tr("File format of recordings; FLAC is lossless and about half the size")
        )
        self.form.currentIndexChanged.connect(self._choose_form)
        if choices is not None:
            if (kept := choices.chosen(FORM)) in FORMATS:
                self.form.setCurrentIndex(FORMATS.index(kept))
            self.form.currentIndexChanged.connect(lambda row: choices.choose(FORM, FORMATS[row]))
        self.list = NotedList(self)
        self.list.show_note(self.tr("No takes yet: press Record"))
        self.list.setItemDelegate(RowEdit(self.list, STEM))
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.list.setAccessibleName(self.tr("Takes, newest first"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QListWidget.EditTrigger.EditKeyPressed)
        self.list.itemActivated.connect(lambda _: self.do("play"))
        self.list.itemChanged.connect(self._renamed)
        self.list.currentItemChanged.connect(self._pointed)
        self.about = PlainLabel("", self)
        self.about.setObjectName("dim")
        self.about.setWordWrap(True)
        self.buttons: dict[str, QPushButton] = {}
        grid = QGridLayout()
        grid.setSpacing(6)
        for place, (name, (text, tip)) in enumerate(BUTTONS.items()):
            button = QPushButton(self.tr(text), self)
            button.setToolTip(self.tr(tip))
            button.clicked.connect(lambda _checked=False, name=name: self.do(name))
            grid.addWidget(button, place // 2, place % 2)
            self.buttons[name] = button
        self.buttons["delete"].setShortcut("Ctrl+Del")
        key = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.list)
        key.setContext(Qt.ShortcutContext.WidgetShortcut)  # not while a name is typed
        key.activated.connect(lambda: self.do("delete"))
        form = QHBoxLayout()
        label = PlainLabel(self.tr("Record as"), self)
        label.setObjectName("dim")
        form.addWidget(label)
        form.addWidget(self.form)
        form.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(form)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.about)
        layout.addLayout(grid)
        recorder.ended.connect(self._ended)
        desk.add(self)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(lambda _: self.refresh())
        self._allow()

    @property
    def take(self) -> Path | None:
        """The marked one."""
        item = self.list.currentItem()
        return Path(item.data(PATH)) if item is not None else None

    def allow(self, local: bool) -> None:
        """Whether the engine is on this machine, and so are its takes."""
        self.setEnabled(local)
        elsewhere = self.tr("The engine is on another machine; it cannot record for this window.")
        self.setToolTip("" if local else plain_tip(elsewhere))

    def refresh(self) -> None:
        """List what is there now."""
        self.worker.do(partial(self._files.look, tuple(self._recorded)), self._show, key="look")

    def _show(self, look: Look) -> None:
        if not self._moving:
            self._places = dict(look.places)
        if look.there and str(look.folder) not in self._watcher.directories():
            self._watcher.addPath(str(look.folder))
        if look != self._look or self._marked:  # else a name that is being typed stays
            before = self.take
            marked = self._marked or before
            self._look, self._showing = look, True
            self.list.clear()
            names = names_of(look.takes)
            for take in look.takes:
                self._add(take, names[take.path])
                if take.path == marked:
                    self.list.setCurrentRow(self.list.count() - 1)
                    self._marked = None
            self._showing = False
            if self.take != before:
                self._problem = ""  # it was that of another take
        self._allow()

    def _add(self, take: Take, name: str) -> None:
        item = QListWidgetItem(name)
        item.setData(PATH, str(take.path))
        item.setData(STEM, take.path.stem)
        item.setToolTip(plain_tip(f"{take.path}\n{take.about}"))
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        item.setData(Qt.ItemDataRole.StatusTipRole, take.about)
        self.list.addItem(item)

    def _allow(self) -> None:
        if self._showing:
            return  # a button that is off for a moment would lose the keyboard
        item = self.list.currentItem()
        for button in self.buttons.values():
            button.setEnabled(item is not None)
        about = self.tr("Takes are in {}").format(self._look.folder) if self._look else ""
        if item is not None:
            about = str(item.data(Qt.ItemDataRole.StatusTipRole))
        self.about.setText(self._problem or about)
        self.about.setObjectName("failure" if self._problem else "dim")
        self.about.style().polish(self.about)

    def _show_problem(self, text: str) -> None:
        """Say what could not be done: in the line of messages, and here, where there is room for
        all of it, until something else is done; "" for nothing."""
        self._problem = text
        self._allow()
        if text:
            self.said.emit(text, True)

    def _pointed(self) -> None:
        if not self._showing:
            self._problem = ""
        self._allow()

    def menu(self) -> QMenu:
        """What can be done with the marked take."""
        menu = button_menu([(each.text(), each) for each in self.buttons.values()], self)
        if (take := self.take) is not None:
            copy = menu.addAction(self.tr("Copy path"))
            copy.triggered.connect(lambda: self._copy(str(take)))
        return menu

    def _copy(self, path: str) -> None:
        QGuiApplication.clipboard().setText(path)
        self.said.emit(self.tr("Copied {}").format(path), False)

    def _open_menu(self, point: QPoint) -> None:
        item = self.list.itemAt(point)
        if item is not None:
            self.list.setCurrentItem(item)
            self.menu().popup(self.list.viewport().mapToGlobal(point))

    def do(self, what: str) -> None:
        """One of `BUTTONS`, to the marked take."""
        take = self.take
        if take is None:
            return
        self._show_problem("")
        match what:
            case "play":
                self.open_path(take)
            case "show":
                self.open_path(take.parent)
            case "rename":
                self.list.editItem(self.list.currentItem())
            case "delete":
                self._delete(take)

    def _say_not_opened(self, path: str) -> None:
        text = self.tr("no program on this machine opens {} (right-click the take: Copy path)")
        self._show_problem(text.format(path))

    def _delete(self, take: Path) -> None:
        if self._is_free(take):
            if self.buttons["delete"].hasFocus():
                self.list.setFocus()  # the button may soon be off
            title = self.tr("delete take {}").format(take.stem)
            self._move(partial(self._files.delete, take), partial(self._deleted, title))

    def _deleted(self, title: str, moved: Moved) -> None:
        if not moved.problem:
            self.said.emit(self.tr("{} was moved to the trash").format(moved.old.name), False)
            self._leave(moved.old)
        self._moved(title, moved)

    def _leave(self, take: Path) -> None:
        """If a take that goes is marked, the next one will be, or else the one before."""
        if self.take == take:
            row = self.list.currentRow()
            beside = self.list.item(row + 1) or self.list.item(row - 1)
            self._marked = Path(beside.data(PATH)) if beside is not None else None

    def _is_free(self, take: Path) -> bool:
        """Whether it is not being recorded; says so otherwise."""
        if str(take) != self._recorder.path:
            return True
        text = self.tr("{} is being recorded; stop first").format(take.name)
        # Behind what the desk says now.
        QTimer.singleShot(0, self, lambda: self._show_problem(text))
        return False

    def _renamed(self, item: QListWidgetItem) -> None:
        take = Path(item.data(PATH))
        if self._showing:
            return
        self._show_problem("")
        if item.text() != take.stem and self._is_free(take):
            title = self.tr("rename take {}").format(take.stem)
            renamed = partial(self._files.rename, take, item.text())
            self._move(renamed, partial(self._took_name, title))
        else:
            self._look = None  # the list shows what was typed
            self.refresh()

    def _took_name(self, title: str, moved: Moved) -> None:
        if not moved.problem:
            text = self.tr("{} is now called {}").format(moved.old.stem, moved.new.stem)
            self.said.emit(text, False)
        self._moved(title, moved)

    def _move(self, work: Callable[[], Moved], then: Callable[[Moved], None]) -> None:
        self._moving += 1
        self.worker.do(work, then, failed=self._not_moved)

    def _not_moved(self) -> None:
        """Nobody knows where that take is: look."""
        self._moving -= 1
        self._look = None
        self.refresh()

    def _moved(self, title: str, moved: Moved) -> None:
        """A take is elsewhere now, or stayed; with a title it is a step that can be undone."""
        self._moving -= 1
        self._places.pop(moved.key, None)
        if moved.now is not None:
            self._places[moved.key], self._paths[moved.key] = moved.now, moved.new
        if moved.problem:
            self._show_problem(moved.problem)
        elif title and moved.before is not None and moved.now is not None:
            self._desk.edited(Step(title, {moved.key: moved.before}, {moved.key: moved.now}))
        if moved.new != moved.old:
            self._recorded = [moved.new if each == moved.old else each for each in self._recorded]
            if self.take in (moved.old, None):
                self._marked = moved.new
        self._look = None  # the list may show a name that was not taken
        self.refresh()

    # --- what the desk asks ----------------------------------------------------------------------

    def current(self, address: str) -> float | None:
        """Where a take is, by what stands for it; for the rest the desk asks others."""
        return self._places.get(address) if address.startswith(KEY) else None

    def put(self, address: str, value: float) -> None:
        """Undo and redo: let a take be where it was."""
        take = self._paths.get(address)
        if take is not None and self._is_free(take):
            self._places[address] = value  # what comes next counts on it
            self._move(partial(self._files.put, address, value), self._put_back)

    def _put_back(self, moved: Moved) -> None:
        """What undo brings back is marked; what redo deletes leaves the mark to the next one."""
        if not moved.problem and moved.now == TRASH:
            self._leave(moved.old)
        elif not moved.problem and moved.before == TRASH:
            self._marked = moved.new
        self._moved("", moved)

    def wait_for_midi(self, address: str) -> None:
        """No take does."""

    def _choose_form(self, place: int) -> None:
        self._recorder.form = FORMATS[place]

    def _ended(self, path: str) -> None:
        self._marked = Path(path)
        self._recorded = [*self._recorded, self._marked][-MOST_TAKES:]
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

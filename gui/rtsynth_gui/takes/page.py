"""The page of takes: they are listed, played, shown in their folder, renamed, deleted."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QFileSystemWatcher, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from rtsynth.common.errors import InputError
from rtsynth_gui.edit.desk import Desk
from rtsynth_gui.edit.history import Step
from rtsynth_gui.link.worker import Worker
from rtsynth_gui.takes.folder import FORMATS, takes_folder
from rtsynth_gui.takes.listing import Take, list_takes
from rtsynth_gui.takes.recorder import Recorder
from rtsynth_gui.takes.whereabouts import KEY, TRASH, Whereabouts
from rtsynth_gui.widgets.choice_box import ChoiceBox
from rtsynth_gui.widgets.plain import PlainLabel, plain_tip

PATH = Qt.ItemDataRole.UserRole
# Of each button: its text, what it does.
BUTTONS = {
    "play": (
        str(QT_TRANSLATE_NOOP("TakesPage", "Play")),
        str(
            QT_TRANSLATE_NOOP(
                "TakesPage", "Play in the system's audio player (double-click, or Enter)"
            )
        ),
    ),
    "show": (
        str(QT_TRANSLATE_NOOP("TakesPage", "Show in folder")),
        str(QT_TRANSLATE_NOOP("TakesPage", "Open its folder")),
    ),
    "rename": (
        str(QT_TRANSLATE_NOOP("TakesPage", "Rename")),
        str(QT_TRANSLATE_NOOP("TakesPage", "Rename the take")),
    ),
    "delete": (
        str(QT_TRANSLATE_NOOP("TakesPage", "Delete")),
        str(QT_TRANSLATE_NOOP("TakesPage", "Move it to the trash")),
    ),
}


class TakesPage(QWidget):
    """Installs itself at the desk: renaming and deleting can be undone there.

    `said(text, failure)`: a line for the performer. `open_url` is what opens files and folders:
    the desktop.
    """

    said = Signal(str, bool)

    def __init__(self, recorder: Recorder, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recorder, self._desk = recorder, desk
        self._whereabouts = Whereabouts()
        self._elsewhere: list[Path] = []  # takes of this session in other folders
        self._new: Path | None = None  # to be marked when it is listed
        self._showing = False
        self.open_url: Callable[[QUrl], bool] = QDesktopServices.openUrl
        self.form = ChoiceBox(self)
        self.form.addItems([form.upper() for form in FORMATS])
        self.form.setAccessibleName(self.tr("Format of takes"))
        self.form.setToolTip(
            self.tr("File format of recordings; FLAC is lossless and about half the size")
        )
        self.form.currentIndexChanged.connect(self._choose_form)
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Takes, newest first"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QListWidget.EditTrigger.EditKeyPressed)
        self.list.itemActivated.connect(lambda _: self.do("play"))
        self.list.itemChanged.connect(self._renamed)
        self.list.currentItemChanged.connect(lambda *_: self._allow())
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
        self.worker = Worker("takes", self)
        self.worker.failed.connect(lambda text: self.said.emit(text, True))
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
        """List what is there now, as soon as it has been looked at."""
        look = partial(list_takes, takes_folder(), list(self._elsewhere))
        self.worker.do(look, self._list, key="list")

    def _list(self, takes: list[Take]) -> None:
        folder = str(takes_folder())
        if folder not in self._watcher.directories():
            self._watcher.addPath(folder)  # if it is there
        marked = self.take
        if any(take.path == self._new for take in takes):
            marked, self._new = self._new, None
        self._showing = True
        self.list.clear()
        for take in takes:
            self._add(take)
            if take.path == marked:
                self.list.setCurrentRow(self.list.count() - 1)
        self._showing = False
        self._allow()

    def _add(self, take: Take) -> None:
        item = QListWidgetItem(take.path.stem)
        item.setData(PATH, str(take.path))
        item.setToolTip(plain_tip(f"{take.path}\n{take.about}"))
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        item.setData(Qt.ItemDataRole.StatusTipRole, take.about)
        self.list.addItem(item)

    def _allow(self) -> None:
        item = self.list.currentItem()
        for button in self.buttons.values():
            button.setEnabled(item is not None)
        about = self.tr("Takes are in {}").format(takes_folder())
        if item is not None:
            about = str(item.data(Qt.ItemDataRole.StatusTipRole))
        self.about.setText(about)

    def do(self, what: str) -> None:
        """One of `BUTTONS`, to the marked take."""
        take = self.take
        if take is None:
            return
        match what:
            case "play":
                self._open(take)
            case "show":
                self._open(take.parent)
            case "rename":
                self.list.editItem(self.list.currentItem())
            case "delete":
                self._delete(take)

    def _open(self, path: Path) -> None:
        if not self.open_url(QUrl.fromLocalFile(str(path))):
            self.said.emit(self.tr("no program on this machine opens {}").format(path), True)

    def _delete(self, take: Path) -> None:
        places = self._whereabouts
        key = places.key(take)
        before = places.now(key)
        try:
            self._check_free(take)
            known = places.delete(key)
        except InputError as error:
            self.said.emit(str(error), True)
        else:
            self.said.emit(self.tr("{} was moved to the trash").format(take.name), False)
            if known and before is not None:
                title = self.tr("deleting take {}").format(take.stem)
                self._desk.edited(Step(title, {key: before}, {key: TRASH}))
        self.refresh()

    def _check_free(self, take: Path) -> None:
        """Refuse a take that is being recorded.

        Raises:
            InputError: it is.
        """
        if str(take) == self._recorder.path:
            raise InputError(self.tr("{} is being recorded; stop first").format(take.name))

    def _renamed(self, item: QListWidgetItem) -> None:
        take = Path(item.data(PATH))
        if self._showing or item.text() == take.stem:
            return
        places = self._whereabouts
        key = places.key(take)
        before = places.now(key)
        try:
            self._check_free(take)
            places.rename(key, item.text())
        except InputError as error:
            self.said.emit(str(error), True)
        else:
            self._moved(key, take)
            after = places.now(key)
            if before is not None and after is not None:
                title = self.tr("name of take {}").format(take.stem)
                self._desk.edited(Step(title, {key: before}, {key: after}))
        self.refresh()

    def _moved(self, key: str, old: Path) -> None:
        """It stays the marked one, and known where it is in another folder."""
        new = self._whereabouts.path(key) or old
        self._elsewhere = [new if each == old else each for each in self._elsewhere]
        self._showing = True
        for row in range(self.list.count()):
            if self.list.item(row).data(PATH) == str(old):
                self.list.item(row).setData(PATH, str(new))
        self._showing = False

    # --- what the desk asks ----------------------------------------------------------------------

    def current(self, address: str) -> float | None:
        """Where a take is, by what stands for it; for the rest the desk asks others."""
        return self._whereabouts.now(address) if address.startswith(KEY) else None

    def put(self, address: str, value: float) -> None:
        """Undo and redo: let a take be where it was."""
        old = self._whereabouts.path(address)
        if old is None:
            return
        try:
            self._check_free(old)
            self._whereabouts.put(address, value)
        except InputError as error:
            text = str(error)  # behind what the desk says now
            QTimer.singleShot(0, self, lambda: self.said.emit(text, True))
        self._moved(address, old)
        self.refresh()

    def wait_for_midi(self, address: str) -> None:
        """No take does."""

    def _choose_form(self, place: int) -> None:
        self._recorder.form = FORMATS[place]

    def _ended(self, path: str) -> None:
        take = Path(path)
        if take.parent != takes_folder():
            self._elsewhere.append(take)
        self._new = take
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

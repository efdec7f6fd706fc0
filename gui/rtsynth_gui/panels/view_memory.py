"""What a window that is opened again shows first: slot in front, page, and picture of the sound."""

from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from rtsynth.common.errors import InputError
from rtsynth.common.files.document import read_document, remedy, write_document
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.link.window_folder import window_folder
from rtsynth_gui.link.worker import KEPT, Worker
from rtsynth_gui.panels.deck import Deck
from rtsynth_gui.panels.side import SidePanel
from rtsynth_gui.widgets.scope import DEFAULT_SPAN_MS, SPANS_MS
from rtsynth_gui.widgets.sound_view import PICTURES, SCOPE

FORMAT = 1
FILE = "view.json"
LARGEST_BYTES = 1 << 16
MOST_ENGINES = 20


@dataclass(frozen=True)
class View:
    """`front`: the number of a slot. `page`: of the side panel; "" for none. `picture`: of what is
    output, SCOPE and so on; `span_ms`: of the scope."""

    front: int = 1
    page: str = ""
    picture: str = SCOPE
    span_ms: int = DEFAULT_SPAN_MS


def view_file() -> Path:
    """Where it is kept."""
    return window_folder() / FILE


def read_views(path: Path) -> dict[str, View]:
    """What is kept for each engine, by HOST:PORT, the newest last; nothing without a file.

    Raises:
        InputError: the file is damaged; one line that names it and the field.
    """
    document = read_document(path, FORMAT, LARGEST_BYTES, "the window's file")
    if document is None:
        return {}
    listed = document.get("views", {})
    if not isinstance(listed, dict):
        raise InputError(f"{path}: views: not a table; {remedy(path)}")
    views = {}
    for endpoint, kept in listed.items():
        match kept:
            case {"front": int(front), "page": str(page), **others}:
                picture, span_ms = others.get("picture"), others.get("span_ms")
                views[str(endpoint)] = View(
                    front,
                    page,
                    picture if picture in PICTURES else SCOPE,
                    span_ms if span_ms in SPANS_MS else DEFAULT_SPAN_MS,
                )
            case _:
                problem = f"views: {endpoint}: no front and page"
                raise InputError(f"{path}: {problem}; {remedy(path)}")
    return views


def keep_view(path: Path, endpoint: str, view: View) -> None:
    """Keep the view of an engine beside those of others.

    Raises:
        RtsynthError: the file is damaged, or cannot be written.
    """
    views = read_views(path)
    views.pop(endpoint, None)
    newest = [*views.items(), (endpoint, view)][-MOST_ENGINES:]
    fields = {"views": {where: asdict(each) for where, each in newest}}
    write_document(path, FORMAT, fields)


class ViewMemory(QObject):
    """Restores the view of the engine behind `link`, and keeps it whenever it, or the engine's
    place, changes: a window that is killed loses nothing. `said(text)`: the file cannot be read or
    written."""

    said = Signal(str)

    def __init__(self, link: EngineLink, deck: Deck, side: SidePanel, parent: QObject) -> None:
        super().__init__(parent)
        self._link, self._deck, self._side = link, deck, side
        self._path = view_file()
        self._damaged = False
        self._keeper = Worker("view", self, KEPT)
        self._keeper.failed.connect(self._failed)
        self.view = View()

    def restore(self) -> None:
        """Show what was shown last, and keep what will be."""
        try:
            self.view = read_views(self._path).get(self._link.endpoint, View())
        except InputError as error:
            self._failed(str(error))
        self._deck.first_front = self.view.front
        if self.view.page in self._side.pages:
            self._side.turn_to(self.view.page)
        sound = self._deck.sound
        sound.switches[self.view.picture].setChecked(True)
        sound.scope.span.setCurrentIndex(SPANS_MS.index(self.view.span_ms))
        for name, switch in sound.switches.items():
            switch.toggled.connect(
                lambda on, name=name: self._keep(replace(self.view, picture=name)) if on else None
            )
        sound.scope.span.activated.connect(
            lambda row: self._keep(replace(self.view, span_ms=SPANS_MS[row]))
        )
        self._deck.fronted.connect(self._fronted)
        self._side.turned.connect(lambda page: self._keep(replace(self.view, page=page)))
        self._link.moved.connect(self._write)

    def _fronted(self, front: int) -> None:
        if front:
            self._keep(replace(self.view, front=front))

    def _keep(self, view: View) -> None:
        if view != self.view:
            self.view = view
            self._write()

    def _write(self) -> None:
        if not self._damaged:
            endpoint = self._link.endpoint
            keep = partial(keep_view, self._path, endpoint, self.view)
            self._keeper.do(keep, key=f"{self._path} {endpoint}")

    def _failed(self, text: str) -> None:
        self._damaged = True  # the file is left alone
        self.said.emit(text)

"""Which presets the morph was between, kept on this machine for the next window, by plugin."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from rtsynth.common.errors import InputError
from rtsynth.common.files.document import read_document, write_document
from rtsynth_gui.link.window_folder import window_folder
from rtsynth_gui.link.worker import KEPT, Worker

FORMAT = 1
MOST_PLUGINS = 64
MOST_BYTES = 64_000
Pair = tuple[str, str]
NONE: Pair = ("", "")


def sides_file() -> Path:
    """Where it is kept."""
    return window_folder() / "morph.json"


def read_sides(path: Path) -> dict[str, Pair]:
    """{plugin: (the preset at the left end, at the right end)}; nothing without a file.

    Raises:
        InputError: the file is damaged; one line that names it and the field.
    """
    document = read_document(path, FORMAT, MOST_BYTES, "the morph's file")
    sides = document.get("sides", {}) if document is not None else {}
    found: dict[str, Pair] = {}
    for plugin, names in sides.items() if isinstance(sides, dict) else ():
        match names:
            case [str(left), str(right)]:
                found[plugin] = left, right
            case _:
                raise InputError(f"{path}: sides: {plugin[:40]!r} has not two presets; delete it")
    return found


def write_sides(path: Path, sides: dict[str, Pair]) -> None:
    """Keep them, over what was there.

    Raises:
        RtsynthError: the file cannot be written.
    """
    write_document(path, FORMAT, {"sides": {name: list(pair) for name, pair in sides.items()}})


class Sides(QObject):
    """Reads them once, by a worker, and keeps what changes. `ready()`: they are read. `said(text)`:
    the file cannot be read or written; a damaged one is left alone."""

    ready = Signal()
    said = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._path = sides_file()
        self._sides: dict[str, Pair] | None = None  # until they are read
        self._damaged = False
        self._reader, self._keeper = Worker("morph", self, KEPT), Worker("morph", self, KEPT)
        self._keeper.failed.connect(self.said)
        self._reader.failed.connect(self._failed)
        self._reader.do(partial(read_sides, self._path), self._read)

    def _read(self, sides: dict[str, Pair]) -> None:
        self._sides = sides
        self.ready.emit()

    def _failed(self, text: str) -> None:
        self._damaged = True
        self.said.emit(text)
        self._read({})

    def settle(self) -> None:
        """Wait until what is asked for is done."""
        self._reader.settle()
        self._keeper.settle()

    def of(self, plugin: str) -> Pair:
        """Between what a plugin was morphed last; empty names for nothing."""
        return (self._sides or {}).get(plugin, NONE)

    def keep(self, plugin: str, pair: Pair) -> None:
        """Between what it is morphed now."""
        if self._sides is None or not plugin or not all(pair) or pair == self.of(plugin):
            return
        self._sides.pop(plugin, None)
        self._sides = dict([*self._sides.items(), (plugin, pair)][-MOST_PLUGINS:])
        if not self._damaged:
            write = partial(write_sides, self._path, dict(self._sides))
            self._keeper.do(write, key=str(self._path))

"""Where files of each kind were chosen last, which is kept on this machine."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from rtsynth.common.errors import InputError
from rtsynth.common.files.document import read_document, remedy, write_document
from rtsynth_gui.link.window_folder import window_folder
from rtsynth_gui.link.worker import KEPT, Worker

FORMAT = 1
FILE = "folders.json"
LARGEST_BYTES = 1 << 16
PLUGINS, RECORDINGS, RUNS, STATES, LIBRARY = KINDS = (
    "plugins", "recordings", "runs", "states", "library",
)  # fmt: skip


def folders_file() -> Path:
    """Where it is kept."""
    return window_folder() / FILE


def read_folders(path: Path) -> dict[str, str]:
    """The folder of each of `KINDS` that there is one for; nothing without a file.

    Raises:
        InputError: the file is damaged; one line that names it and the field.
    """
    document = read_document(path, FORMAT, LARGEST_BYTES, "the folders of files")
    listed = {} if document is None else document.get("folders", {})
    if not (isinstance(listed, dict) and all(isinstance(each, str) for each in listed.values())):
        raise InputError(f"{path}: folders: not a table of texts; {remedy(path)}")
    return {kind: folder for kind, folder in listed.items() if kind in KINDS}


def keep_folder(path: Path, kind: str, folder: str) -> None:
    """Keep the folder of a kind beside those of others.

    Raises:
        RtsynthError: the file is damaged, or cannot be written.
    """
    write_document(path, FORMAT, {"folders": read_folders(path) | {kind: folder}})


class FolderMemory(QObject):
    """Where a dialog begins, for each of `KINDS`. `said(text)`: the file cannot be read or written;
    a damaged one is left alone. `usual`: where it begins before something was chosen.
    """

    said = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.usual: dict[str, Callable[[], Path]] = {}
        self._path = folders_file()
        self._last: dict[str, str] = {}  # chosen in this window
        self._keeper = Worker("folders", self, KEPT)
        self._keeper.failed.connect(self.said)

    def where(self, kind: str, usual: Path | None = None) -> Path:
        """The folder to begin in, which is there. `usual`: in place of the one there is for all."""
        try:
            last = (read_folders(self._path) | self._last).get(kind)
        except InputError as error:
            self.said.emit(str(error))
            last = self._last.get(kind)
        first = self.usual[kind]() if usual is None and kind in self.usual else usual
        for folder in (Path(last) if last else None, first):
            if folder is not None and folder.is_dir():
                return folder
        return Path.home()

    def keep(self, kind: str, folder: Path) -> None:
        """Begin there the next time."""
        self._last[kind] = str(folder)
        keep = partial(keep_folder, self._path, kind, str(folder))
        self._keeper.do(keep, key=f"{self._path} {kind}")


def folder_memory(of: QObject) -> FolderMemory:
    """That of a window; one of its own where there is no such."""
    return of.findChild(FolderMemory) or FolderMemory(of)

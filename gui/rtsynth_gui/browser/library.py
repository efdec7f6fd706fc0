"""What the engine says about its library: plugins, their presets, folders that were added."""

import math
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from rtsynth.control.osc.space.snapshots import FILE
from rtsynth.plugin.catalogue import Entry
from rtsynth.plugin.library import plugins_in
from rtsynth_gui.browser.entry import Listed, parse_entry
from rtsynth_gui.edit.acts import Act
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.link.worker import Worker

LIST = "/plugins/list"
PRESETS = "/plugins/presets"
FOLDERS = "/plugins/folders"
ADD, REMOVE = "/plugins/folder/add", "/plugins/folder/remove"
IMPORT = f"{PRESETS}/import"
FOLDERS_FILE = "library/folders"  # what a snapshot keeps of them
# Datagrams are lost on a busy machine, and an engine that loads takes its time: each pause before
# plugins are asked for again is twice the last.
ASK_AGAIN_S = 2.0
LONGEST_PAUSE_S = 60.0
MOST_PLUGINS = 1000
MOST_PRESETS = 1000  # of a plugin
MOST_PROBLEMS = 64
WAYS = ("save", "rename", "delete")  # in which presets change


class Look(NamedTuple):
    """What is at a path: something, and plugins in it; or why it cannot be read."""

    path: str
    there: bool
    plugins: bool
    problem: str = ""


class Library(QObject):
    """`changed()`: it is listed anew. `said(text)`: a line about what cannot be done.

    `plugins` and `presets` (their names) are by what the plugin is loaded by; `problems`, what was
    wrong with what was taken in last, by the line about it.

    Args:
        act: does what can be undone; it is only sent otherwise.
    """

    changed = Signal()
    said = Signal(str)

    def __init__(
        self,
        link: EngineLink,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
        act: Callable[[Act], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self._link, self._clock = link, clock
        self._act = act or self._send
        self._pause_s = ASK_AGAIN_S
        self._worker = Worker("library", self)
        self.plugins: dict[str, Listed] = {}
        self.presets: dict[str, list[str]] = {}
        self.folders: list[str] = []
        self.problems: dict[str, Listed] = {}
        self._plugins: dict[str, Listed] = {}  # that are coming
        self._arrived: set[int] = set()
        self._ask_again_s = math.inf  # while plugins are waited for
        self._presets: dict[str, list[str]] = {}
        self._folders: list[str] = []

    def ask(self) -> None:
        """Ask for everything."""
        self._presets, self._folders = {}, []
        self._pause_s = ASK_AGAIN_S
        self._ask_for_plugins()
        self._link.send(PRESETS)
        if self._link.is_local:
            self._link.send(FOLDERS)

    def _ask_for_plugins(self) -> None:
        self._plugins, self._arrived = {}, set()
        self._ask_again_s = self._clock() + self._pause_s
        self._link.send(LIST)

    def forget(self) -> None:
        """There is none."""
        self._ask_again_s = math.inf
        self.plugins, self.presets = {}, {}
        self.changed.emit()

    def take_in(self, path: str) -> None:
        """Ask for a folder to be added, as far as there are plugins in it, and for the presets of
        a folder or file."""
        self.problems = {}
        self._worker.do(partial(look, Path(path)), self._looked)

    def _looked(self, found: Look) -> None:
        if found.problem:
            self.said.emit(found.problem)
        if found.plugins:
            self._change_folders(self.tr("add the folder {}"), ADD, found.path)
        if found.there:
            self._link.send(IMPORT, found.path)

    def remove(self, folder: str) -> None:
        """Ask for a folder to be forgotten."""
        self._change_folders(self.tr("remove the folder {}"), REMOVE, folder)

    def _change_folders(self, title: str, address: str, folder: str) -> None:
        act = Act(title.format(Path(folder).name), (FOLDERS_FILE,), address, (folder,))
        self._act(act)

    def _send(self, act: Act) -> None:
        self._link.send(act.address, *act.arguments)

    def take(self, batch: Batch) -> None:
        """One frame: note what arrived."""
        for address, arguments, _ in batch.answers:
            match address, arguments:
                case "/plugins/plugin", [int(index), int(count), str(text)]:
                    self._collect(index, count, parse_entry(text))
                case "/plugins/presets/names", [str(plugin), int(first), int(_), *names]:
                    known = self._presets.get(plugin, [])[: max(first, 0)]
                    more = [str(name) for name in names]
                    self._presets[plugin] = [*known, *more][:MOST_PRESETS]
                case "/plugins/folder", [int(_), int(_), str(path)]:
                    self._folders.append(path)
                case "/plugins/problem", [str(_), str(line)] if len(self.problems) < MOST_PROBLEMS:
                    name = Path(line.partition(": ")[0]).name
                    self.problems[line] = Listed(Entry(name, problem=line), line)
                case "/done", [str(done), *rest]:
                    self._done(done, rest)
                case _, [str(part)] if address == FILE:
                    self._put_back(part)
        if self._clock() >= self._ask_again_s and self._link.answering:
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
            self._ask_for_plugins()

    def _collect(self, index: int, count: int, entry: Entry | None) -> None:
        self._arrived.add(index)
        if entry is not None and len(self._plugins) < MOST_PLUGINS:
            self._plugins[entry.name] = Listed(entry, entry.name)
        if len(self._arrived) == count:
            self.plugins, self._plugins, self._arrived = self._plugins, {}, set()
            self._ask_again_s = math.inf
            self.changed.emit()

    def _done(self, done: str, rest: Sequence[object]) -> None:
        if done == LIST and rest == [0]:
            self.forget()
        elif done == PRESETS:
            self.presets, self._presets = self._presets, {}
            self.changed.emit()
        elif done == FOLDERS:
            self.folders, self._folders = self._folders, []
            self.changed.emit()
        elif done in (ADD, REMOVE, IMPORT):
            self.ask()
        elif "/preset/" in done and done.rpartition("/")[2] in WAYS:
            self._ask_for_presets()

    def _put_back(self, part: str) -> None:
        """A file was gone back to: a preset's, or the list of folders."""
        if part == FOLDERS_FILE:
            self.ask()
        elif part.startswith("preset/"):
            self._ask_for_presets()

    def _ask_for_presets(self) -> None:
        self._presets = {}
        self._link.send(PRESETS)


def look(path: Path) -> Look:
    """What is at a path; a disk may be slow."""
    try:
        return Look(str(path), path.exists(), path.is_dir() and bool(plugins_in(path)))
    except OSError as error:
        return Look(str(path), False, False, f"{path}: {error.strerror}")

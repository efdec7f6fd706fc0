"""Finds what the window does on its own thread that may wait: for a disk, a process, a network.

Python says by itself what it opens, lists, starts and resolves (`sys.addaudithook`); looking at a
file and sleeping are watched here. Whatever a test does itself does not count, nor do imports.
"""

import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any

from PySide6.QtCore import QObject

import rtsynth_gui

WAITING = frozenset(
    {
        "open", "os.listdir", "os.scandir", "os.mkdir", "os.rename", "os.remove", "os.rmdir",
        "os.link", "os.symlink", "os.truncate", "os.utime", "os.chmod", "os.system", "os.exec",
        "os.fork", "os.posix_spawn", "subprocess.Popen", "tempfile.mkstemp", "shutil.copyfile",
        "shutil.move", "shutil.rmtree", "socket.connect", "socket.getaddrinfo",
        "socket.gethostbyname", "urllib.Request",
    }
)  # fmt: skip
# Where it may, by file and function, and why.
ALLOWED = {
    ("link/link.py", "__init__"): "a name is resolved before there is a window",
    ("settings/window_section.py", "__init__"): "read while the window is put together",
    ("panels/view_memory.py", "restore"): "read while the window is put together",
    ("browser/page.py", "__init__"): "read while the window is put together",
    ("xy/page.py", "load"): "read while the window is put together",
    ("train/page.py", "__init__"): "whether the trainer is installed, once",
    ("train/question.py", "nicer"): "where a program is, once",
    ("widgets/file_dialog.py", "__init__"): "a dialog of files reads folders, as it is asked to",
    ("link/folders.py", "where"): "as a dialog of files does next",
    ("rack/loading.py", "plugin_dialog"): "a dialog of files reads folders, as it is asked to",
    ("browser/folders.py", "_choose"): "a dialog of files",
    ("train/source_box.py", "_choose"): "a dialog of files",
}
ROOT = Path(rtsynth_gui.__file__).parent
TESTS = Path(__file__).parents[1]


class Blocking:
    """What has been found, a line each, while `watching`."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.watching = False
        self._within = False

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.watching and event in WAITING:
            self.look(event, arguments, sys._getframe(1))

    def look(self, event: str, arguments: tuple[Any, ...], frame: FrameType | None) -> None:
        """Note an event that a method of the window, or a function that Qt calls, has led to."""
        datagrams = event == "socket.connect" and arguments[0].type == socket.SOCK_DGRAM
        if datagrams or self._within or threading.current_thread() is not threading.main_thread():
            return
        self._within = True
        try:
            chain = list(_chain(frame))
            ours = bool(chain) and (chain[-1][1] == "<lambda>" or any(map(_is_a_widget, chain)))
            if ours and not any((file, function) in ALLOWED for file, function, _ in chain):
                places = " < ".join(f"{file}:{function}" for file, function, _ in chain)
                self.found.append(f"{event}{arguments[:1]} in {places}")
        finally:
            self._within = False


def _chain(frame: FrameType | None) -> Iterator[tuple[str, str, FrameType]]:
    """File, function and frame of the window's code, from the inside to where a test begins."""
    while frame is not None:
        name = frame.f_code.co_filename
        if "importlib" in name or name.endswith("encodings/__init__.py"):
            return  # a module is imported, once
        path = Path(name)
        if path.is_relative_to(TESTS):
            return
        if path.is_relative_to(ROOT):
            yield path.relative_to(ROOT).as_posix(), frame.f_code.co_name, frame
        frame = frame.f_back


def _is_a_widget(place: tuple[str, str, FrameType]) -> bool:
    return isinstance(place[2].f_locals.get("self"), QObject)


def _noting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, which says that it is called."""

    @wraps(function)
    def noted(*arguments: Any, **named: Any) -> Any:
        if BLOCKING.watching:
            BLOCKING.look(name, arguments, sys._getframe(1))
        return function(*arguments, **named)

    return noted


BLOCKING = Blocking()
# For good: a hook cannot be taken away, and what is put in its place and back again meets others
# who do so in another order.
sys.addaudithook(BLOCKING.audit)
for owner, name in ((Path, "stat"), (os.path, "isfile"), (os.path, "isdir"), (os.path, "exists"),
                    (time, "sleep")):  # fmt: skip
    setattr(owner, name, _noting(f"{owner.__name__}.{name}", getattr(owner, name)))


@contextmanager
def watched() -> Iterator[list[str]]:
    """What is found meanwhile."""
    before = BLOCKING.watching, BLOCKING.found
    BLOCKING.watching, BLOCKING.found = True, []
    try:
        yield BLOCKING.found
    finally:
        BLOCKING.watching, BLOCKING.found = before

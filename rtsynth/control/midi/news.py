"""News that MIDI ports may have come or gone, so that the list of them is compared at once.

RtMidi gives none. On JACK its server does, about every port (`rtsynth.control.midi.jack_news`).
Elsewhere on Linux the kernel does about devices, whose files are in /dev/snd: a keyboard that is
plugged in or out is noticed at once, a port that another program makes or takes away with the next
comparison. On macOS and Windows there are comparisons only.
"""

import ctypes
import os
import sys
from pathlib import Path
from typing import Any, Protocol

from rtsynth.control.midi.jack_news import open_jack_news

DEVICES = Path("/dev/snd")
OFTEN_S, SELDOM_S = 0.25, 2.0  # between comparisons without any news
AFTER_S = (0.0, 0.02, 0.1, 0.5)  # and after news: a port is not always there as soon as its file
_CREATE, _DELETE, _ATTRIBUTES = 0x100, 0x200, 0x4  # of inotify; rights may come after the file
_READ_BYTES = 65_536


class News(Protocol):
    """Where news comes from. For one thread."""

    @property
    def is_complete(self) -> bool:
        """Whether there is news about every port."""

    def came(self) -> bool:
        """Whether there was any since the last call."""

    def close(self) -> None:
        """Ask for no more."""


class NoNews:
    """Implements `News` where there is none."""

    is_complete = False

    def came(self) -> bool:
        """Never."""
        return False

    def close(self) -> None:
        """There is nothing to close."""


class FolderNews:
    """Implements `News`: files of a folder came or went (inotify, Linux).

    The folder may come later, or go and come again, as /dev/snd does with the only device.

    Raises:
        OSError: the system has no inotify.
    """

    is_complete = False

    def __init__(self, folder: Path) -> None:
        self._calls: Any = ctypes.CDLL(None, use_errno=True)
        self._folder = os.fsencode(folder)
        self._file = self._calls.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._file < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        self._watches = self._watch()

    def came(self) -> bool:
        """Whether a file came or went since the last call, or the folder."""
        news = self._read()
        if news or not self._watches:
            before, self._watches = self._watches, self._watch()
            return news or before != self._watches
        return False

    def _read(self) -> bool:
        try:
            return bool(os.read(self._file, _READ_BYTES))
        except BlockingIOError:
            return False

    def _watch(self) -> bool:
        """Watch the folder that is there now, once; whether there is one."""
        what = _CREATE | _DELETE | _ATTRIBUTES
        return bool(self._calls.inotify_add_watch(self._file, self._folder, what) >= 0)

    def close(self) -> None:
        """Watch the folder no more."""
        os.close(self._file)


def open_news(*, jack: bool) -> News:
    """What news there is of the ports of the system, or of the JACK server."""
    if jack:
        return open_jack_news() or NoNews()
    if sys.platform != "linux":
        return NoNews()
    try:
        return FolderNews(DEVICES)
    except OSError:
        return NoNews()


class Looks:
    """When the list of ports is to be compared. For one thread; times are in seconds."""

    def __init__(self, news: News) -> None:
        self._news = news
        self._soon_s: list[float] = [0.0]
        self._last_s = 0.0

    def due(self, now_s: float) -> bool:
        """Whether it is to be compared now."""
        if self._news.came():
            self._soon_s = [now_s + after_s for after_s in AFTER_S]
        every_s = SELDOM_S if self._news.is_complete else OFTEN_S
        soon = bool(self._soon_s) and now_s >= self._soon_s[0]
        if not soon and now_s < self._last_s + every_s:
            return False
        self._soon_s = [at_s for at_s in self._soon_s if at_s > now_s]
        self._last_s = now_s
        return True

"""The MIDI inputs that are open: compared with what is plugged in, and read."""

import logging
from collections.abc import Iterator
from typing import Protocol

from rtsynth.common.errors import InputError
from rtsynth.control.midi.news import Looks, News, NoNews

VIRTUAL = "virtual"  # as a name: an input of our own, instead of others'

logger = logging.getLogger(__name__)


class Input(Protocol):
    """An open port; see `rtsynth.control.midi.rtmidi.Port`."""

    def read(self) -> list[int] | None: ...
    def close(self) -> None: ...


class System(Protocol):
    """Where inputs are found; see `rtsynth.control.midi.rtmidi.MidiSystem`."""

    def names(self) -> list[str]: ...
    def open(self, name: str) -> Input: ...
    def open_virtual(self) -> Input: ...
    def news(self) -> News: ...


class OpenPorts:
    """For one thread.

    Args:
        system: where inputs are found.
        name: part of the names of those to open, in any case; VIRTUAL for one of our own.
    """

    def __init__(self, system: System, name: str = "") -> None:
        self._system, self._name = system, name
        self._open: dict[str, Input] = {}
        self._gone: list[Input] = []
        self._refused: set[str] = set()  # ports that did not open, until they go away
        if name == VIRTUAL:
            self._open[VIRTUAL] = system.open_virtual()
        self._news: News = NoNews() if name == VIRTUAL else system.news()
        self._looks = Looks(self._news)

    @property
    def names(self) -> list[str]:
        """Names of the ports that are open."""
        return list(self._open)

    def look(self, now_s: float) -> tuple[list[str], list[str]]:
        """`compare`, if there is news or it is time to (`rtsynth.control.midi.news`)."""
        return self.compare() if self._looks.due(now_s) else ([], [])

    def compare(self) -> tuple[list[str], list[str]]:
        """Open what has come, read no more what has gone: (names of those that came, that went).

        `close_gone` is to follow.
        """
        if self._name == VIRTUAL:
            return [], []
        wanted = [name for name in self._system.names() if self._name.casefold() in name.casefold()]
        gone = [name for name in self._open if name not in wanted]
        for name in gone:
            self._gone.append(self._open.pop(name))
        self._refused &= set(wanted)
        came = [
            name
            for name in wanted
            if name not in self._open and name not in self._refused and self._opens(name)
        ]
        return came, gone

    def close_gone(self) -> None:
        """Close what has gone: that takes a while, so that what hangs on it comes first."""
        while self._gone:
            self._gone.pop().close()

    def _opens(self, name: str) -> bool:
        try:
            self._open[name] = self._system.open(name)
        except InputError as error:
            self._refused.add(name)
            logger.warning("midi: %s cannot be opened: %s", name, error)
            return False
        return True

    def read(self) -> Iterator[tuple[str, list[int]]]:
        """What has arrived: (name of the port, bytes of a message)."""
        for name, port in self._open.items():
            while (data := port.read()) is not None:
                yield name, data

    def close(self) -> None:
        """Close all, and look no more."""
        self._news.close()
        self.close_gone()
        for port in self._open.values():
            port.close()
        self._open.clear()

"""The MIDI inputs that are open: compared with what is plugged in, and read."""

import logging
from collections.abc import Iterator
from typing import Protocol

from rtsynth.common.errors import InputError

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


class OpenPorts:
    """For one thread.

    Args:
        system: where inputs are found.
        name: part of the names of those to open, in any case; VIRTUAL for one of our own.
    """

    def __init__(self, system: System, name: str = "") -> None:
        self._system, self._name = system, name
        self._open: dict[str, Input] = {}
        self._refused: set[str] = set()  # ports that did not open, until they go away
        if name == VIRTUAL:
            self._open[VIRTUAL] = system.open_virtual()

    @property
    def names(self) -> list[str]:
        """Names of the ports that are open."""
        return list(self._open)

    def compare(self) -> tuple[list[str], list[str]]:
        """Open what has come, close what has gone: (names of those that came, that went)."""
        if self._name == VIRTUAL:
            return [], []
        wanted = [name for name in self._system.names() if self._name.casefold() in name.casefold()]
        gone = [name for name in self._open if name not in wanted]
        for name in gone:
            self._open.pop(name).close()
        self._refused &= set(wanted)
        came = [
            name
            for name in wanted
            if name not in self._open and name not in self._refused and self._opens(name)
        ]
        return came, gone

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
        """Close all."""
        for port in self._open.values():
            port.close()
        self._open.clear()

"""The input of the sound card: opened once, for all who listen at the same time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rtsynth.common.errors import ControlError
from rtsynth.host.audio.listening import Listening, find_input
from rtsynth.host.audio.portaudio import DeviceName

KEPT_S = 60.0


class Player(Protocol):
    """What plays; `rtsynth.host.output.Output` is one."""

    @property
    def playing_to(self) -> DeviceName | None:
        """The device, None for none."""


class Input:
    """That of the device which is played to, if it has one; else the default one.

    It is open while anybody listens. Any thread may call anything.
    """

    def __init__(self, output: Player | None = None) -> None:
        self._output = output
        self._lock = threading.Lock()
        self._open: Listening | None = None
        self._users = 0

    def open(self, channel: int) -> Listening:
        """Listen to a channel (from 1), whose last KEPT_S are kept; `close` ends it.

        Raises:
            ControlError: no such channel, or another one is being listened to.
            EngineError: there is no input, or it fails.
        """
        with self._lock:
            if self._open is None:
                device = find_input(None if self._output is None else self._output.playing_to)
                self._open = Listening(device, channel, KEPT_S)
            elif self._open.channel != channel:
                raise ControlError(
                    f"channel {channel}: channel {self._open.channel} of the input is being "
                    "listened to; end that first"
                )
            self._users += 1
            return self._open

    def close(self) -> None:
        """One who listened does so no longer."""
        with self._lock:
            self._users -= 1
            if self._users == 0 and self._open is not None:
                self._open.close()
                self._open = None

    @contextmanager
    def listen(self, channel: int) -> Iterator[Listening]:
        """`open`, then `close`."""
        source = self.open(channel)
        try:
            yield source
        finally:
            self.close()

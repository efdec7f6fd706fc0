"""A client on a WebSocket: what it listens to, what it sends, what waits to be sent to it."""

import json
from collections.abc import Callable, Container
from typing import Any

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.choice import Choice
from rtsynth.control.osc.endpoint import Address
from rtsynth.control.osc.packet import encode
from rtsynth.control.osc.session import AnsweringSession
from rtsynth.host.protocol import Engine

MAX_LISTENED = 4096

Frame = str | bytes


def path_change(command: str, path: str) -> str:
    """The frame that says that PATH_ADDED, PATH_REMOVED or PATH_CHANGED."""
    return json.dumps({"COMMAND": command, "DATA": path})


def read_command(frame: str) -> tuple[str, str]:
    """(LISTEN or IGNORE, path) of a text frame.

    Raises:
        ControlError: it is something else.
    """
    try:
        document: Any = json.loads(frame)
    except (ValueError, RecursionError):
        document = None
    match document:
        case {"COMMAND": "LISTEN" | "IGNORE" as command, "DATA": str(path)}:
            return command, path
    raise ControlError('expects {"COMMAND": "LISTEN" or "IGNORE", "DATA": path}')


class WebSession(AnsweringSession):
    """One packet of a client, as commands see it; implements `osc.dispatcher.Caller`."""

    def __init__(
        self,
        engine: Engine,
        client: Address,
        send: Callable[[bytes], object],
        counts: dict[str, int],
        on_quit: Callable[[], None],
        *,
        is_here: bool,
    ) -> None:
        super().__init__(engine, client, is_here=is_here)
        self._send, self._counts, self._on_quit = send, counts, on_quit

    def _send_reply(self, datagram: bytes) -> None:
        self._send(datagram)

    def is_confirmed(self) -> bool:
        """A connection is where it says it is."""
        return True

    def subscribe(self, port: int | None, choice: Choice) -> None:
        """Refused: over a WebSocket it is LISTEN."""
        raise ControlError("on a WebSocket, send LISTEN instead; /notify is for OSC's own port")

    def confirm(self, token: str, port: int, choice: Choice) -> None:
        """Refused as well."""
        self.subscribe(port, choice)

    def unsubscribe(self) -> None:
        """It is no subscriber."""

    def keep_alive(self) -> None:
        """The connection shows that it is there."""

    def osc_status(self) -> dict[str, int]:
        """Counts of what came over WebSockets."""
        return dict(self._counts)

    def watch(self, on: bool) -> None:
        """Refused: what is shown would come over a port that it has not named."""
        raise ControlError("the monitor is for OSC's own port")

    def quit(self) -> None:
        """Ask the process to end."""
        self._on_quit()


class Listening:
    """The paths that a client listens to."""

    def __init__(self) -> None:
        self.paths: set[str] = set()

    def obey(self, frame: str, known: Container[str]) -> str | None:
        """Take a command; the path that is new, whose value should be sent now.

        Args:
            known: the paths that have a value.

        Raises:
            ControlError: no command, or no such path.
        """
        command, path = read_command(frame)
        if command == "IGNORE":
            self.paths.discard(path)
            return None
        if path not in known:
            raise ControlError(f"{path[:160]} has no value to listen to")
        if len(self.paths) >= MAX_LISTENED:
            raise ControlError(f"listens to {MAX_LISTENED} paths already")
        self.paths.add(path)
        return path


def failure(problem: ControlError) -> bytes:
    """The frame that answers a text frame that cannot be obeyed."""
    return encode("/fail", "/", str(problem))

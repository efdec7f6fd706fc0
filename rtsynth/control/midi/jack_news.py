"""News of a JACK server that ports have come or gone, from a client that has none itself.

JACK calls back from a thread of its own, not the one that computes sound: the client has no process
callback. What is called waits for the GIL, so it does as little as can be.
"""

import ctypes
import threading
from collections import deque

from rtsynth.host.audio.jack import Calls, Signatures, open_client

CLIENT = "rtsynth-ports"
_END_S = 1.0  # a server that has died may never let a client go: it is not waited for

_POINTER = ctypes.c_void_p
_REGISTERED = ctypes.CFUNCTYPE(None, ctypes.c_uint32, ctypes.c_int, _POINTER)
_SHUT_DOWN = ctypes.CFUNCTYPE(None, _POINTER)
_CALLS: Signatures = {
    "jack_set_port_registration_callback": (ctypes.c_int, [_POINTER, _REGISTERED, _POINTER]),
    "jack_on_shutdown": (None, [_POINTER, _SHUT_DOWN, _POINTER]),
    "jack_activate": (ctypes.c_int, [_POINTER]),
}


class JackNews:
    """Implements `rtsynth.control.midi.news.News`."""

    def __init__(self, calls: Calls, client: int) -> None:
        self._calls, self._client = calls, client
        self._come: deque[None] = deque(maxlen=1)
        self.is_complete = True
        # Kept: C has their addresses only.
        self._registered = _REGISTERED(self._note)
        self._shut_down = _SHUT_DOWN(self._end)
        calls["jack_set_port_registration_callback"](client, self._registered, None)
        calls["jack_on_shutdown"](client, self._shut_down, None)
        calls["jack_activate"](client)

    def _note(self, port: int, came: int, _: int | None) -> None:
        self._come.append(None)

    def _end(self, _: int | None) -> None:
        self.is_complete = False
        self._come.append(None)

    def came(self) -> bool:
        """Whether a port came or went since the last call, or the server ended."""
        if not self._come:
            return False
        self._come.clear()
        return True

    def close(self) -> None:
        """Leave the server, unless it has ended."""
        if self.is_complete:
            leave, client = self._calls["jack_client_close"], self._client
            leaving = threading.Thread(target=leave, args=(client,), name="jack-ports", daemon=True)
            leaving.start()
            leaving.join(_END_S)


def open_jack_news() -> JackNews | None:
    """News of the server that is running; None without one, or without JACK's library."""
    opened = open_client(CLIENT, _CALLS)
    return JackNews(*opened) if opened is not None else None

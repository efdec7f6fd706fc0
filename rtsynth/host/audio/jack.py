"""A client of the JACK server that plays nothing: names ports, sees and makes connections.

PortAudio opens the client that plays. Its name has to be given before PortAudio starts; its ports
are called out_0, out_1 ... until somebody renames them, which JACK lets any client do.
"""

import ctypes
import ctypes.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

CLIENT = "rtsynth"  # the client that plays
_NAME = ctypes.create_string_buffer(CLIENT.encode())  # PortAudio keeps the address
_PATCHER = "rtsynth-patcher"
_NO_START_SERVER = 0x01
_AUDIO = b"32 bit float mono audio"
_IS_INPUT, _IS_OUTPUT = 0x1, 0x2

_POINTER, _TEXT = ctypes.c_void_p, ctypes.c_char_p
_TEXTS = ctypes.POINTER(ctypes.c_char_p)
Signatures = dict[str, tuple[Any, list[Any]]]  # {name: (result, arguments)}
Calls = dict[str, Callable[..., Any]]

_OPEN: Signatures = {
    "jack_client_open": (_POINTER, [_TEXT, ctypes.c_int, _POINTER]),
    "jack_client_close": (ctypes.c_int, [_POINTER]),
}
_PORTS: Signatures = {
    "jack_port_by_name": (_POINTER, [_POINTER, _TEXT]),
    "jack_port_rename": (ctypes.c_int, [_POINTER, _POINTER, _TEXT]),
    "jack_get_ports": (_TEXTS, [_POINTER, _TEXT, _TEXT, ctypes.c_ulong]),
    "jack_port_get_all_connections": (_TEXTS, [_POINTER, _POINTER]),
    "jack_connect": (ctypes.c_int, [_POINTER, _TEXT, _TEXT]),
    "jack_disconnect": (ctypes.c_int, [_POINTER, _TEXT, _TEXT]),
    "jack_free": (None, [_POINTER]),
}


def name_client() -> None:
    """Have PortAudio's client of JACK called CLIENT, unless PortAudio has started already."""
    path = ctypes.util.find_library("portaudio")
    if "sounddevice" in sys.modules or path is None:
        return
    try:
        set_name = ctypes.CDLL(path).PaJack_SetClientName
    except (OSError, AttributeError):  # it cannot be loaded, or was built without JACK
        return
    set_name(_NAME)


def playing_client() -> str | None:
    """What PortAudio's client of JACK is called; None where PortAudio knows no JACK.

    Where CLIENT plays already, another engine's is called rtsynth-01 and so on.
    """
    path = ctypes.util.find_library("portaudio")
    name = ctypes.c_char_p()
    try:
        get_name = ctypes.CDLL(path).PaJack_GetClientName
    except (OSError, AttributeError):
        return None
    if get_name(ctypes.byref(name)) != 0 or name.value is None:
        return None
    return name.value.decode("utf-8", "replace")


class Jack:
    """An open client. Its methods return, or do, nothing for ports that are gone."""

    def __init__(self, calls: Calls, client: int) -> None:
        self._calls, self._client = calls, client

    def outputs(self, client: str) -> list[str]:
        """The audio outputs of a client, in the order in which they were made."""
        return self._ports(f"^{client}:".encode(), _IS_OUTPUT)

    def inputs(self) -> list[str]:
        """The audio inputs of all clients."""
        return self._ports(None, _IS_INPUT)

    def connections(self, output: str) -> list[str]:
        """The inputs that an output is connected to."""
        port = self._calls["jack_port_by_name"](self._client, output.encode())
        if not port:
            return []
        return self._texts(self._calls["jack_port_get_all_connections"](self._client, port))

    def rename(self, port: str, name: str) -> None:
        """Give a port another name behind that of its client."""
        found = self._calls["jack_port_by_name"](self._client, port.encode())
        if found:
            self._calls["jack_port_rename"](self._client, found, name.encode())

    def connect(self, output: str, to: str) -> None:
        """Connect two ports."""
        self._calls["jack_connect"](self._client, output.encode(), to.encode())

    def disconnect(self, output: str, to: str) -> None:
        """Take two ports apart."""
        self._calls["jack_disconnect"](self._client, output.encode(), to.encode())

    def close(self) -> None:
        """Leave the server. Does not return where the server has died in a bad moment."""
        self._calls["jack_client_close"](self._client)

    def _ports(self, pattern: bytes | None, kind: int) -> list[str]:
        return self._texts(self._calls["jack_get_ports"](self._client, pattern, _AUDIO, kind))

    def _texts(self, texts: Any) -> list[str]:
        """The texts of an array that ends with NULL, which is given back."""
        if not texts:
            return []
        found = []
        for text in texts:  # without an end: it is at the NULL
            if text is None:
                break
            found.append(text.decode("utf-8", "replace"))
        self._calls["jack_free"](texts)
        return found


def open_client(name: str, signatures: Signatures) -> tuple[Calls, int] | None:
    """A client of the server that is running, and calls for it: those of `signatures`, and those
    that open and close it. None without a server, or without JACK's library.
    """
    path = ctypes.util.find_library("jack")
    try:
        library = ctypes.CDLL(path) if path is not None else None
    except OSError:
        return None
    if library is None:
        return None
    calls: Calls = {}
    for call_name, (result, arguments) in (_OPEN | signatures).items():
        try:
            call = getattr(library, call_name)
        except AttributeError:  # another library of that name
            return None
        call.restype, call.argtypes = result, arguments
        calls[call_name] = call
    client = calls["jack_client_open"](name.encode(), _NO_START_SERVER, None)
    return (calls, client) if client else None


def open_jack() -> Jack | None:
    """A client of the server that is running; None without one, or without JACK's library."""
    opened = open_client(_PATCHER, _PORTS)
    return Jack(*opened) if opened is not None else None


@contextmanager
def jack_client() -> Iterator[Jack | None]:
    """`open_jack`, closed in the end."""
    jack = open_jack()
    try:
        yield jack
    finally:
        if jack is not None:
            jack.close()

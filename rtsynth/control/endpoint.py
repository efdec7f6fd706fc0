"""Where a UDP socket listens: "HOST:PORT" texts, binding, and who counts as this machine."""

import contextlib
import errno
import ipaddress
import socket
import sys
from typing import Any

from rtsynth.control import DEFAULT_OSC_HOST, DEFAULT_OSC_PORT
from rtsynth.errors import InputError

RECEIVE_BUFFER_BYTES = 1 << 20  # a burst waits here while Python is busy; the system may cap it


def parse_endpoint(text: str, *, flag: str = "--osc") -> tuple[str, int]:
    """Return (host, port) of "HOST:PORT", "PORT", ":PORT", "HOST" or "[IPv6]:PORT".

    Raises:
        InputError: not such a text, or a port outside 0..65535 (0: any free one).
    """
    host, port = text.strip(), ""
    if host.startswith("["):
        host, _, port = host[1:].partition("]")
        port = port.removeprefix(":")
    elif host.isdigit():
        host, port = "", host
    elif host.count(":") == 1:
        host, _, port = host.partition(":")
    wanted = f"{flag} {text}: give HOST:PORT, for example {flag} 127.0.0.1:{DEFAULT_OSC_PORT}"
    if any(character.isspace() for character in host) or (port and not port.isdecimal()):
        raise InputError(wanted)
    number = int(port) if port else DEFAULT_OSC_PORT
    if number > 65_535:
        raise InputError(f"{wanted}; a port is at most 65535")
    return host or DEFAULT_OSC_HOST, number


def bind_udp(host: str, port: int, *, flag: str = "--osc") -> socket.socket:
    """Return a non-blocking UDP socket that listens at (host, port); port 0 takes any free one.

    Raises:
        InputError: the port is busy, forbidden, or the host is not this machine.
    """
    where = f"{flag} {host}:{port}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as error:
        raise InputError(f"{where}: no such host; give this machine's name or address") from error
    listener = socket.socket(family, kind, protocol)
    try:
        # No SO_REUSEADDR: with it a second engine would bind the same port and take its messages.
        if sys.platform == "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        with contextlib.suppress(OSError):  # a smaller buffer loses more of a flood, nothing else
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        listener.bind(address)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise InputError(f"{where}: {_reason(error, host, port, flag)}") from error
    return listener


def _reason(error: OSError, host: str, port: int, flag: str) -> str:
    if error.errno in (errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", None)):
        other = port + 1 if port < 65_535 else DEFAULT_OSC_PORT
        return (
            "the port is busy (is another engine running?); "
            f"end that one or choose another, for example {flag} {host}:{other}"
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return f"not an address of this machine; use {DEFAULT_OSC_HOST}, or 0.0.0.0 for all"
    if error.errno in (errno.EACCES, errno.EPERM):
        return "not allowed to listen there; choose a port above 1023"
    return f"cannot listen there ({error.strerror})"


def is_loopback(client: tuple[Any, ...]) -> bool:
    """Say whether a datagram's source address is this machine."""
    address = ipaddress.ip_address(str(client[0]).partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)

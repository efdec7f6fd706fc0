"""Where a UDP socket listens: "HOST:PORT" texts, binding, and who counts as this machine."""

import contextlib
import errno
import ipaddress
import re
import socket
import struct
import sys
import time
from functools import lru_cache
from typing import Any

from rtsynth.common.errors import InputError
from rtsynth.control import DEFAULT_OSC_HOST, DEFAULT_OSC_PORT

Address = tuple[Any, ...]  # as a socket gives it: (host, port), or IPv6's four

RECEIVE_BUFFER_BYTES = 8 << 20  # a burst waits here while Python is busy; the system may cap it
# Linux: what a socket's memory is used for, as nine numbers, and which of them counts datagrams
# that found none. Python has no name for the option.
_SO_MEMINFO, _MEMINFO, _MEMINFO_DROPS = 55, struct.Struct("=9I"), 8


_ENDPOINT = re.compile(
    r"\[(?P<six>[0-9A-Fa-f:.]+(?:%[^\s\]]+)?)\](?::(?P<six_port>[0-9]{1,5}))?"
    r"|(?P<bare>[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(?:%\S+)?)"
    r"|:?(?P<alone>[0-9]{1,5})"
    r"|(?P<host>[^\s:\[\]]*)(?::(?P<port>[0-9]{1,5}))?"
)


def parse_endpoint(text: str, *, flag: str = "--osc") -> tuple[str, int]:
    """Return (host, port) of "HOST:PORT", "PORT", ":PORT", "HOST", "[IPv6]:PORT" or "IPv6".

    Raises:
        InputError: not such a text, or a port outside 0..65535 (0: any free one).
    """
    wanted = (
        f"{flag} {text}: give HOST:PORT, for example {flag} 127.0.0.1:{DEFAULT_OSC_PORT} "
        f"or {flag} [::1]:{DEFAULT_OSC_PORT}"
    )
    found = _ENDPOINT.fullmatch(text.strip())
    if found is None:
        raise InputError(wanted)
    six = found["six"] or found["bare"]
    if six and not _is_ipv6(six):
        raise InputError(f"{wanted}; {six} is no IPv6 address")
    number = int(found["six_port"] or found["alone"] or found["port"] or DEFAULT_OSC_PORT)
    if number > 65_535:
        raise InputError(f"{wanted}; a port is at most 65535")
    return six or found["host"] or DEFAULT_OSC_HOST, number


def format_endpoint(host: str, port: int) -> str:
    """HOST:PORT as `parse_endpoint` reads it, and people do: an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def host_from_here(host: str) -> str:
    """Where a program on this machine reaches one that listens at `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(_plain_address(host), host)


def _plain_address(host: str) -> str:
    """An address in its shortest form, `0:0::0` as `::`; a name as it is."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return host


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def bind_udp(host: str, port: int, *, flag: str = "--osc") -> socket.socket:
    """Return a non-blocking UDP socket that listens at (host, port); port 0 takes any free one.

    Raises:
        InputError: the port is busy, forbidden, or the host is not this machine.
    """
    where = f"{flag} {format_endpoint(host, port)}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as error:
        raise InputError(f"{where}: no such host; give this machine's name or address") from error
    try:
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise InputError(f"{where}: cannot listen there ({error.strerror})") from error
    try:
        # No SO_REUSEADDR: with it a second engine would bind the same port and take its messages.
        if sys.platform == "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        if family == socket.AF_INET6:  # "::" is every address of this machine, IPv4 as well
            with contextlib.suppress(OSError):
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        with contextlib.suppress(OSError):  # a smaller buffer loses more of a flood, nothing else
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        listener.bind(address)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise InputError(f"{where}: {_reason(error, host, port, flag)}") from error
    return listener


def socket_drops(listener: socket.socket) -> int:
    """How many datagrams the system has dropped because a socket's buffer was full.

    0 on systems that do not say it: only Linux does.
    """
    if sys.platform != "linux":
        return 0
    try:
        counts = listener.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size)
    except OSError:  # a kernel before 4.12, or the socket is closed
        return 0
    return int(_MEMINFO.unpack(counts)[_MEMINFO_DROPS]) if len(counts) == _MEMINFO.size else 0


def bind_tcp(host: str, port: int, *, flag: str = "--osc") -> socket.socket:
    """Return a non-blocking TCP socket that listens at (host, port).

    Raises:
        InputError: the port is busy, forbidden, or the host is not this machine.
    """
    where = f"{flag} {format_endpoint(host, port)}"
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.create_server(
            address, family=family, dualstack_ipv6=family == socket.AF_INET6 and _is_any(host)
        )
    except (OSError, UnicodeError, ValueError) as error:
        reason = _reason(error, host, port, flag) if isinstance(error, OSError) else str(error)
        raise InputError(f"{where}: {reason}") from error
    listener.setblocking(False)
    return listener


def _is_any(host: str) -> bool:
    return _plain_address(host) == "::"


def _reason(error: OSError, host: str, port: int, flag: str) -> str:
    if error.errno in (errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", None)):
        other = port + 2 if port < 65_534 else DEFAULT_OSC_PORT  # OSCQuery is at port + 1
        return (
            "the port is busy (is another engine running?); "
            f"end that one or choose another, for example {flag} {format_endpoint(host, other)}"
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return f"not an address of this machine; use {DEFAULT_OSC_HOST}, or 0.0.0.0 or [::] for all"
    if error.errno in (errno.EACCES, errno.EPERM):
        return "not allowed to listen there; choose a port above 1023"
    return f"cannot listen there ({error.strerror})"


def is_this_machine(client: tuple[Any, ...]) -> bool:
    """Say whether a datagram came from this machine: its loopback, or an address of its own.

    The system refuses datagrams from outside that name an address of this machine as their source.
    """
    return is_loopback(client) or _is_own(client[0], tuple(client[2:]), int(time.monotonic() / 10))


@lru_cache(maxsize=64)
def _is_own(host: str, rest: tuple[Any, ...], period: int) -> bool:
    """Whether `host` is an address of this machine in these ten seconds (networks come and go)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((host, 9, *rest))  # sends nothing, but chooses the address to send from
            name: tuple[Any, ...] = probe.getsockname()
    except OSError:
        return False
    return ipaddress.ip_address(_without_zone(name[0])) == ipaddress.ip_address(_without_zone(host))


def _without_zone(host: str) -> str:
    return host.partition("%")[0]


def is_loopback_name(host: str) -> bool:
    """Say whether what listens at `host` is reached from this machine alone."""
    try:
        found = socket.getaddrinfo(host, None)
    except (OSError, UnicodeError):
        return False
    return all(is_loopback(address) for *_, address in found)


def is_loopback(client: tuple[Any, ...]) -> bool:
    """Say whether a datagram's source address is the loopback."""
    return _is_loopback(str(client[0]))


@lru_cache(maxsize=1024)
def _is_loopback(host: str) -> bool:
    address = ipaddress.ip_address(_without_zone(host))
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)

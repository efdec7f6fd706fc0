"""Where OSC is to listen and whom it allows, when that is asked for over OSC.

More careful than the command line: nobody lets the whole world in from a window.
"""

import ipaddress
from collections.abc import Iterable

from rtsynth.common.errors import ControlError, InputError
from rtsynth.control.osc.admission import read_admission
from rtsynth.control.osc.endpoint import bind_udp, format_endpoint, parse_endpoint

LOWEST_PORT = 1024  # those below are the system's
SHORTEST_PREFIX = {4: 8, 6: 16}  # of a network, by the version of IP: 10.0.0.0/8 is a private one

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def check_place(text: str, now: str) -> str:
    """The place in full, "HOST:PORT"; `now` is where the engine listens.

    Raises:
        ControlError: no such place, or another program listens there.
    """
    try:
        host, port = parse_endpoint(text, flag="osc")
        if port < LOWEST_PORT:
            raise ControlError(f"osc: {port}: give a port {LOWEST_PORT}..65535")
        if port != parse_endpoint(now)[1]:  # the engine's own is busy, by itself
            bind_udp(host, port, flag="osc").close()
    except ControlError:
        raise
    except InputError as error:
        raise ControlError(str(error)) from error
    return format_endpoint(host, port)


def check_allowed(text: str) -> str:
    """Addresses and networks, with commas between them.

    Raises:
        ControlError: one is neither, or nearly every machine there is.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts:
        raise ControlError(
            "osc-allow: give addresses or networks with commas between them, or auto"
        )
    try:
        read_admission(",".join(parts))
    except InputError as error:
        raise ControlError(str(error).removeprefix("--")) from error
    for network in _joined(parts):
        if network.prefixlen < SHORTEST_PREFIX[network.version]:
            raise ControlError(
                f"osc-allow: {network} is too large a part of all machines: only the command line "
                "allows that"
            )
    return ",".join(parts)


def _joined(parts: Iterable[str]) -> list[_Network]:
    """The networks, those that lie side by side as one: two halves are the whole."""
    networks = [ipaddress.ip_network(part, strict=False) for part in parts]
    return [
        *ipaddress.collapse_addresses([n for n in networks if n.version == 4]),
        *ipaddress.collapse_addresses([n for n in networks if n.version == 6]),
    ]
